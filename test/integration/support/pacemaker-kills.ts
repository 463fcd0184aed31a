import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'vitest'
import type { Event } from '../../../src/engine/events.ts'
import { onHost, resetHosts } from '../../../src/lab/hosts.ts'
import type { Lab } from '../../../src/lab/state.ts'
import { cli, ofType, outcome, startCli } from './cli.ts'
import { holdersOf } from './cluster.ts'
import { crmState } from './crm-state.ts'
import { LEFTOVERS, powerCycle, quiet, tooEarly, WRECKS } from './kills.ts'
import { slowDown, speedUp, type Slow } from './slow.ts'
import { clusterInventory, type ClusterChanges } from './pacemaker-cluster.ts'
import { whileWatchingQuorum, type QuorumSeen } from './quorum-watch.ts'
import { whileAsking, type Seen } from './watch.ts'

const PAIR: readonly string[] = ['lb1', 'lb2']
const TRIO: readonly string[] = [...PAIR, 'lb3']

/** What the cluster is brought to; each has an inventory of its own. */
const STATES = {
  usual: {},
  haproxy: { haproxy: { global: { maxconn: 2000 } } },
  cib: { pacemaker: { stickiness: 7, migration_threshold: 2 } },
  key: { corosync: { authkey: { env: 'KILLS_KEY_NEW' } } },
  /** corosync opens its sockets at its start only. */
  port: { corosync: { port: 5415 } },
  trio: { hosts: TRIO },
} satisfies Record<string, ClusterChanges>

type State = keyof typeof STATES

/** One moment at which a run of a cluster is ended the hard way, and how. */
export interface ClusterMoment {
  readonly name: string
  /** `first`: a bare pair. `join` and `leave`: of lb3. The others lead there and back in turns. */
  readonly change: 'first' | 'haproxy' | 'cib' | 'key' | 'port' | 'join' | 'leave'
  /** The event after which it happens; with `slow`, when the slow program has been reached on any member. */
  readonly at?: (event: Event) => boolean
  readonly slow?: Omit<Slow, 'host'>
  /** Members on which that program is slow: all unless given. */
  readonly on?: readonly string[]
  /** Milliseconds after that. */
  readonly later?: number
  /** As of keepalived's; where it happened, for all but `client`. */
  readonly wreck: 'client' | 'shell' | 'script' | 'power'
  /** What the next run says it waits for. */
  readonly waits?: RegExp
}

/** What was seen from the kill to the end of the next run. */
export interface Survived {
  readonly moment: ClusterMoment
  readonly seen: Seen | undefined
  readonly quorum: Readonly<Record<string, QuorumSeen>>
}

const CONFIGURATION = 'cibadmin --query --scope configuration'

const END_STATE = `cd /
sha256sum /etc/haproxy/haproxy.cfg /etc/corosync/corosync.conf /etc/corosync/authkey /var/lib/ha-provision/members.json
stat -c '%a %U:%G %n' /etc/haproxy/haproxy.cfg /etc/corosync/corosync.conf /etc/corosync/authkey
for unit in haproxy corosync pacemaker; do echo "$unit $(systemctl is-enabled $unit) $(systemctl is-active $unit)"; done
sha256sum -c /var/lib/ha-provision/loaded/haproxy /var/lib/ha-provision/loaded/corosync`

/** What must be the same on a member however a run came to its end. */
async function endState(host: string): Promise<string> {
  expect(await onHost(host, LEFTOVERS), `left over on ${host}`).toBe('')
  return await onHost(host, `${CONFIGURATION}\n${END_STATE}`)
}

/** An event of this type about something that a member does. */
export function doing(type: 'action-started' | 'action-done', what: string, host?: string) {
  return (event: Event): boolean =>
    event.type === type &&
    (host === undefined || event.host === host) &&
    `${event.resource} ${event.what}`.includes(what)
}

/** The moments of one lab (of three, where one joins or leaves), one after the other; it knows the state of the cluster, and how each state looks when nobody killed anything. */
export class ClusterKills {
  readonly #lab: Lab
  readonly #hosts: readonly string[]
  readonly #references = new Map<State, readonly string[]>()
  #state: State | 'unknown' = 'unknown'

  constructor(lab: Lab) {
    this.#lab = lab
    this.#hosts = lab.hosts.map(({ name }) => name)
    process.env['KILLS_KEY_OLD'] = Buffer.alloc(256, 'old').toString('base64')
    process.env['KILLS_KEY_NEW'] = Buffer.alloc(256, 'new').toString('base64')
  }

