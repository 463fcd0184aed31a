import { randomBytes } from 'node:crypto'
import type { Connection } from '../connection/types.ts'
import { Secret } from '../lib/secret.ts'
import { quote } from '../lib/shell.ts'
import { previousPath } from '../resources/file.ts'
import { pendingPath } from '../resources/loaded.ts'
import type { WantedFile } from '../resources/action.ts'
import type { Observation } from './observe.ts'
import { probeScript, splitOutput } from './observe.ts'

/** What stands in a file that is to change: secret as a whole, since it may hold secrets. */
export interface OldContent {
  readonly now: Secret | undefined
  /** What the unit runs with: the file as it is, or the version kept from before where a run was killed before its unit took the new one. */
  readonly running: Secret | undefined
}

/** The contents of files that differ, by host and path. */
export type Contents = ReadonlyMap<string, ReadonlyMap<string, OldContent>>

/** Fetches the files of a host that differ, by path: one execution, and none where no file differs. */
export async function fetchContents(
  connection: Connection,
  observation: Observation,
): Promise<ReadonlyMap<string, OldContent>> {
  const files = changedFiles(observation)
  if (files.length === 0) return new Map()
  const marker = randomBytes(12).toString('hex')
  const probes = files.flatMap(({ path, unit, encoding }) => {
    // Of other bytes than text: one line of base64, as it is wanted.
    const print = encoding === 'base64' ? 'base64 <' : 'cat '
    const end = encoding === 'base64' ? " | tr -d '\\n'" : ''
    const show = (file: string): string => `[ -f ${quote(file)} ] && echo present && ${print}${quote(file)}${end}`
    const now = show(path)
    if (unit === undefined) return [now, now]
    const before = show(previousPath(path))
    return [now, `if grep -qsxF ${quote(path)} ${quote(pendingPath(unit))}; then ${before}; else ${now}; fi`]
  })
  const result = await connection.run({
    label: 'contents',
    script: probeScript(probes, marker),
    timeoutSeconds: 60,
    repeatable: true,
  })
  const outputs = splitOutput(connection.name, result.stdout, probes.length, marker)
  return new Map(
    files.map(({ path }, index) => [
      path,
      { now: present(outputs[index * 2]), running: present(outputs[index * 2 + 1]) },
    ]),
  )
}

/** The frame adds a line end before its mark, which is not the file's. */
function present(output: string | undefined): Secret | undefined {
  return output?.startsWith('present\n') === true ? new Secret(output.slice('present\n'.length)) : undefined
}

/** Files whose bytes differ, and those that a unit has not taken: what it runs with has to be known. */
function changedFiles({ resources }: Observation): readonly Pick<WantedFile, 'path' | 'unit' | 'encoding'>[] {
  const unloaded = new Set(
    resources.flatMap(({ comparison }) =>
      comparison.actions.flatMap((action) => (action.do === 'load' ? [action.load.unit] : [])),
    ),
  )
  return resources.flatMap(({ resource: { file }, comparison }) =>
    file !== undefined &&
    (comparison.actions.some(({ do: what }) => what === 'write') ||
      (file.unit !== undefined && unloaded.has(file.unit)))
      ? [file]
      : [],
  )
}
