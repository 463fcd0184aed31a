import type { ConnectionSettings, OwnConnection } from '../model.ts'
import type { RawConnection, RawLoadBalancer } from '../schema/inventory.ts'
import type { Path } from '../../lib/yaml.ts'
import { type Context, list } from './context.ts'
import { milliseconds } from './durations.ts'
import { normaliseJumps } from './jumps.ts'
import { expandPath } from './paths.ts'
import { normaliseSecret, secretReference } from './secrets.ts'

/** What is not said stays undefined: ssh_config may say it, and ssh's own defaults come last. */
export function normaliseConnection(raw: RawConnection, context: Context): ConnectionSettings {
  const path = ['connection']
  const secret = (key: 'password' | 'passphrase' | 'become_password') =>
    normaliseSecret(raw[key], [...path, key], context)
  return {
    user: raw.user,
    port: raw.port,
    identityFiles: files(raw.identity_file, context),
    agent: raw.agent,
    knownHosts: files(raw.known_hosts, context),
    hostKeys: raw.host_keys,
    connectTimeout: raw.connect_timeout === undefined ? undefined : milliseconds(raw.connect_timeout, 0),
    become: raw.become ?? 'auto',
    password: secret('password'),
    oneTimeCode: secretReference(raw.one_time_code, [...path, 'one_time_code'], context),
    passphrase: secret('passphrase'),
    becomePassword: secret('become_password'),
    jumps: normaliseJumps(raw.jump, [...path, 'jump'], raw.user, context),
    transport: raw.transport ?? 'auto',
    sshConfig:
      raw.ssh_config === undefined || raw.ssh_config === 'none' ? raw.ssh_config : expandPath(raw.ssh_config, context),
  }
}

/** What a load balancer says of its own connection. */
export function normaliseOwn(
  raw: Partial<RawLoadBalancer>,
  path: Path,
  user: string | undefined,
  context: Context,
): OwnConnection {
  return {
    identityFiles: files(raw.identity_file, context),
    pinnedKeys: list(raw.host_key),
    jumps: normaliseJumps(raw.jump, [...path, 'jump'], user, context),
    transport: raw.transport,
    become: raw.become,
    password: normaliseSecret(raw.password, [...path, 'password'], context),
    oneTimeCode: secretReference(raw.one_time_code, [...path, 'one_time_code'], context),
    becomePassword: normaliseSecret(raw.become_password, [...path, 'become_password'], context),
  }
}

function files(raw: string | readonly string[] | undefined, context: Context): readonly string[] {
  return list(raw).map((file) => expandPath(file, context))
}
