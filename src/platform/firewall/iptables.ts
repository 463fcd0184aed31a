import { NETFILTER_PROBE, openNetfilter } from './netfilter.ts'
import type { Firewall } from './types.ts'

/** Rules of iptables, of either kind. */
export const iptables: Firewall = { name: 'iptables', probe: () => NETFILTER_PROBE, open: openNetfilter }
