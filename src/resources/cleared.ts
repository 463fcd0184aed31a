import { HostError } from '../lib/errors.ts'
import { quote } from '../lib/shell.ts'
import type { Action } from './action.ts'
import { keyValues } from './change.ts'
import { resource, type Change, type Kind, type Resource } from './kind.ts'

interface ClearedSpec {
  /** Where pacemaker keeps its CIB. */
  readonly folder: string
  /** Units that still run as what they were: stopped first, in this order. */
  readonly units: readonly string[]
  /** The configuration with which there is nothing to clear any more: what is there by then is this cluster's own. */
  readonly unless: { readonly path: string; readonly sha256: string } | undefined
}

interface ObservedCib {
  readonly isOurs: boolean
  readonly isEmpty: boolean
  readonly running: readonly string[]
}

/** No CIB of another cluster, and nobody who would write one: what a member starts with before it joins, and leaves when it goes. */
export const clearedKind: Kind<ClearedSpec, ObservedCib> = {
  kind: 'cleared',
  probe: ({ folder, units, unless }, { init }) => `ours=no; files=0
${unless === undefined ? ':' : `sum=$(sha256sum <${quote(unless.path)}); [ "\${sum%% *}" = ${unless.sha256} ] && ours=yes`}
for file in ${quote(folder)}/*; do [ ! -e "$file" ] || files=$((files + 1)); done
echo "ours=$ours"; echo "files=$files"
${units.map((unit) => `{ ${init.state(unit)}; } | grep -qxE 'active=(active|activating|reloading)' && echo ${quote(`running-${unit}=yes`)}`).join('\n')}
true`,
  parse(output, { units }) {
    const values = keyValues(output)
    const files = values.get('files')
    if (files === undefined)
      throw new HostError(`what is in the folder of the CIB cannot be read from '${output.trim()}'`)
    return {
      isOurs: values.get('ours') === 'yes',
      isEmpty: files === '0',
      running: units.filter((unit) => values.get(`running-${unit}`) === 'yes'),
    }
  },
  diff({ unless }, { isOurs, isEmpty, running }): readonly Change[] {
    if (isOurs) return []
    return [
      ...running.map((unit) => ({ property: unit, before: 'runs without this cluster', after: 'stopped' })),
      ...(isEmpty
        ? []
        : [
            {
              property: 'CIB',
              before: unless === undefined ? 'of a cluster that is left' : 'not of this cluster',
              after: 'taken away',
            },
          ]),
    ]
  },
  actions: ({ folder }, _changes, { running, isEmpty }): readonly Action[] => [
    ...running.map((unit) => ({ do: 'stop' as const, unit })),
    ...(isEmpty && running.length === 0 ? [] : [{ do: 'clear-cib' as const, folder }]),
  ],
}

/** A host on which no old CIB shall come back. */
export function clearedResource(spec: ClearedSpec): Resource {
  return resource(clearedKind, 'cib', spec)
}
