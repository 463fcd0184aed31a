import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'vitest'
import type { Event } from '../../../src/engine/events.ts'
import { containerOf } from '../../../src/lab/containers.ts'
import { onHost, resetHosts, startMembers } from '../../../src/lab/hosts.ts'
import { run } from '../../../src/lab/run.ts'
import { readLab, type Lab } from '../../../src/lab/state.ts'
import { until } from '../../../src/lab/wait.ts'
import { cli, ofType, outcome, startCli, type Ran, type Started } from './cli.ts'
import { holdersOf, inventory, type Changes } from './cluster.ts'
import { aptReached, holdApt, releaseApt } from './faults.ts'
import { reached, slowDown, speedUp, type Slow } from './slow.ts'
import { whileAsking } from './watch.ts'

export const PAIR = ['lb1', 'lb2'] as const
type Host = (typeof PAIR)[number]

/** One moment at which a run is ended the hard way, and how. */
export interface Moment {
  readonly name: string
  /** Which change is under way: from a pair made bare, from the bare one that is there, or there and back between the usual state and another. */
  readonly change: keyof typeof CHANGES | 'bare' | 'first'
  /** The event after which it happens; with `slow`, it happens when the slow program has been reached. */
  readonly at?: (event: Event) => boolean
  readonly slow?: Slow
  /** Milliseconds after that. */
  readonly later?: number
  /**
   * `client`: the program dies, its script on the host goes on to its end. `shell`: the script's shell dies too, what it started goes on.
   * `script`: everything of it dies. `power`: the host does, and starts again.
   */
  readonly wreck: 'client' | 'shell' | 'script' | 'power'
  /** Where, for all but `client`. */
  readonly host?: string
  /** What the next run says it waits for: apt, which is held on `host` from its start until then. */
  readonly waits?: RegExp
  /** How long the VIP may be without an answer, in milliseconds, until the next run has ended: 1500 unless given. */
  readonly gap?: number
  /** A host that starts again in the middle of a conversation speaks the new one to a holder of the old. */
  readonly twoHolders?: boolean
}

const CHANGES = {
  /** Both files of both members change, and what the members say to each other does not. */
  turn: { haproxy: { global: { maxconn: 2000 } }, keepalived: { check: { interval: '3s' } } },
  password: { keepalived: { auth_pass: { env: 'KILLS_NEW' } } },
  vrid: { vip: { virtual_router_id: 77 } },
  address: {},
} satisfies Record<string, Changes>

/** The inventory of a state, with a password that is always the same: then so are the files. */
async function inventoryOf(state: keyof typeof CHANGES | 'usual', lab: Lab): Promise<string> {
  process.env.KILLS_OLD = 'old4Kill'
  process.env.KILLS_NEW = 'new4Kill'
  const changes: Changes = state === 'usual' ? {} : CHANGES[state]
  return await inventory(`kills-${state}`, {
    ...changes,
    keepalived: { auth_pass: { env: 'KILLS_OLD' }, ...changes.keepalived },
    ...(state === 'address' ? { vip: { address: `${lab.spareVip}/24` } } : {}),
  })
}

const END_STATE = `cd /
sha256sum /etc/haproxy/haproxy.cfg /etc/keepalived/keepalived.conf /usr/libexec/keepalived/check-haproxy /etc/systemd/system/keepalived.service.d/ha-provision.conf /var/lib/ha-provision/members.json
stat -c '%a %U:%G %n' /etc/haproxy/haproxy.cfg /etc/keepalived/keepalived.conf
for unit in haproxy keepalived; do echo "$unit $(systemctl is-enabled $unit) $(systemctl is-active $unit)"; done
sha256sum -c /var/lib/ha-provision/loaded/haproxy /var/lib/ha-provision/loaded/keepalived`

