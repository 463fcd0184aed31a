import { listed, type Sample } from './check.ts'
import type { VipReasons } from './vip-reasons.ts'
import { DROPPED_VRRP, droppedVrrp } from './vrrp-rules.ts'

/** keepalived: whether it runs, and whether its adverts pass. */
export const keepalivedReasons: VipReasons = {
  probe: `ip -o addr show
pidof keepalived >/dev/null 2>&1 && echo 'keepalived: runs'
${DROPPED_VRRP}`,
  nowhere(_, samples) {
    const running = samples.filter(runsKeepalived).map(({ host }) => host)
    if (running.length === 0) return { why: 'keepalived runs nowhere', mend: "'ha-provision up' starts it" }
    return {
      why: `keepalived runs on ${listed(running)} and does not take it`,
      mend: "it is in FAULT, most likely: see keepalived's log there, and whether haproxy answers there",
    }
  },
  atOnce(_, holders, samples) {
    const stale = samples.filter((sample) => holders.includes(sample.host) && !runsKeepalived(sample))
    const rules = samples.flatMap(({ host, output }) => droppedVrrp(output).map((rule) => `'${rule}' on ${host}`))
    const causes = [
      ...stale.map(({ host }) => ({
        why: `on ${host} no keepalived runs, so that it was left behind or added by hand`,
        mend: `start keepalived there, or take the address away with 'ip addr del'`,
      })),
      ...(rules.length === 0
        ? []
        : [
            {
              why: `VRRP (IP protocol 112) is dropped by ${rules.join(', ')}`,
              mend: `let protocol 112 pass between the members`,
            },
          ]),
    ]
    if (causes.length > 0) return causes
    return [
      {
        why: 'either it was added by hand, or VRRP adverts (IP protocol 112) do not pass between them',
        mend: `an address added by hand goes away with 'ip addr del'; otherwise let protocol 112 pass between the members`,
      },
    ]
  },
}

function runsKeepalived({ output }: Sample): boolean {
  return /^keepalived: runs$/m.test(output)
}
