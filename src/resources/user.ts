import { words } from '../lib/shell.ts'
import { resource, type Kind, type Resource } from './kind.ts'

/** A system user that exists; which shell or home an existing one has is its owner's business. */
export const userKind: Kind<{ readonly name: string }, boolean> = {
  kind: 'user',
  probe: (spec) => `${words('id', '-u', spec.name)} >/dev/null 2>&1 && echo present || echo absent`,
  parse: (output) => output.trim() === 'present',
  diff: (_spec, present) => (present ? [] : [{ property: 'account', before: 'absent', after: 'system user' }]),
  actions: (spec) => [{ do: 'user', name: spec.name }],
}

/** A system user that shall exist. */
export function userResource(name: string): Resource {
  return resource(userKind, name, { name })
}
