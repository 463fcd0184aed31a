import { endingOf } from '../engine/outcome.ts'
import { loadInventory } from '../inventory/load.ts'
import { asHaError, graver } from '../lib/errors.ts'
import { renderProblem } from '../lib/problem.ts'
import { createReport } from '../report/index.ts'
import type { Report } from '../report/types.ts'
import type { HostOptions } from './options.ts'
import { connectionEvents } from './settings.ts'
import type { Shell } from './shell.ts'
import { Targets } from './targets.ts'
import { tellError } from './tell.ts'

/** Tells how each host of inventories would be reached, and who said so. Contacts no host and looks no secret up. */
export async function tellConnections(files: readonly string[], shell: Shell, options: HostOptions): Promise<void> {
  for (const file of files) {
    const report = createReport({
      command: 'facts',
      json: options.json === true,
      verbose: options.verbose === true,
      stdout: process.stdout,
      stderr: process.stderr,
      interactive: false,
    })
    shell.exitCode = graver(shell.exitCode, await tellInventory(file, report).finally(() => report.close()))
  }
}

async function tellInventory(file: string, { emit }: Report): Promise<number> {
  const since = performance.now()
  const told: string[] = []
  const ending = await tellHosts(file, emit, told).catch((thrown: unknown) => {
    const error = asHaError(thrown)
    tellError(error, new Set(), emit)
    return endingOf(error)
  })
  emit({
    ...{ type: 'finished', command: 'facts', ...ending, changed: 0, failed: 0, hosts: told.length, executions: 0 },
    seconds: (performance.now() - since) / 1000,
  })
  return ending.exitCode
}

async function tellHosts(file: string, emit: Report['emit'], told: string[]): Promise<ReturnType<typeof endingOf>> {
  const { inventory, warnings } = await loadInventory(file, { secrets: 'placeholder' })
  const { reachable, notes } = await new Targets(inventory).of(inventory.loadBalancers)
  const hosts = reachable.map(({ target }) => target.name)
  told.push(...hosts)
  emit({ type: 'run-started', command: 'facts', cluster: inventory.cluster, hosts })
  for (const warning of warnings) emit({ type: 'warning', message: renderProblem(warning) })
  for (const event of connectionEvents(reachable, { file, environment: process.env })) emit(event)
  for (const note of notes) emit({ type: 'note', ...note })
  return { outcome: 'done', exitCode: 0 }
}
