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
  readonly age?: string | undefined
  /** Of an age file. */
  readonly identity?: string | undefined
}

export function normaliseSecret(raw: RawSecret | undefined, path: Path, context: Context): Secret | undefined {
  const reference = secretReference(raw, path, context)
  if (reference === undefined) return undefined
  const found = context.environment.secret(reference)
  if (found instanceof Secret) return found
  note(context, 'secret-unresolved', [...path, reference.from], found.message, found.mend)
  return undefined
}

/** Where a secret comes from that is looked up later. */
export function secretReference(raw: RawSecret | undefined, path: Path, context: Context): SecretReference | undefined {
  if (raw === undefined) return undefined
  const [reference, another] = references(raw, context)
  if (raw.identity !== undefined && raw.age === undefined) {
    note(
      context,
      'secret-source',
      [...path, 'identity'],
      'only an age file has an identity',
      'write { age: PATH, identity: PATH }',
    )
    return undefined
  }
  if (reference !== undefined && another === undefined) return reference
  const message = reference === undefined ? 'no source of the secret is named' : 'two sources of one secret are named'
  note(
    context,
    'secret-source',
    path,
    message,
    'write one of { env: NAME }, { file: PATH }, { command: … } and { age: PATH }',
  )
  return undefined
}

function references(raw: RawSecret, context: Context): readonly SecretReference[] {
  const { directory } = context.environment
  return [
    ...(raw.env === undefined ? [] : [{ from: 'env' as const, name: raw.env }]),
    ...(raw.file === undefined ? [] : [{ from: 'file' as const, path: expandPath(raw.file, context) }]),
    ...(raw.command === undefined ? [] : [{ from: 'command' as const, command: raw.command, directory }]),
    ...(raw.age === undefined ? [] : [ageReference(raw.age, raw.identity, context)]),
  ]
}

function ageReference(path: string, identity: string | undefined, context: Context): SecretReference {
  return {
    from: 'age',
    path: expandPath(path, context),
    identity: identity === undefined ? undefined : expandPath(identity, context),
  }
}
