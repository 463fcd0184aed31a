import { parseAddresses } from '../facts/interfaces.ts'
import { canonicalAddress } from '../lib/address.ts'
import { listed, type Check, type Finding, type Sample } from './check.ts'
import { DROPPED_VRRP, droppedVrrp } from './vrrp-rules.ts'

/** The part of a VIP that this check needs. */
interface CheckedVip {
  readonly name: string
  readonly address: string
  readonly family: 4 | 6
}

/** Exactly one member holds the VIP. */
export interface VipCheck extends Check {
  readonly vip: CheckedVip
  /** The members whose interfaces carry the address, in the order of the samples. */
  holders(samples: readonly Sample[]): readonly string[]
}

/** A check that the address is on exactly one member, and why where it is on none or on several. */
export function vipCheck(vip: CheckedVip): VipCheck {
  const id = `vip[${vip.name}]`
  const wanted = canonicalAddress(vip.address)
  const holders = (samples: readonly Sample[]) =>
    samples
      .filter(({ output }) =>
        [...parseAddresses(output).values()]
          .flat()
          .some(({ address, family }) => family === vip.family && canonicalAddress(address) === wanted),
      )
      .map(({ host }) => host)
  return {
    id,
    scope: 'cluster',
    vip,
    holders,
    // The usual reasons for two holders are read in the same look.
    probe: () => `ip -o addr show
pidof keepalived >/dev/null 2>&1 && echo 'keepalived: runs'
${DROPPED_VRRP}`,
    judge: (samples, outOfSight) => [{ check: id, ...judge(vip, holders(samples), samples, outOfSight) }],
  }
}

function judge(
  vip: CheckedVip,
  holders: readonly string[],
  samples: readonly Sample[],
  outOfSight: readonly string[],
): Omit<Finding, 'check'> {
  const [holder] = holders
  if (holder === undefined) return nowhere(vip, samples, outOfSight)
  if (holders.length > 1) return atOnce(vip, holders, samples)
  if (outOfSight.length === 0) {
    return { host: holder, status: 'passed', message: `${vip.name} ${vip.address} is held by ${holder} alone` }
  }
  return {
    host: holder,
    status: 'not-checked',
    message: `${vip.address} is on ${holder}; whether ${listed(outOfSight)} holds it too cannot be seen`,
  }
}

function nowhere(
  { address }: CheckedVip,
  samples: readonly Sample[],
  outOfSight: readonly string[],
): Omit<Finding, 'check'> {
  if (outOfSight.length > 0) {
    const message = `no member in sight holds ${address}; whether ${listed(outOfSight)} does cannot be seen`
    return { host: undefined, status: 'not-checked', message }
  }
  const running = samples.filter(runsKeepalived).map(({ host }) => host)
  const [why, mend] =
    running.length === 0
      ? ['keepalived runs nowhere', "'ha-provision up' starts it"]
      : [
          `keepalived runs on ${listed(running)} and does not take it`,
          "it is in FAULT, most likely: see keepalived's log there, and whether haproxy answers there",
        ]
  return { host: undefined, status: 'failed', message: `no member holds ${address}: ${why}`, mend }
}

function atOnce(
  { address }: CheckedVip,
  holders: readonly string[],
  samples: readonly Sample[],
): Omit<Finding, 'check'> {
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
  const known =
    causes.length > 0
      ? causes
      : [
          {
            why: 'either it was added by hand, or VRRP adverts (IP protocol 112) do not pass between them',
            mend: `an address added by hand goes away with 'ip addr del'; otherwise let protocol 112 pass between the members`,
          },
        ]
  return {
    host: undefined,
    status: 'failed',
    message: `${holders.length} members hold ${address} at once: ${holders.join(', ')}; ${known.map(({ why }) => why).join('; ')}`,
    mend: known.map(({ mend }) => mend).join('; '),
  }
}

function runsKeepalived({ output }: Sample): boolean {
  return /^keepalived: runs$/m.test(output)
}
