/** Who keeps the rules of a host: the manager that is active, not one that is merely installed. */
export const firewallNames = ['firewalld', 'ufw', 'nftables', 'iptables'] as const
export type FirewallName = (typeof firewallNames)[number]

export type Protocol = 'vrrp' | 'tcp' | 'udp'

/** One kind of packet that has to pass: what a member says to another by VRRP or corosync (udp), or the first packet of a client. */
export interface Packet {
  readonly direction: 'in' | 'out'
  readonly family: 4 | 6
  readonly protocol: Protocol
  /** The destination port of tcp and udp. */
  readonly port: number | undefined
  readonly interface: string
  /** Undefined: anybody; nobody in particular. */
  readonly source: string | undefined
  readonly destination: string | undefined
}

/** What has to be let through, and every packet that shows whether it is. */
export interface Opening {
  /** `vrrp`, `tcp/6443`, `udp/5405`. */
  readonly name: string
  readonly protocol: Protocol
  readonly port: number | undefined
  readonly packets: readonly Packet[]
}

/** A place where an opening is missing. */
export interface Gap {
  readonly scope: 'runtime' | 'permanent'
  /** Undefined: both families at once. */
  readonly family: 4 | 6 | undefined
  /** The zone, or the chain: `public`, `inet filter input`, `INPUT`. */
  readonly chain: string
  /** The rule that it has to come before: its handle (nft) or its text (iptables), which no other opening moves; undefined: at the end. */
  readonly before: string | undefined
  /** The file of the permanent rules, where the manager is a file. */
  readonly file: string | undefined
}

/** A firewall manager as sh snippets. */
export interface Firewall {
  readonly name: FirewallName
  /** Prints the rules, running and permanent. Changes nothing. The same text for all openings of a host, so that it is asked once. */
  probe(openings: readonly Opening[]): string
  /** Lets an opening through at a gap, and touches nothing else: what is there stays, and no connection is cut. */
  open(opening: Opening, gap: Gap): string
}
