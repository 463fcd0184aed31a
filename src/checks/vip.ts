import { Address4, Address6 } from 'ip-address'
import { parseAddresses } from '../facts/interfaces.ts'
import type { Check, Finding, Sample } from './check.ts'

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

/** One notation for one address, so that `2001:db8:0::1` and `2001:db8::1` are the same. */
function canonical(address: string): string {
  return address.includes(':') ? new Address6(address).correctForm() : new Address4(address).correctForm()
}

/** A check that the address is on exactly one member, and the firewall rules about VRRP where it is on several. */
export function vipCheck(vip: CheckedVip): VipCheck {
  const id = `vip[${vip.name}]`
  const wanted = canonical(vip.address)
  const holders = (samples: readonly Sample[]) =>
    samples
      .filter(({ output }) =>
        [...parseAddresses(output).values()]
          .flat()
          .some(({ address, family }) => family === vip.family && canonical(address) === wanted),
      )
      .map(({ host }) => host)
  return {
    id,
    vip,
    holders,
    // Rules about VRRP are read in the same look: they are the usual reason for two holders.
    probe: () => `ip -o addr show
{ nft list ruleset; iptables-save; } 2>/dev/null | grep -iE 'vrrp|protocol 112|-p 112' | sed 's/^[[:space:]]*/firewall: /' | head -n 4`,
    judge: (samples) => [judge(id, vip, holders(samples), samples)],
  }
}

function judge(check: string, vip: CheckedVip, holders: readonly string[], samples: readonly Sample[]): Finding {
  const [holder] = holders
  if (holder !== undefined && holders.length === 1) {
    return { check, host: holder, status: 'passed', message: `${vip.name} ${vip.address} is held by ${holder} alone` }
  }
  if (holders.length === 0) {
    return {
      check,
      host: undefined,
      status: 'failed',
      message: `no member holds ${vip.address}`,
      mend: "every keepalived is stopped or in FAULT: see 'journalctl -u keepalived', and whether haproxy answers on each member",
    }
  }
  const rules = samples.flatMap(({ host, output }) =>
    [...output.matchAll(/^firewall: (.*)$/gm)].map(([, rule]) => `${host}: '${rule ?? ''}'`),
  )
  const why =
    rules.length === 0
      ? 'either it was added by hand, or VRRP adverts (IP protocol 112) do not pass between them'
      : `VRRP adverts (IP protocol 112) do not pass: firewall rule on ${rules.join(', ')}`
  return {
    check,
    host: undefined,
    status: 'failed',
    message: `${holders.length} members hold ${vip.address} at once: ${holders.join(', ')}; ${why}`,
    mend: `let protocol 112 pass between the members; an address added by hand goes away with 'ip addr del'`,
  }
}
