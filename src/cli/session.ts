import { askCredentials } from '../connection/credentials.ts'
import { createPool, type Pool } from '../connection/pool.ts'
import type { Connection, Target } from '../connection/types.ts'
import { endingOf, type Ending } from '../engine/outcome.ts'
import type { Run } from '../engine/run.ts'
import { Tally } from '../engine/tally.ts'
import { loadInventory } from '../inventory/load.ts'
import type { Inventory } from '../inventory/model.ts'
import { asHaError, ConnectionLostError, HaError, ManyErrors, oneError, UnreachableError } from '../lib/errors.ts'
import { InputError, renderProblem } from '../lib/problem.ts'
import { loadShippedPlaybook } from '../playbook/load.ts'
import { createReport } from '../report/index.ts'
import type { Report } from '../report/types.ts'
import type { HostOptions } from './options.ts'
import { graver, type Shell } from './shell.ts'
import { jumpOf, targetOf } from './targets.ts'

/** What a command does once its hosts are connected. */
export type Work = (run: Run, tally: Tally) => Promise<Ending>

export interface SessionOptions extends HostOptions {
  readonly command: string
  /** What a member out of sight does: `stop` the run, or be told and left out (for commands that only look). */
  readonly outOfSight: 'stop' | 'tell'
  readonly requireServers?: boolean
  readonly forceUnlock?: boolean
  /** Seconds that verification waits. */
  readonly patience: number
}

/** Runs a command over inventories, one after the other; the exit code is that of the gravest end. */
export async function overInventories(
  files: readonly string[],
  shell: Shell,
  options: SessionOptions,
  work: Work,
): Promise<void> {
  for (const file of files) {
    shell.exitCode = graver(shell.exitCode, await overInventory(file, shell, options, work))
    if (shell.signal.aborted) return
  }
}

async function overInventory(file: string, shell: Shell, options: SessionOptions, work: Work): Promise<number> {
  const since = performance.now()
  const report = createReport({
    command: options.command,
    json: options.json === true,
    verbose: options.verbose === true,
    stdout: process.stdout,
    stderr: process.stderr,
    interactive: process.stdout.isTTY && options.json !== true,
  })
  const executions = new Map<string, number>()
  const pool = createPool({ onExecution: (host) => executions.set(host, (executions.get(host) ?? 0) + 1) })
  const tally = new Tally()
  const hosts: string[] = []
  let ending: Ending
  try {
    ending = await connected(file, shell, options, { report, pool, tally, work, hosts })
  } catch (thrown) {
    const error = asHaError(thrown)
    tellError(error, report)
    ending = endingOf(error)
  } finally {
    pool.closeAll()
  }
  const elapsed = (performance.now() - since) / 1000
  for (const host of hosts) {
    report.emit({
      type: 'host-done',
      host,
      resources: tally.of(host),
      executions: executions.get(host) ?? 0,
      seconds: elapsed,
    })
  }
  report.emit({
    type: 'finished',
    command: options.command,
    ...ending,
    changed: tally.count('changed'),
    failed: tally.count('failed'),
    hosts: hosts.length,
    executions: [...executions.values()].reduce((sum, count) => sum + count, 0),
    seconds: elapsed,
  })
  await report.close()
  return ending.exitCode
}

interface Parts {
  readonly report: Report
  readonly pool: Pool
  readonly tally: Tally
  readonly work: Work
  readonly hosts: string[]
}

