import { existsSync } from 'node:fs'
import { homedir, userInfo } from 'node:os'
import { join, resolve } from 'node:path'
import type { Secret } from '../lib/secret.ts'
import { fieldsBy } from './fields.ts'
import { Choice, DEFAULT, type Sources, type WishedBy } from './sources.ts'
import type { ConfigSettings } from './ssh-config/settings.ts'
import type { Endpoint } from './types.ts'

/** What an inventory says about reaching a host; everything but the host may be missing. */
export interface EndpointWish {
  readonly name?: string | undefined
  readonly host: string
  readonly port?: number | undefined
  readonly user?: string | undefined
  readonly identityFiles?: readonly string[] | undefined
  /** Use the agent that SSH_AUTH_SOCK names; so it is unless false or ssh_config names another. */
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
  /** Who wishes each of these. */
  readonly wishedBy?: WishedBy | undefined
}

/** An endpoint with all that ssh needs to know, and who said each setting. */
export interface SourcedEndpoint {
  readonly endpoint: Endpoint
  readonly sources: Sources
}

const CONNECT_SECONDS = 10
const IDENTITY_NAMES: readonly string[] = ['id_ed25519', 'id_ecdsa', 'id_rsa']
/** On a hardware token: each login has to be confirmed there, so only where there is no other key. */
const TOKEN_NAMES: readonly string[] = ['id_ed25519_sk', 'id_ecdsa_sk']
const SYSTEM_KNOWN_HOSTS = '/etc/ssh/ssh_known_hosts'

/** Fills in what ssh would without a configuration: the local user's name, the usual identity files that exist, the usual known_hosts, the agent. */
export function endpointDefaults(wish: EndpointWish, environment: NodeJS.ProcessEnv = process.env): Endpoint {
  return fillEndpoint(wish, {}, environment).endpoint
}

/** The inventory's wishes, then what ssh_config says, then what is usual. */
export function fillEndpoint(
  wish: EndpointWish,
  config: ConfigSettings,
  environment: NodeJS.ProcessEnv,
): SourcedEndpoint {
  const home = environment.HOME ?? homedir()
  const directory = join(home, '.ssh')
  const choice = new Choice(wish.wishedBy ?? {})
  const named = nonEmpty(wish.identityFiles)?.map((file) => expand(file, home))
  const knownHosts = nonEmpty(wish.knownHosts)?.map((file) => expand(file, home))
  const usualKnownHosts = [join(directory, 'known_hosts'), SYSTEM_KNOWN_HOSTS]
  const endpoint: Endpoint = {
    name: wish.name ?? wish.host,
    host:
      config.hostName === undefined
        ? choice.wished('host', wish.host)
        : choice.set('host', { from: 'ssh_config', keyword: 'HostName' }, config.hostName),
    port: choice.take('port', wish.port, ['Port', config.port], 22),
    user: choice.take('user', wish.user, ['User', config.user], userInfo().username),
    identityFiles: choice.take(
      'identityFiles',
      named,
      ['IdentityFile', config.identityFiles],
      usualIdentities(directory),
    ),
    identitiesOnly: choice.take(
      'identitiesOnly',
      named === undefined ? undefined : true,
      ['IdentitiesOnly', config.identitiesOnly],
      false,
    ),
    agent: agentOf(wish.agent, config.agent, environment, choice),
    knownHosts: choice.take('knownHosts', knownHosts, ['UserKnownHostsFile', config.knownHosts], usualKnownHosts),
    hostKeyPolicy: choice.take(
      'hostKeyPolicy',
      wish.hostKeyPolicy,
      ['StrictHostKeyChecking', config.hostKeyPolicy],
      'strict',
    ),
    connectTimeoutSeconds: choice.take(
      'connectTimeoutSeconds',
      wish.connectTimeoutSeconds,
      ['ConnectTimeout', config.connectTimeoutSeconds],
      CONNECT_SECONDS,
    ),
    passphrase: choice.take('passphrase', wish.passphrase, NOT_IN_CONFIG, undefined),
    password: choice.take('password', wish.password, NOT_IN_CONFIG, undefined),
    oneTimeCode: choice.take('oneTimeCode', wish.oneTimeCode, NOT_IN_CONFIG, undefined),
    hostKeyAlias: choice.take('hostKeyAlias', undefined, ['HostKeyAlias', config.hostKeyAlias], undefined),
    pinnedKeys: choice.take('pinnedKeys', nonEmpty(wish.pinnedKeys), NOT_IN_CONFIG, []),
    hashKnownHosts: choice.take('hashKnownHosts', undefined, ['HashKnownHosts', config.hashKnownHosts], false),
    certificateFiles: choice.take('certificateFiles', undefined, ['CertificateFile', config.certificateFiles], []),
    proxyCommand: choice.take('proxyCommand', undefined, ['ProxyCommand', config.proxyCommand], undefined),
    transport: choice.take('transport', spoken(wish.transport), NOT_IN_CONFIG, 'ssh2'),
    transportReason: undefined,
    sshConfig: wish.sshConfig,
    sshConfigHost: wish.host,
    fields: wish.wishedBy && fieldsBy(wish.wishedBy),
  }
  return { endpoint, sources: choice.sources }
}

const NOT_IN_CONFIG = ['', undefined] as const

function spoken(transport: EndpointWish['transport']): Endpoint['transport'] | undefined {
  return transport === 'auto' ? undefined : transport
}

function usualIdentities(directory: string): string[] {
  const existing = (names: readonly string[]): string[] =>
    names.map((name) => join(directory, name)).filter((file) => existsSync(file))
  const files = existing(IDENTITY_NAMES)
  return files.length > 0 ? files : existing(TOKEN_NAMES)
}

function agentOf(
  wished: boolean | undefined,
  configured: ConfigSettings['agent'],
  { SSH_AUTH_SOCK }: NodeJS.ProcessEnv,
  choice: Choice,
): string | undefined {
  if (wished === false) return choice.wished<string | undefined>('agent', undefined)
  if (wished === undefined && configured !== undefined)
    return choice.set('agent', { from: 'ssh_config', keyword: 'IdentityAgent' }, configured.socket)
  if (SSH_AUTH_SOCK === undefined) return choice.set<string | undefined>('agent', DEFAULT, undefined)
  return choice.set('agent', { from: 'environment', variable: 'SSH_AUTH_SOCK' }, SSH_AUTH_SOCK)
}

function expand(path: string, home: string): string {
  return resolve(path === '~' || path.startsWith('~/') ? join(home, path.slice(1)) : path)
}

function nonEmpty<T>(list: readonly T[] | undefined): readonly T[] | undefined {
  return list === undefined || list.length === 0 ? undefined : list
}
