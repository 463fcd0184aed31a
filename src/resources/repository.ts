import { quote } from '../lib/shell.ts'
import { resource, type Kind, type Resource } from './kind.ts'

interface RepositorySpec {
  /** The section of a file that has it; undefined where the host knows no such repository. */
  readonly section: { readonly path: string; readonly id: string } | undefined
}

/** A repository that comes with the distribution and is not read unless it is enabled: its file stays its owner's but for that line. */
export const repositoryKind: Kind<RepositorySpec, 'enabled' | 'disabled' | 'unknown'> = {
  kind: 'repository',
  probe: ({ section }) =>
    section === undefined
      ? 'echo unknown'
      : `awk -v id=${quote(`[${section.id}]`)} '
  { sub(/[ \\t\\r]+$/, "") }
  /^\\[/ { inside = $0 == id; if (inside) state = "enabled" }
  inside && /^enabled[ \\t]*=/ { state = /=[ \\t]*(1|[Tt]rue|[Yy]es)$/ ? "enabled" : "disabled" }
  END { print state == "" ? "unknown" : state }' ${quote(section.path)}`,
  parse: (output) => {
    const state = output.trim()
    return state === 'enabled' || state === 'disabled' ? state : 'unknown'
  },
  diff: (_spec, state) => (state === 'disabled' ? [{ property: 'state', before: 'disabled', after: 'enabled' }] : []),
  actions: ({ section }) => (section === undefined ? [] : [{ do: 'repository', ...section }]),
  doubts: (_spec, state) =>
    state === 'unknown' ? ['no such repository is known here: its packages have to come from another one'] : [],
}

/** A repository that shall be read. */
export function repositoryResource(name: string, section: RepositorySpec['section']): Resource {
  return resource(repositoryKind, name, { section })
}
