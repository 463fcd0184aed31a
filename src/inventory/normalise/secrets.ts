import { Secret } from '../../lib/secret.ts'
import type { Path } from '../../lib/yaml.ts'
import type { SecretReference } from '../secrets.ts'
import { type Context, note } from './context.ts'
import { expandPath } from './paths.ts'

/** A secret as it is written: exactly one of its sources. */
interface RawSecret {
  readonly env?: string | undefined
  readonly file?: string | undefined
  readonly command?: string | undefined
}

export function normaliseSecret(raw: RawSecret | undefined, path: Path, context: Context): Secret | undefined {
  if (raw === undefined) return undefined
  const [reference, another] = references(raw, context)
  if (reference === undefined || another !== undefined) {
    const message = reference === undefined ? 'no source of the secret is named' : 'two sources of one secret are named'
    note(context, 'secret-source', path, message, 'write one of { env: NAME }, { file: PATH } and { command: … }')
    return undefined
  }
  const found = context.environment.secret(reference)
  if (found instanceof Secret) return found
  note(context, 'secret-unresolved', [...path, reference.from], found.message, found.mend)
  return undefined
}

function references(raw: RawSecret, context: Context): readonly SecretReference[] {
  const { directory } = context.environment
  return [
    ...(raw.env === undefined ? [] : [{ from: 'env' as const, name: raw.env }]),
    ...(raw.file === undefined ? [] : [{ from: 'file' as const, path: expandPath(raw.file, context) }]),
    ...(raw.command === undefined ? [] : [{ from: 'command' as const, command: raw.command, directory }]),
  ]
}
