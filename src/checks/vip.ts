import { parseAddresses } from '../facts/interfaces.ts'
import { canonicalAddress } from '../lib/address.ts'
import { listed, type Check, type Finding, type Sample } from './check.ts'
import { keepalivedReasons } from './vip-keepalived.ts'
import { pacemakerReasons } from './vip-pacemaker.ts'
import type { VipReasons } from './vip-reasons.ts'

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

/** Why it is not on one member: that depends on what moves it. */
const REASONS = { keepalived: keepalivedReasons, pacemaker: pacemakerReasons } as const satisfies Record<
  string,
  VipReasons
>

/** A check that the address is on exactly one member, and why where it is on none or on several. */
export function vipCheck(vip: CheckedVip, engine: keyof typeof REASONS = 'keepalived'): VipCheck {
  const id = `vip[${vip.name}]`
  const wanted = canonicalAddress(vip.address)
  const reasons = REASONS[engine]
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
    probe: () => reasons.probe,
    judge: (samples, outOfSight) => [{ check: id, ...judge(vip, reasons, holders(samples), samples, outOfSight) }],
  }
}

function judge(
  vip: CheckedVip,
  reasons: VipReasons,
  holders: readonly string[],
  samples: readonly Sample[],
  outOfSight: readonly string[],
): Omit<Finding, 'check'> {
  const [holder] = holders
  if (holder === undefined) return nowhere(vip, reasons, samples, outOfSight)
  if (holders.length > 1) return atOnce(vip, reasons, holders, samples)
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
  reasons: VipReasons,
  samples: readonly Sample[],
  outOfSight: readonly string[],
): Omit<Finding, 'check'> {
  if (outOfSight.length > 0) {
    const message = `no member in sight holds ${address}; whether ${listed(outOfSight)} does cannot be seen`
    return { host: undefined, status: 'not-checked', message }
  }
  const { why, mend } = reasons.nowhere(address, samples)
  return { host: undefined, status: 'failed', message: `no member holds ${address}: ${why}`, mend }
}

function atOnce(
  { address }: CheckedVip,
  reasons: VipReasons,
  holders: readonly string[],
  samples: readonly Sample[],
): Omit<Finding, 'check'> {
  const known = reasons.atOnce(address, holders, samples)
  return {
    host: undefined,
    status: 'failed',
    message: `${holders.length} members hold ${address} at once: ${holders.join(', ')}; ${known.map(({ why }) => why).join('; ')}`,
    mend: [...new Set(known.map(({ mend }) => mend))].join('; '),
  }
}
