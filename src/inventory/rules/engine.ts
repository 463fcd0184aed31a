import type { Path } from '../../lib/yaml.ts'
import type { RawInventory } from '../schema/inventory.ts'
import { type Rule, warning } from './rule.ts'

/** With `ha` written, the words of the other engine stand there for the way back. Without it, it may have been forgotten. */
export const engineUnsaid: Rule = ({ raw }) =>
  raw.ha === undefined
    ? wordsOfPacemaker(raw).map((path) =>
        warning(
          path,
          'this is of ha: pacemaker, and ha is keepalived unless given',
          'write ha: pacemaker; or ha: keepalived, if it is to stand there for later',
        ),
      )
    : []

function wordsOfPacemaker(raw: RawInventory): readonly Path[] {
  return [
    ...written(raw, [], ['corosync', 'pacemaker']),
    ...Object.entries(raw.load_balancers).flatMap(([name, lb]) =>
      typeof lb === 'string' ? [] : written(lb, ['load_balancers', name], ['node_id', 'links']),
    ),
    ...Object.entries(raw.vips).flatMap(([name, vip]) =>
      written(vip, ['vips', name], ['broadcast', 'options', 'prefer']),
    ),
  ]
}

function written<T extends object>(mapping: T, at: Path, keys: readonly (keyof T & string)[]): readonly Path[] {
  return keys.filter((key) => mapping[key] !== undefined).map((key) => [...at, key])
}
