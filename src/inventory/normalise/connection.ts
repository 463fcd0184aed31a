import type { Path } from '../../lib/yaml.ts'
import type { ConnectionSettings, JumpHost } from '../model.ts'
import type { RawConnection } from '../schema/inventory.ts'
import { type Context, list, note } from './context.ts'
import { milliseconds } from './durations.ts'
import { isPort, withoutBrackets } from './endpoint.ts'
import { expandPath } from './paths.ts'
import { normaliseSecret } from './secrets.ts'

export function normaliseConnection(raw: RawConnection, context: Context): ConnectionSettings {
  const path = ['connection']
  const secret = (key: 'password' | 'passphrase' | 'become_password') =>
    normaliseSecret(raw[key], [...path, key], context)
  const identityFiles = list(raw.identity_file).map((file) => expandPath(file, context))
  return {
    user: raw.user,
    port: raw.port ?? 22,
    identityFiles,
    agent: raw.agent ?? true,
    knownHosts: list(raw.known_hosts, ['~/.ssh/known_hosts']).map((file) => expandPath(file, context)),
    hostKeys: raw.host_keys ?? 'strict',
    connectTimeout: milliseconds(raw.connect_timeout, 10_000),
    become: raw.become ?? 'auto',
    password: secret('password'),
    passphrase: secret('passphrase'),
    becomePassword: secret('become_password'),
    jump: normaliseJump(raw, identityFiles, context),
  }
}

function normaliseJump(raw: RawConnection, identityFiles: readonly string[], context: Context): JumpHost | undefined {
  if (raw.jump === undefined) return undefined
  const jump = typeof raw.jump === 'string' ? parseJump(raw.jump, ['connection', 'jump'], context) : raw.jump
  const files = 'identity_file' in jump ? list(jump.identity_file) : []
  return {
    host: withoutBrackets(jump.host),
    port: jump.port ?? 22,
    user: jump.user ?? raw.user,
    identityFiles: files.length > 0 ? files.map((file) => expandPath(file, context)) : identityFiles,
  }
}

interface JumpText {
  readonly host: string
  readonly port: number | undefined
  readonly user: string | undefined
}

/** `user@host:port`; user and port may be left out. */
function parseJump(text: string, path: Path, context: Context): JumpText {
  const [, user, host, digits] = /^(?:([^@\s]+)@)?(\[[^\]]+\]|[A-Za-z0-9][A-Za-z0-9._-]*)(?::(\d+))?$/.exec(text) ?? []
  const port = digits === undefined ? undefined : Number(digits)
  if (host === undefined || (port !== undefined && !isPort(port))) {
    note(
      context,
      'jump-form',
      path,
      `"${text}" is no jump host`,
      'write it like debian@192.168.4.57 or ops@bastion:2222',
    )
    return { host: text, port: undefined, user }
  }
  return { host, port, user }
}
