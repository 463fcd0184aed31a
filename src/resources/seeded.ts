import { quote } from '../lib/shell.ts'
import { resource, type Kind, type Resource } from './kind.ts'

interface SeedSpec {
  /** Where pacemaker keeps its CIB. */
  readonly folder: string
}

/**
 * A first CIB, before pacemaker writes one of its own: all it says is how long an election waits for somebody who decides already. Twenty
 * seconds are usual, and nobody is there when a cluster comes up for the first time.
 */
export const seededKind: Kind<SeedSpec, boolean> = {
  kind: 'seeded',
  probe: ({ folder }) => `[ -e ${quote(`${folder}/cib.xml`)} ] && echo there || echo absent`,
  parse: (output) => output.trim() === 'there',
  diff: (_spec, isThere) => (isThere ? [] : [{ property: 'CIB', before: 'absent', after: 'elects without a wait' }]),
  actions: ({ folder }) => [{ do: 'seed-cib', folder }],
}

/** A host whose pacemaker has a CIB to begin with. */
export function seededResource(spec: SeedSpec): Resource {
  return resource(seededKind, 'cib', spec)
}
