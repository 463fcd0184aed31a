import { askCredentials } from '../connection/credentials/credentials.ts'
import { askOnTerminal } from '../connection/credentials/prompt.ts'
import { createPool, type Pool } from '../connection/pool.ts'
import type { Target } from '../connection/types.ts'
import { endingOf, type Ending } from '../engine/outcome.ts'
import type { Run } from '../engine/run.ts'
import { Tally } from '../engine/tally.ts'
import type { Member } from '../facts/types.ts'
import { loadInventory } from '../inventory/load.ts'
import type { LoadBalancer } from '../inventory/model.ts'
import { connectAll } from './connect.ts'
import { limitOf } from './limit.ts'
import { tellError } from './tell.ts'
import { asHaError, graver, HaError, oneError } from '../lib/errors.ts'
import { renderProblem } from '../lib/problem.ts'
import { loadShippedPlaybook } from '../playbook/load.ts'
import { createReport } from '../report/index.ts'
import type { Report } from '../report/types.ts'
import type { HostOptions } from './options.ts'
import type { Shell } from './shell.ts'
import { Targets } from './targets.ts'

/** What a command does once its hosts are connected. */
export type Work = (run: Run, tally: Tally) => Promise<Ending>

export interface SessionOptions extends HostOptions {
  readonly command: string
  /** What a member out of sight does: `stop` the run, or be told and left out (for commands that only look). */
  readonly outOfSight: 'stop' | 'tell'
  /** `--limit` says who is met at all, not only who is changed. */
  readonly meetOnly?: 'limit'
  readonly requireServers?: boolean
  readonly forceUnlock?: boolean
  readonly yes?: boolean
  readonly cleanup?: boolean
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
    if (shell.signal.aborted) {
      shell.exitCode = 130
      return
    }
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
  const pool = createPool({
    onExecution: (host) => executions.set(host, (executions.get(host) ?? 0) + 1),
    ask: process.stdin.isTTY ? askOnTerminal(report) : undefined,
    signal: shell.signal,
  })
  const tally = new Tally()
  const notice = (): void => {
    const message = 'interrupted: what is at work on the hosts is let end; once more leaves at once'
    report.emit({ type: 'warning', message })
  }
  shell.signal.addEventListener('abort', notice, { once: true })
  const parts: Parts = { report, pool, tally, work, hosts: [], told: new Set() }
  try {
    const ending = await connected(file, shell, options, parts)
      .catch((thrown: unknown) => {
        const error = asHaError(thrown)
        tellError(error, parts.told, report.emit)
        return endingOf(error)
      })
      .finally(() => {
        pool.closeAll()
      })
    tellEnd(options.command, ending, parts, executions, (performance.now() - since) / 1000)
    return ending.exitCode
  } finally {
    shell.signal.removeEventListener('abort', notice)
    await report.close()
  }
}

function tellEnd(
  command: string,
  ending: Ending,
  { report, tally, hosts }: Parts,
  executions: ReadonlyMap<string, number>,
  seconds: number,
): void {
  for (const host of hosts) {
    report.emit({ type: 'host-done', host, resources: tally.of(host), executions: executions.get(host) ?? 0, seconds })
  }
  report.emit({
    type: 'finished',
    command,
    ...ending,
    changed: tally.count('changed'),
    failed: tally.count('failed'),
    hosts: hosts.length,
    executions: [...executions.values()].reduce((sum, count) => sum + count, 0),
    seconds,
  })
}

interface Parts {
  readonly report: Report
  readonly pool: Pool
  readonly tally: Tally
  readonly work: Work
  readonly hosts: string[]
  /** Errors that were told when they happened. */
  readonly told: Set<HaError>
}

async function connected(
  file: string,
  shell: Shell,
  options: SessionOptions,
  { report, pool, tally, work, hosts, told }: Parts,
): Promise<Ending> {
  const { inventory, warnings } = await loadInventory(file)
  const playbook = await loadShippedPlaybook(inventory.ha)
  const limit = limitOf(inventory, options.limit)
  const maker = new Targets(inventory)
  const met = inventory.loadBalancers.filter(({ name }) => options.meetOnly === undefined || limit.has(name))
  const { reachable, notes } = await maker.of(met)
  const targets = await askCredentials(
    reachable.map(({ target }) => target),
    { askPassword: options.askPassword === true, askBecomePassword: options.askBecomePassword === true },
  )
  hosts.push(...targets.map(({ name }) => name))
  report.emit({ type: 'run-started', command: options.command, cluster: inventory.cluster, hosts })
  for (const warning of warnings) report.emit({ type: 'warning', message: renderProblem(warning) })
  for (const note of notes) report.emit({ type: 'note', ...note })
  const { connections, missing } = await connectAll(pool, targets, report.emit, shell.signal)
  for (const error of missing) told.add(error)
  const stopping = missing.filter(({ where }) => options.outOfSight === 'stop' && limit.has(where ?? ''))
  if (stopping.length > 0) throw oneError(stopping)
  const ending = await work(
    {
      inventory,
      playbook,
      targets,
      missing,
      connections,
      connectMember: async (member) =>
        await memberTarget(maker, member, targets[met.findIndex(isUsual)])
          .then((target) => pool.connect(target))
          .catch(() => undefined),
      dialFromHere: (address, port) => pool.dial(targets[0]?.jumps ?? [], address, port),
      emit: report.emit,
      signal: shell.signal,
      limit,
      requireServers: options.requireServers === true,
      forceUnlock: options.forceUnlock === true,
      yes: options.yes === true,
      cleanup: options.cleanup === true,
      patience: options.patience * 1000,
    },
    tally,
  )
  return missing.length > 0 && ending.exitCode === 0 ? { outcome: 'unreachable', exitCode: 4 } : ending
}

/** It is reached as the inventory's connection says, with nothing of its own. */
function isUsual({ own }: LoadBalancer): boolean {
  return own.jumps === undefined && own.password === undefined && own.becomePassword === undefined
}

/** A member that left is reached as the usual ones are, with the secrets that were asked for; what one of them has of its own is not for it. */
async function memberTarget(maker: Targets, member: Member, other: Target | undefined): Promise<Target> {
  const port = member.port === 22 ? undefined : member.port
  const { reachable } = await maker.of([{ ...member, port, user: undefined }])
  const [first] = reachable
  if (first === undefined) throw new HaError(`${member.name} is nowhere`)
  if (other === undefined) return first.target
  const { passphrase, passphrases = new Map(), password, becomePassword, jumps, transport } = other
  const behind = jumps.length === 0 ? {} : { transport }
  return { ...first.target, ...behind, passphrase, passphrases, password, becomePassword, jumps }
}
