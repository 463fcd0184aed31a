import { existsSync } from 'node:fs'
import { homedir, userInfo } from 'node:os'
import { join, resolve } from 'node:path'
import type { Secret } from '../lib/secret.ts'
import type { Endpoint } from './types.ts'

/** What an inventory says about reaching a host; everything but the host may be missing. */
export interface EndpointWish {
  readonly name?: string | undefined
  readonly host: string
  readonly port?: number | undefined
  readonly user?: string | undefined
  readonly identityFiles?: readonly string[] | undefined
  /** Use the agent that SSH_AUTH_SOCK names; so it is unless false. */
  readonly agent?: boolean | undefined
  readonly knownHosts?: readonly string[] | undefined
  readonly hostKeyPolicy?: Endpoint['hostKeyPolicy'] | undefined
  readonly connectTimeoutSeconds?: number | undefined
  readonly passphrase?: Secret | undefined
  readonly password?: Secret | undefined
  readonly oneTimeCode?: Endpoint['oneTimeCode']
  readonly pinnedKeys?: readonly string[] | undefined
  readonly transport?: Endpoint['transport'] | 'auto' | undefined
  /** The ssh_config file to follow: ssh's usual ones when undefined, `none`: none. */
  readonly sshConfig?: string | undefined
}

const CONNECT_SECONDS = 10
const IDENTITY_NAMES: readonly string[] = ['id_ed25519', 'id_ecdsa', 'id_rsa']
const SYSTEM_KNOWN_HOSTS = '/etc/ssh/ssh_known_hosts'

/** Fills in what ssh would: the local user's name, the usual identity files that exist, the usual known_hosts, the agent. */
export function endpointDefaults(wish: EndpointWish, environment: NodeJS.ProcessEnv = process.env): Endpoint {
  const home = environment.HOME ?? homedir()
  const directory = join(home, '.ssh')
  const named = nonEmpty(wish.identityFiles)
  const usual = (): string[] => IDENTITY_NAMES.map((name) => join(directory, name)).filter((file) => existsSync(file))
  return {
    name: wish.name ?? wish.host,
    host: wish.host,
    port: wish.port ?? 22,
    user: wish.user ?? userInfo().username,
    identityFiles: named?.map((file) => expand(file, home)) ?? usual(),
    identitiesOnly: named !== undefined,
    agent: wish.agent === false ? undefined : environment.SSH_AUTH_SOCK,
    knownHosts: nonEmpty(wish.knownHosts)?.map((file) => expand(file, home)) ?? [
      join(directory, 'known_hosts'),
      SYSTEM_KNOWN_HOSTS,
    ],
    hostKeyPolicy: wish.hostKeyPolicy ?? 'strict',
    connectTimeoutSeconds: wish.connectTimeoutSeconds ?? CONNECT_SECONDS,
    passphrase: wish.passphrase,
    password: wish.password,
    oneTimeCode: wish.oneTimeCode,
    hostKeyAlias: undefined,
    pinnedKeys: wish.pinnedKeys ?? [],
    hashKnownHosts: false,
    certificateFiles: [],
    transport: wish.transport === 'openssh' ? 'openssh' : 'ssh2',
    transportReason: undefined,
    sshConfig: wish.sshConfig,
  }
}

function expand(path: string, home: string): string {
  return resolve(path === '~' || path.startsWith('~/') ? join(home, path.slice(1)) : path)
}

function nonEmpty<T>(list: readonly T[] | undefined): readonly T[] | undefined {
  return list === undefined || list.length === 0 ? undefined : list
}
