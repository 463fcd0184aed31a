import { expect } from 'vitest'
import type { Event } from '../../../src/engine/events.ts'
import { onHost } from '../../../src/lab/hosts.ts'
import { cli, ofType, outcome, startCli } from './cli.ts'
import { holdersOf, inventory } from './cluster.ts'
import { PAIR, quiet } from './kills.ts'
import { clusterInventory } from './pacemaker-cluster.ts'
import { whileAsking, type Seen } from './watch.ts'

export type Engine = 'keepalived' | 'pacemaker'

/** A moment of a migration at which the program dies, and what the next run is to bring. */
export interface Moment {
  readonly name: string
  readonly from: Engine
  readonly to: Engine
  /** The event after which it dies. */
  readonly at: (event: Event) => boolean
  /** What is wanted after that: `to` unless given. */
  readonly then?: Engine
}

/** What runs and starts at boot where an engine is in charge, as `unit boot state`. */
const UNITS: Readonly<Record<Engine, readonly string[]>> = {
  keepalived: [
    'haproxy enabled active',
    'keepalived enabled active',
    'corosync disabled inactive',
    'pacemaker disabled inactive',
  ],
  pacemaker: [
    'haproxy disabled active',
    'keepalived disabled inactive',
    'corosync enabled active',
    'pacemaker enabled active',
  ],
}

const ASK_UNITS = `for unit in haproxy keepalived corosync pacemaker; do
echo "$unit $(systemctl is-enabled $unit) $(systemctl is-active $unit)"; done`

/** A pair that has one engine or the other. */
export class Migrations {
  readonly #vip: string
  readonly #files: Readonly<Record<Engine, string>>

  private constructor(vip: string, files: Readonly<Record<Engine, string>>) {
    this.#vip = vip
    this.#files = files
  }

  static async of(vip: string): Promise<Migrations> {
    const keepalived = await inventory('migrate-keepalived')
    return new Migrations(vip, { keepalived, pacemaker: await clusterInventory('migrate-pacemaker') })
  }

  fileOf(engine: Engine): string {
    return this.#files[engine]
  }

  /** Brings the pair to an engine, whatever it has, and returns what a client and the hosts saw of it. */
  async reach(engine: Engine): Promise<Seen> {
    const { result, seen } = await whileAsking(this.#vip, PAIR, () => cli(['up', this.fileOf(engine)]))
    expect(result.code, result.stdout + result.stderr).toBe(0)
    return seen
  }

  /** One holder, the units of this engine and none of the other's, and a further run that has nothing to do. */
  async expectSettled(engine: Engine): Promise<void> {
    for (const host of PAIR) {
      expect((await onHost(host, `${ASK_UNITS}; true`)).trim().split('\n')).toEqual(UNITS[engine])
      if (engine === 'keepalived') expect(await onHost(host, 'ls -A /var/lib/pacemaker/cib')).toBe('')
    }
    expect(await holdersOf(this.#vip)).toHaveLength(1)
    const again = await cli(['up', this.fileOf(engine)])
    expect(outcome(again), again.stdout).toMatchObject({ outcome: 'nothing to do', changed: 0, executions: 4 })
  }

  /** The program dies at a moment, and the next run ends as if it had not. */
  async survive({ from, to, at, then = to }: Moment): Promise<Seen> {
    await this.reach(from)
    const { seen } = await whileAsking(this.#vip, PAIR, async () => {
      const started = startCli(['up', this.fileOf(to)])
      await started.seen(at)
      started.kill('SIGKILL')
      expect(ofType((await started.ended).events, 'finished'), 'killed too late').toEqual([])
      await quiet()
      const ran = await cli(['up', this.fileOf(then)])
      expect(ran.code, ran.stdout + ran.stderr).toBe(0)
    })
    expect(seen.mostHolders).toBe(1)
    await this.expectSettled(then)
    return seen
  }
}

/** A gap is measured, not judged. */
export function report(what: string, seen: Seen): void {
  process.stdout.write(`${what}: ${JSON.stringify(seen)}\n`)
}
