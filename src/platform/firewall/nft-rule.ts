import type { Opening } from './types.ts'

/** The mark of a rule that was put there. */
export const COMMENT = 'ha-provision'

/** The rule that lets an opening through, in nft's words. */
export function nftRule({ protocol, port }: Pick<Opening, 'protocol' | 'port'>): string {
  const match = protocol === 'vrrp' ? 'meta l4proto 112' : `${protocol} dport ${String(port)}`
  return `${match} accept comment "${COMMENT}"`
}
