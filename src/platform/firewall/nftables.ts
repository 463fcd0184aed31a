import { NETFILTER_PROBE, openNetfilter } from './netfilter.ts'
import type { Firewall } from './types.ts'

/** Rules of nft's own, with or without iptables' beside them. */
export const nftables: Firewall = { name: 'nftables', probe: () => NETFILTER_PROBE, open: openNetfilter }
