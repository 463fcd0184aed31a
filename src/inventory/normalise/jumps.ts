import type { Path } from '../../lib/yaml.ts'
import type { JumpHost } from '../model.ts'
import type { RawJump, RawJumps } from '../schema/connection.ts'
import { type Context, list, note } from './context.ts'
import { isPort, withoutBrackets } from './endpoint.ts'
import { expandPath } from './paths.ts'
import { normaliseSecret, secretReference } from './secrets.ts'

/** One jump host, a chain of them, or `none`; `user` logs in where a jump host names nobody. */
export function normaliseJumps(
  raw: RawJumps | undefined,
  path: Path,
  user: string | undefined,
  context: Context,
): readonly JumpHost[] | undefined {
  if (raw === undefined) return undefined
  if (raw === 'none') return []
  if (!Array.isArray(raw)) return [normaliseJump(raw, path, user, context)]
  return raw.map((jump, index) => normaliseJump(jump, [...path, index], user, context))
}

function normaliseJump(raw: RawJump | string, path: Path, user: string | undefined, context: Context): JumpHost {
  const jump: RawJump = typeof raw === 'string' ? parseJump(raw, path, context) : raw
  const secret = (key: 'password' | 'passphrase') => normaliseSecret(jump[key], [...path, key], context)
  return {
    host: withoutBrackets(jump.host),
    port: jump.port,
    user: jump.user ?? user,
    identityFiles: list(jump.identity_file).map((file) => expandPath(file, context)),
    pinnedKeys: list(jump.host_key),
    password: secret('password'),
    oneTimeCode: secretReference(jump.one_time_code, [...path, 'one_time_code'], context),
    passphrase: secret('passphrase'),
  }
}

/** `user@host:port`; user and port may be left out. */
function parseJump(text: string, path: Path, context: Context): RawJump {
  const [, user, host, digits] =
    /^(?:([^@\s:/]+)@)?(\[[^\]]+\]|[A-Za-z0-9][A-Za-z0-9._-]*)(?::(\d+))?$/.exec(text) ?? []
  const port = digits === undefined ? undefined : Number(digits)
  if (text === 'none') {
    note(context, 'jump-form', path, 'none stands alone, not in a list', 'write jump: none, or leave it out')
    return { host: text, user }
  }
  if (host === undefined || (port !== undefined && !isPort(port))) {
    note(
      context,
      'jump-form',
      path,
      `"${text}" is no jump host`,
      'write it like debian@192.168.4.57 or ops@bastion:2222',
    )
    return { host: text, user }
  }
  return { host, port, user }
}