async function connected(
  file: string,
  shell: Shell,
  options: SessionOptions,
  { report, pool, tally, work, hosts }: Parts,
): Promise<Ending> {
  const { inventory, warnings } = await loadInventory(file)
  const playbook = await loadShippedPlaybook(inventory.ha)
  const limit = limitOf(inventory, options.limit)
  const targets = await askCredentials(
    inventory.loadBalancers.map((host) => targetOf(inventory, host)),
    { askPassword: options.askPassword === true, askBecomePassword: options.askBecomePassword === true },
  )
  hosts.push(...targets.map(({ name }) => name))
  report.emit({ type: 'run-started', command: options.command, cluster: inventory.cluster, hosts })
  for (const warning of warnings) report.emit({ type: 'warning', message: renderProblem(warning) })
  const stopped = (): void => {
    report.emit({
      type: 'warning',
      message: 'interrupted: what is at work on the hosts is let end; once more leaves at once',
    })
  }
  shell.signal.addEventListener('abort', stopped, { once: true })
  const { connections, missing } = await connectAll(pool, targets, report)
  const stopping = missing.filter(({ where }) => options.outOfSight === 'stop' && limit.has(where ?? ''))
  if (stopping.length > 0) throw oneError(stopping)
  const jump = jumpOf(inventory)
  const ending = await work(
    {
      inventory,
      playbook,
      connections,
      connectMember: async (member) => {
        const target = targetOf(inventory, { ...member, user: undefined })
        const known = targets[0]
        const filled =
          known === undefined ? target : { ...known, name: target.name, host: target.host, port: target.port }
        return await pool.connect(filled).catch(() => undefined)
      },
      dialFromHere: (address, port) => pool.dial(targets[0]?.jump ?? jump, address, port),
      emit: report.emit,
      signal: shell.signal,
      limit,
      requireServers: options.requireServers === true,
      forceUnlock: options.forceUnlock === true,
      patience: options.patience * 1000,
    },
    tally,
  )
  shell.signal.removeEventListener('abort', stopped)
  return missing.length > 0 && ending.exitCode === 0 ? { outcome: 'unreachable', exitCode: 4 } : ending
}

/** All at the same time; every one that cannot be reached is told. */
async function connectAll(
  pool: Pool,
  targets: readonly Target[],
  report: Report,
): Promise<{ connections: Map<string, Connection>; missing: HaError[] }> {
  const connections = new Map<string, Connection>()
  const missing: HaError[] = []
  await Promise.all(
    targets.map(async (target) => {
      const since = performance.now()
      report.emit({ type: 'doing', host: target.name, what: 'connecting' })
      try {
        connections.set(target.name, await pool.connect(target))
        report.emit({ type: 'connected', host: target.name, seconds: (performance.now() - since) / 1000 })
      } catch (thrown) {
        const error = asHaError(thrown, target.name)
        missing.push(
          error instanceof UnreachableError
            ? error
            : new UnreachableError(error.message, { where: target.name, mend: error.mend, cause: error }),
        )
        report.emit({ type: 'unreachable', host: target.name, message: error.message, mend: error.mend })
      }
    }),
  )
  const inOrder = new Map(
    targets
      .flatMap(({ name }) => (connections.has(name) ? [[name, connections.get(name)] as const] : []))
      .flatMap(([name, one]) => (one === undefined ? [] : [[name, one] as const])),
  )
  return { connections: inOrder, missing }
}

function limitOf({ loadBalancers }: Inventory, limit: readonly string[] | undefined): ReadonlySet<string> {
  const known = loadBalancers.map(({ name }) => name)
  if (limit === undefined) return new Set(known)
  const unknown = limit.filter((name) => !known.includes(name))
  if (unknown.length > 0 || limit.length === 0) {
    throw new HaError(
      unknown.length > 0
        ? `--limit names ${unknown.join(', ')}, which is not in the inventory`
        : '--limit names no host',
      {
        mend: `its load balancers are ${known.join(', ')}`,
      },
    )
  }
  return new Set(limit)
}

function tellError(error: HaError, report: Report): void {
  if (error instanceof InputError) {
    for (const problem of error.problems)
      report.emit({ type: 'error', host: undefined, message: renderProblem(problem), mend: undefined })
    return
  }
  const errors = error instanceof ManyErrors ? error.errors : [error]
  for (const one of errors) {
    // That a host cannot be reached was told when it happened.
    if (one instanceof ConnectionLostError && one.where !== undefined) {
      report.emit({ type: 'unreachable', host: one.where, message: one.message, mend: one.mend })
      continue
    }
    if (one instanceof UnreachableError && one.where !== undefined) continue
    report.emit({ type: 'error', host: one.where, message: one.message, mend: one.mend })
  }
}