  /** Kills a run at a moment, then runs again: the end must be that of a run that nobody killed, and quorum was there all the time. */
  async survive(moment: ClusterMoment): Promise<Survived> {
    const target = await this.#prepare(moment)
    const members = moment.change === 'leave' || moment.change === 'join' ? PAIR : membersOf(target)
    const file = await this.#inventory(target)
    this.#state = 'unknown'
    if (moment.change === 'first') {
      await kill(moment, file, this.#hosts)
      await this.#finish(moment, file, target)
      return { moment, seen: undefined, quorum: {} }
    }
    const { result, quorum } = await whileWatchingQuorum(members, () =>
      whileAsking(this.#lab.vip, this.#hosts, async () => {
        const wrecked = await kill(moment, file, this.#hosts)
        // What the killed run left at work goes on to its end, and the cluster by itself.
        await sleep(500)
        await this.#finish(moment, file, target)
        return wrecked
      }),
    )
    const { seen, result: wrecked } = result
    expect(seen.mostHolders, `holders after: ${moment.name}`).toBe(1)
    for (const [host, { quorate, inquorate, absent }] of Object.entries(quorum)) {
      expect(quorate, `${host} was asked`).toBeGreaterThan(0)
      if (moment.change === 'port' || host === wrecked) continue
      expect({ host, inquorate, absent }, `quorum after: ${moment.name}`).toEqual({ host, inquorate: 0, absent: 0 })
    }
    return { moment, seen, quorum }
  }

  async #prepare({ change }: ClusterMoment): Promise<State> {
    if (change === 'first') {
      await this.#reference('usual')
      await resetHosts(PAIR)
      return 'usual'
    }
    const other = change === 'join' || change === 'leave' ? 'trio' : change
    await this.#reference(other)
    if (change === 'join') await this.reach('usual')
    if (change === 'leave') await this.reach('trio')
    if (this.#state === other) return 'usual'
    await this.reach('usual')
    return other
  }

  /** How a state looks after runs that nobody killed. */
  async #reference(state: State): Promise<readonly string[]> {
    const known = this.#references.get(state)
    if (known !== undefined) return known
    await this.reach('usual')
    await this.reach(state)
    const fresh = await Promise.all(membersOf(state).map(endState))
    this.#references.set(state, fresh)
    return fresh
  }

  /** Brings the cluster to a state without disturbance. */
  async reach(state: State): Promise<void> {
    if (this.#state === state) return
    const ran = await cli(['up', await this.#inventory(state), '--yes'])
    expect(ran.code, ran.stdout).toBe(0)
    this.#state = state
  }

  async #finish({ name, waits }: ClusterMoment, file: string, target: State): Promise<void> {
    const ran = await cli(['up', file, '--yes'])
    expect(ran.code, `up after: ${name}\n${ran.stdout}${ran.stderr}`).toBe(0)
    if (waits !== undefined)
      expect(
        ofType(ran.events, 'waiting')
          .map(({ what }) => what)
          .join('\n'),
      ).toMatch(waits)
    const members = membersOf(target)
    const states = await Promise.all(members.map(endState))
    expect(states, `the end after: ${name}`).toEqual(await this.#reference(target))
    expect(await holdersOf(this.#lab.vip, this.#hosts)).toHaveLength(1)
    const seen = (await crmState('lb1')).nodes.map((node) => [node.name, node.online, node.maintenance])
    expect(seen).toEqual(members.map((member) => [member, true, false]))
    const again = await cli(['up', file])
    expect(outcome(again), `the second up after: ${name}\n${again.stdout}`).toMatchObject({
      outcome: 'nothing to do',
      exitCode: 0,
    })
    this.#state = target
  }

  async #inventory(state: State): Promise<string> {
    const changes: ClusterChanges = STATES[state]
    return await clusterInventory(`cluster-kills-${state}`, {
      ...changes,
      // A busy machine alone costs members the usual second.
      corosync: { token: '5s', authkey: { env: 'KILLS_KEY_OLD' }, ...changes.corosync },
    })
  }
}

function membersOf(state: State): readonly string[] {
  return state === 'trio' ? TRIO : PAIR
}

/** Ends a run at its moment; returns the host that went with it. */
async function kill(moment: ClusterMoment, file: string, hosts: readonly string[]): Promise<string | undefined> {
  const { slow, on = hosts, at = () => false, wreck, later = 0 } = moment
  const wide = slow === undefined ? [] : on.map((host) => ({ ...slow, host }))
  await Promise.all(wide.map(slowDown))
  try {
    const started = startCli(['up', file, '--yes'])
    const over = new AbortController()
    const reached = wide.length > 0 ? anyReached(wide, over.signal) : started.seen(at).then(hostOf)
    const where = await Promise.race([reached, tooEarly(started, moment)]).finally(() => {
      over.abort()
    })
    await sleep(later)
    const cut = wreck === 'power' && where !== undefined ? powerCycle(where) : undefined
    started.kill('SIGKILL')
    if (wreck === 'shell' || wreck === 'script') await onHost(where ?? '', WRECKS[wreck])
    await cut
    expect(ofType((await started.ended).events, 'finished'), `killed too late: ${moment.name}`).toEqual([])
    if (moment.waits === undefined) await quiet(120, hosts)
    return wreck === 'power' ? where : undefined
  } finally {
    await Promise.all(wide.map(speedUp))
  }
}

function hostOf(event: Event): string | undefined {
  return 'host' in event ? event.host : undefined
}

async function anyReached(wide: readonly Slow[], signal: AbortSignal): Promise<string> {
  while (!signal.aborted) {
    for (const { host } of wide) {
      const sign = await onHost(host, '[ -e /run/slow-reached ] && echo yes || true')
      if (sign.trim() === 'yes') return host
    }
    await sleep(100)
  }
  throw new Error('no slow program was reached')
}

/** A line of the table that the soak prints. */
export function line({ moment, seen, quorum }: Survived): string {
  const gap =
    seen === undefined
      ? 'nothing served yet'
      : `${seen.failed} of ${seen.requests} failed, longest gap ${seen.longestGap} ms`
  const lost = Object.entries(quorum).map(([host, one]) => `${host} ${one.quorate}/${one.inquorate}/${one.absent}`)
  return `${moment.change.padEnd(8)} ${moment.wreck.padEnd(7)} ${moment.name}: ${gap}; ${lost.join(', ')}`
}
