import { expect } from 'vitest'
import { onHost } from '../../../src/lab/hosts.ts'
import { cli, outcome, type Ran } from './cli.ts'
import { holdersOf } from './cluster.ts'
import { crmState } from './crm-state.ts'
import { clusterInventory, type ClusterChanges } from './pacemaker-cluster.ts'
import { whileWatchingQuorum, type QuorumSeen } from './quorum-watch.ts'
import { whileAsking, type Seen } from './watch.ts'

export interface Changed {
  readonly ran: Ran
  readonly seen: Seen
  /** Starts and stops of VIPs, as the members' pacemakers wrote them down. */
  readonly moves: number
  readonly quorum: Readonly<Record<string, QuorumSeen>>
}

/** A cluster whose inventory is changed step by step: what is changed stays changed in the tests after it. */
export class ChangingCluster {
  /** What each change cost the clients, a line each. */
  readonly told: string[] = []
  /** Environment of each run: secrets that the inventory names. */
  env: Readonly<Record<string, string>> = {}

  constructor(
    readonly name: string,
    readonly vip: string,
    public content: ClusterChanges,
  ) {}

  async inventoryWith(changes: ClusterChanges): Promise<string> {
    this.content = { ...this.content, ...changes }
    return await clusterInventory(this.name, this.content)
  }

  /** `up` while a client asks through the VIP and quorum is watched on those who are members before and after. */
  async changed(
    what: string,
    members: readonly string[],
    file: string,
    words: readonly string[] = [],
  ): Promise<Changed> {
    const start = performance.now()
    const before = await movesOf(members)
    const { result, quorum } = await whileWatchingQuorum(members, () =>
      whileAsking(this.vip, members, () => cli(['up', file, ...words], this.env)),
    )
    const { result: ran, seen } = result
    const seconds = Math.round((performance.now() - start) / 1000)
    const lost = Object.values(quorum).reduce((sum, { inquorate }) => sum + inquorate, 0)
    const cost = `${seconds} s, ${outcome(ran).executions} executions`
    this.told.push(
      `${what}: ${seen.failed} of ${seen.requests} requests failed (${seen.refused} refused), longest gap ${seen.longestGap} ms, looks without quorum ${lost}, ${cost}`,
    )
    return { ran, seen, quorum, moves: (await movesOf(members)) - before }
  }

  /** Nothing is left to do, at two executions a host; one holds; all see quorum and each other; nothing failed; no maintenance. */
  async expectSettled(file: string, hosts: readonly string[]): Promise<void> {
    const ran = await cli(['up', file], this.env)
    expect(ran.code, ran.stdout + ran.stderr).toBe(0)
    const executions = 2 * hosts.length
    expect(outcome(ran), ran.stdout).toMatchObject({ outcome: 'nothing to do', changed: 0, executions })
    expect(await holdersOf(this.vip, hosts)).toHaveLength(1)
    for (const host of hosts) {
      const state = await crmState(host)
      expect(state, host).toMatchObject({ quorum: true, failures: [] })
      expect(state.nodes.map(({ name, online, maintenance }) => [name, online, maintenance])).toEqual(
        hosts.map((name) => [name, true, false]),
      )
    }
  }
}

/** Not a request was refused, and the VIP stayed where it was. What merely took too long is told, and is the machine's. */
export function expectUnnoticed(done: Changed): void {
  expectDone(done)
  expect(done.seen.refused).toBe(0)
  expect(done.moves).toBe(0)
}

/** It ended well, with at most one holder and quorum at each look. */
export function expectDone({ ran, seen, quorum }: Changed): void {
  expect(ran.code, ran.stdout + ran.stderr).toBe(0)
  expect(outcome(ran)).toMatchObject({ outcome: 'done', failed: 0 })
  expect(seen.requests).toBeGreaterThan(0)
  expect(seen.mostHolders).toBe(1)
  for (const sample of Object.values(quorum)) {
    expect(sample.quorate).toBeGreaterThan(0)
    expect(sample.inquorate).toBe(0)
  }
}

export async function confOf(host: string): Promise<string> {
  return await onHost(host, 'cat /etc/corosync/corosync.conf')
}

/** What a member's corosync runs with; nothing where it has no such key. */
export async function cmap(host: string, key: string): Promise<string> {
  return (await onHost(host, `corosync-cmapctl -g ${key} 2>/dev/null || true`)).replace(/^.*= /, '').trim()
}

async function movesOf(hosts: readonly string[]): Promise<number> {
  const count = `journalctl --sync 2>/dev/null || true; journalctl -u pacemaker -o cat --no-pager | grep -cE 'Result of (start|stop) operation for vip-api' || true`
  const counts = await Promise.all(hosts.map((host) => onHost(host, count)))
  return counts.reduce((sum, one) => sum + Number(one), 0)
}
