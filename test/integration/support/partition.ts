import { onHost } from '../../../src/lab/hosts.ts'
import { readLab } from '../../../src/lab/state.ts'

const TABLE = 'lab_partition'

/** Takes the table away whether it is there or not. */
const NONE = `add table inet ${TABLE}\ndelete table inet ${TABLE}\n`

/**
 * Cuts load balancers of different groups off each other: packets are dropped in both directions, everybody else still
 * reaches all of them. A partition that was there before is replaced.
 */
export async function partition(...groups: readonly (readonly string[])[]): Promise<void> {
  const lab = await readLab()
  const addressOf = (host: string): string => {
    const found = lab.hosts.find(({ name }) => name === host)
    if (found === undefined) throw new Error(`the lab has no load balancer ${host}`)
    return found.address
  }
  await Promise.all(
    groups.flatMap((group) => {
      const others = groups.filter((other) => other !== group).flatMap((other) => other.map(addressOf))
      return group.map((host) => onHost(host, cutOff(others)))
    }),
  )
}

/** Ends a partition, if there is one. */
export async function heal(hosts: readonly string[]): Promise<void> {
  await Promise.all(hosts.map((host) => onHost(host, `nft -f - <<'END'\n${NONE}END`)))
}

/** One transaction: no moment in which half of it holds. */
function cutOff(addresses: readonly string[]): string {
  const set = `{ ${addresses.join(', ')} }`
  return `nft -f - <<'END'
${NONE}table inet ${TABLE} {
  chain in { type filter hook input priority -300; ip saddr ${set} drop; }
  chain out { type filter hook output priority -300; ip daddr ${set} drop; }
}
END`
}
