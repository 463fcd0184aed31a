/** Debian 12's own, shortened: what a plain install of the package runs with. */
export const STOCK = `# Please read the corosync.conf.5 manual page
totem {
	version: 2

	cluster_name: debian

	crypto_cipher: none
	crypto_hash: none
}

logging {
	to_syslog: yes
	logger_subsys {
		subsys: QUORUM
		debug: off
	}
}

quorum {
	provider: corosync_votequorum
}

nodelist {
	# Change/uncomment/add node sections to match cluster configuration

	node {
		# Hostname of the node
		name: node1
		nodeid: 1
		ring0_addr: 127.0.0.1
		# ring1_addr: 127.0.0.1
	}
}
`

/** One made by hand after topology 3.1: names for addresses, words of multicast's days. */
export const BY_HAND = `totem {
  version: 2
  cluster_name: haproxy-prd
  token: 3000
  token_retransmits_before_loss_const: 10
  clear_node_high_bit: yes
  crypto_cipher: none
  crypto_hash: none
  interface {
    ringnumber: 0
    bindnetaddr: 192.168.4.128
    mcastaddr: 239.255.1.1
    mcastport: 5405
    ttl: 1
  }
}
quorum {
  provider: corosync_votequorum
  expected_votes: 1
  two_node: 1
}
nodelist {
  node {
    ring0_addr: lb1
    nodeid: 11
  }
  node {
    ring0_addr: lb2
    nodeid: 12
  }
}
`

/** Members as a nodelist has them: name, number, addresses by link. */
export type Node = readonly [name: string, nodeId: number, ...addresses: readonly string[]]

export function confOf(nodes: readonly Node[], totem: readonly string[] = ['cluster_name: test'], quorum = ''): string {
  const list = nodes.map(
    ([name, id, ...addresses]) =>
      `  node {\n    name: ${name}\n    nodeid: ${id}\n${addresses.map((one, link) => `    ring${link}_addr: ${one}\n`).join('')}  }\n`,
  )
  return `totem {\n  version: 2\n${totem.map((line) => `  ${line}\n`).join('')}}\nnodelist {\n${list.join('')}}\nquorum {\n  provider: corosync_votequorum\n${quorum}}\n`
}

export const LB1: Node = ['lb1', 1, '10.0.0.11']
export const LB2: Node = ['lb2', 2, '10.0.0.12']
export const LB3: Node = ['lb3', 3, '10.0.0.13']