export const LEFTOVERS = `find /etc /usr/libexec /var/lib/ha-provision -name '*.ha-provision-new' -o -name '*.previous.new' -o -path '*/loaded/*.new'
find /var/lib/ha-provision/pending -type f
find /run/systemd/system -lname /dev/null
find /run/ha-provision -name owner -o -name holder -o -name fence
ls /var/lib/dpkg/updates; dpkg --audit`

/** What must be the same on a host however a run came to its end: files, units, and nothing left over. */
async function endState(host: Host): Promise<string> {
  expect(await onHost(host, LEFTOVERS), `left over on ${host}`).toBe('')
  return await onHost(host, END_STATE)
}

const ACTION = `for p in /proc/[0-9]*; do
  [ "$(readlink $p/fd/8 2>/dev/null)" = /run/ha-provision/action.lock ] || continue`

export const WRECKS = {
  shell: `${ACTION}
  [ "$(tr '\\0' ' ' <$p/cmdline)" = 'sh -s ' ] && kill -9 "\${p#/proc/}"; done; true`,
  script: `${ACTION}
  kill -9 "\${p#/proc/}"; done; true`,
}

/** Waits until nothing of a killed run is at work on the hosts any more. */
export async function quiet(seconds = 60, hosts: readonly string[] = PAIR): Promise<void> {
  for (const host of hosts) {
    await until(`the end of what is at work on ${host}`, seconds, async () => {
      const free = await onHost(
        host,
        '[ ! -d /run/ha-provision ] || flock -n /run/ha-provision/action.lock true && echo yes || true',
      )
      return free.trim() === 'yes'
    })
  }
}

/** Cuts a host's power and gives it back. */
export async function powerCycle(host: string): Promise<void> {
  const lab = await readLab()
  await run('docker', ['kill', containerOf(lab, host)], { seconds: 30 })
  await startMembers(lab, [host])
}

/** The moments of one lab, one after the other; it knows which state the pair is in, and how the state looks when nobody killed anything. */
export class Kills {
  readonly #lab: Lab
  readonly #references = new Map<string, readonly string[]>()
  #state: keyof typeof CHANGES | 'usual' | 'unknown' = 'unknown'

  constructor(lab: Lab) {
    this.#lab = lab
  }

  /** Kills a run at a moment, then runs again: the end must be that of a run that nobody killed. */
  async survive(moment: Moment): Promise<void> {
    const target = await this.#prepare(moment)
    const file = await inventoryOf(target, this.#lab)
    const address = this.#vipAt(moment)
    this.#state = 'unknown'
    if (moment.change === 'bare' || moment.change === 'first') {
      try {
        await kill(moment, file)
        await this.#finish(moment, file, target)
      } finally {
        await releaseFor(moment)
      }
      return
    }
    const { seen } = await whileAsking(address, PAIR, async () => {
      await kill(moment, file)
      // What the killed run left at work goes on to its end while the client goes on asking.
      if (moment.wreck !== 'power') await quiet()
      await sleep(300)
      if (moment.change !== 'address') await this.#finish(moment, file, target)
    })
    expect(seen.longestGap, `the VIP after: ${moment.name}`).toBeLessThan(moment.gap ?? 1500)
    if (moment.twoHolders !== true) expect(seen.mostHolders, `holders after: ${moment.name}`).toBe(1)
    if (moment.change === 'address') await this.#finish(moment, file, target)
  }

  /** The address that answers before the change is done. */
  #vipAt({ change }: Moment): string {
    return change === 'address' && this.#state === 'address' ? this.#lab.spareVip : this.#lab.vip
  }

