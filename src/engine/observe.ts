import { randomBytes } from 'node:crypto'
import type { Sample } from '../checks/check.ts'
import type { Connection } from '../connection/types.ts'
import { HostError } from '../lib/errors.ts'
import { asHaError } from '../lib/errors.ts'
import type { Comparison, Resource } from '../resources/kind.ts'
import type { BuiltHost } from './build.ts'

/** A resource as it was found. */
export interface ObservedResource {
  readonly resource: Resource
  readonly play: string
  readonly comparison: Comparison
}

/** The samples of every member by check. */
export type Samples = ReadonlyMap<string, ReadonlyMap<string, Sample>>

/** One look at one host: every probe and every check of every play, in one execution. */
export interface Observation {
  readonly host: string
  readonly resources: readonly ObservedResource[]
  readonly samples: ReadonlyMap<string, Sample>
}

/**
 * The probes of a host in one script. Each is framed by a random marker and runs in a subshell of its own,
 * so that none can disturb the next; what one prints cannot be taken for a frame.
 */
export function probeScript(probes: readonly string[], marker: string): string {
  const framed = probes.map(
    (probe, index) =>
      `printf '\\n%s %s\\n' ${marker} ${index}\n( ${probe}\n) 2>/dev/null </dev/null\nprintf '\\n%s end %s\\n' ${marker} "$?"\n`,
  )
  return framed.join('')
}

/** What each probe of a host printed, in order. Throws HostError when the script was cut off. */
export function splitOutput(host: string, output: string, count: number, marker: string): readonly string[] {
  const parts = output.split(`\n${marker} `).slice(1)
  const texts = Array.from({ length: count }, (_, index) => {
    const text = parts[index * 2]
    const end = parts[index * 2 + 1]
    if (text === undefined || end?.startsWith('end ') !== true)
      throw new HostError('the answer of a probe is missing: the script was cut off', {
        where: host,
        mend: 'run again',
      })
    return text.slice(text.indexOf('\n') + 1)
  })
  return texts
}

/** Looks at a host. Changes nothing. */
export async function observe(connection: Connection, built: BuiltHost): Promise<Observation> {
  const resources = built.plays.flatMap(({ play, resources: list }) => list.map((resource) => ({ play, resource })))
  const probes = [
    ...resources.map(({ resource }) => resource.probe(built.platform)),
    ...built.checks.map((check) => check.probe(built.platform)),
  ]
  const { outputs, from, to } = await ask(connection, probes)
  return {
    host: built.name,
    resources: resources.map(({ play, resource }, index) => ({
      play,
      resource,
      comparison: compare(built.name, resource, outputs[index] ?? ''),
    })),
    samples: new Map(
      built.checks.map((check, index) => [
        check.id,
        { host: built.name, output: outputs[resources.length + index] ?? '', from, to },
      ]),
    ),
  }
}

/** Looks again at the checks alone: while something is waited for. */
export async function sample(connection: Connection, built: BuiltHost): Promise<ReadonlyMap<string, Sample>> {
  const { outputs, from, to } = await ask(
    connection,
    built.checks.map((check) => check.probe(built.platform)),
  )
  return new Map(
    built.checks.map((check, index) => [check.id, { host: built.name, output: outputs[index] ?? '', from, to }]),
  )
}

async function ask(
  connection: Connection,
  probes: readonly string[],
): Promise<{ outputs: readonly string[]; from: number; to: number }> {
  const marker = randomBytes(12).toString('hex')
  // Probes of the same text are asked once: a firewall's rules answer for every opening.
  const distinct = [...new Set(probes)]
  const from = performance.now()
  const result = await connection.run({
    label: 'observe',
    script: probeScript(distinct, marker),
    timeoutSeconds: 60,
    repeatable: true,
  })
  const answers = splitOutput(connection.name, result.stdout, distinct.length, marker)
  const to = performance.now()
  return { outputs: probes.map((probe) => answers[distinct.indexOf(probe)] ?? ''), from, to }
}

function compare(host: string, resource: Resource, output: string): Comparison {
  try {
    return resource.compare(output)
  } catch (thrown) {
    const error = asHaError(thrown)
    throw new HostError(`${resource.id}: ${error.message}`, { where: host, mend: error.mend, cause: thrown })
  }
}