  /** Brings the pair to where the change begins, and says where it leads. */
  async #prepare({ change }: Moment): Promise<keyof typeof CHANGES | 'usual'> {
    if (change === 'first') return 'usual'
    if (change === 'bare') {
      await this.#reference('usual')
      await resetHosts(PAIR)
      this.#state = 'unknown'
      return 'usual'
    }
    await this.#reference(change)
    const target = this.#state === change ? 'usual' : change
    if (target === change) await this.reach('usual')
    return target
  }

  /** How a state looks after runs that nobody killed. */
  async #reference(state: keyof typeof CHANGES | 'usual'): Promise<readonly string[]> {
    const known = this.#references.get(state)
    if (known !== undefined) return known
    await this.reach('usual')
    await this.reach(state)
    const fresh = await Promise.all(PAIR.map(endState))
    this.#references.set(state, fresh)
    return fresh
  }

  /** Brings the pair to a state without disturbance. */
  async reach(state: keyof typeof CHANGES | 'usual'): Promise<string> {
    const file = await inventoryOf(state, this.#lab)
    if (this.#state === state) return file
    const ran = await cli(['up', file])
    expect(ran.code, ran.stdout).toBe(0)
    this.#state = state
    return file
  }

  async #finish(moment: Moment, file: string, target: keyof typeof CHANGES | 'usual'): Promise<void> {
    const { name } = moment
    const ran = await upAgain(moment, file)
    expect(ran.code, `up after: ${name}\n${ran.stdout}${ran.stderr}`).toBe(0)
    const states = await Promise.all(PAIR.map(endState))
    expect(states, `the end after: ${name}`).toEqual(await this.#reference(target))
    expect(await holdersOf(target === 'address' ? this.#lab.spareVip : this.#lab.vip)).toEqual(['lb1'])
    if (target === 'address') expect(await holdersOf(this.#lab.vip)).toEqual([])
    const again = await cli(['up', file])
    expect(outcome(again), `the second up after: ${name}\n${again.stdout}`).toMatchObject({
      outcome: 'nothing to do',
      exitCode: 0,
    })
    this.#state = target
  }
}

/** The next run. What it has to wait for goes on when it has said that it waits. */
async function upAgain(moment: Moment, file: string): Promise<Ran> {
  const started = startCli(['up', file])
  const { waits } = moment
  if (waits !== undefined) {
    await started.seen((event) => event.type === 'waiting' && waits.test(event.what))
    await releaseFor(moment)
  }
  return await started.ended
}

async function releaseFor({ waits, host }: Moment): Promise<void> {
  if (waits !== undefined && host !== undefined) await releaseApt(host)
}

async function kill(moment: Moment, file: string): Promise<void> {
  const { slow, at, wreck, host = slow?.host, later = 0, waits } = moment
  if (slow !== undefined) await slowDown({ ...slow, held: true })
  if (waits !== undefined && host !== undefined) await holdApt(host)
  try {
    const started = startCli(['up', file])
    await Promise.race([
      slow === undefined ? started.seen(at ?? (() => false)) : reached(slow),
      tooEarly(started, moment),
    ])
    if (waits !== undefined && host !== undefined) await aptReached(host)
    await sleep(later)
    if (wreck === 'client' || host === undefined) {
      started.kill('SIGKILL')
    } else if (wreck === 'power') {
      const cut = powerCycle(host)
      started.kill('SIGKILL')
      await cut
    } else {
      started.kill('SIGKILL')
      await onHost(host, WRECKS[wreck])
    }
    const { events } = await started.ended
    expect(ofType(events, 'finished'), `killed too late: ${moment.name}`).toEqual([])
  } finally {
    if (slow !== undefined) await speedUp(slow)
  }
}

export async function tooEarly(started: Started, { name }: Pick<Moment, 'name'>): Promise<never> {
  const { stdout, stderr } = await started.ended
  throw new Error(`it ended before its moment (${name}):\n${stdout}\n${stderr}`)
}

/** An event of this type about a resource of a host. */
export function on(type: 'action-started' | 'action-staged' | 'action-done', host: Host, what: string) {
  return (event: Event): boolean => {
    if (event.type !== type || event.host !== host) return false
    return event.type === 'action-staged'
      ? event.resource.includes(what)
      : `${event.resource} ${event.what}`.includes(what)
  }
}

/** An event of a type. */
export function any(type: Event['type'], host?: Host) {
  return (event: Event): boolean =>
    event.type === type && (host === undefined || ('host' in event && event.host === host))
}
