import { hostname, userInfo } from 'node:os'
import type { Endpoint } from '../types.ts'
import { type ConfigOutput, splitPaths } from './output.ts'
import { expandFile, type Tokens } from './tokens.ts'

/** What ssh_config says of a host; undefined where it says nothing, or what ssh would do anyway. */
export interface ConfigSettings {
  readonly hostName?: string | undefined
  readonly port?: number | undefined
  readonly user?: string | undefined
  /** Empty: `IdentityFile none`. */
  readonly identityFiles?: readonly string[] | undefined
  readonly identitiesOnly?: boolean | undefined
  /** A socket; `none`: no agent. */
  readonly agent?: { readonly socket: string | undefined } | undefined
  readonly certificateFiles?: readonly string[] | undefined
  readonly knownHosts?: readonly string[] | undefined
  readonly hostKeyPolicy?: Endpoint['hostKeyPolicy'] | undefined
  /** `StrictHostKeyChecking no`, which is not followed. */
  readonly unchecked?: boolean
  readonly hostKeyAlias?: string | undefined
  readonly hashKnownHosts?: boolean | undefined
  readonly connectTimeoutSeconds?: number | undefined
  readonly proxyJump?: string | undefined
  readonly proxyCommand?: string | undefined
  readonly pkcs11Provider?: string | undefined
  readonly gssapi?: boolean | undefined
}

/** Who the host is, and what an inventory says already: tokens of ssh_config stand for it. */
export interface Asked {
  readonly alias: string
  readonly user: string | undefined
  readonly port: number | undefined
}

/** Takes out of `ssh -G` what it prints other than without a configuration. */
export function settingsOf(
  output: ConfigOutput,
  baseline: ConfigOutput,
  asked: Asked,
  environment: NodeJS.ProcessEnv,
): ConfigSettings {
  const lines = (keyword: string): readonly string[] | undefined => {
    const values = output.get(keyword)
    return values?.join('\n') === baseline.get(keyword)?.join('\n') ? undefined : values
  }
  const said = (keyword: string): string | undefined => {
    const value = lines(keyword)?.[0]
    return value === 'none' ? undefined : value
  }
  const host = output.get('hostname')?.[0] ?? asked.alias
  const tokens = tokensOf(output, asked, host)
  const files = (paths: readonly string[] | undefined): string[] | undefined =>
    paths?.filter((path) => path !== 'none').map((path) => expandFile(path, tokens, environment))
  const flag = (keyword: string): boolean | undefined => isYes(said(keyword))
  const seconds = Number(said('connecttimeout'))
  const checking = said('stricthostkeychecking')
  return {
    hostName: host.toLowerCase() === asked.alias.toLowerCase() ? undefined : host,
    port: asked.port === undefined ? numberOf(said('port')) : undefined,
    user: asked.user === undefined ? said('user') : undefined,
    identityFiles: files(lines('identityfile')),
    identitiesOnly: flag('identitiesonly'),
    agent: agentOf(lines('identityagent')?.[0], tokens, environment),
    certificateFiles: files(lines('certificatefile')),
    knownHosts: files(knownHostsOf(output, baseline)),
    hostKeyPolicy: checking === 'accept-new' ? checking : isYes(checking) === true ? 'strict' : undefined,
    unchecked: isYes(checking) === false,
    hostKeyAlias: said('hostkeyalias'),
    hashKnownHosts: flag('hashknownhosts'),
    connectTimeoutSeconds: seconds > 0 ? seconds : undefined,
    proxyJump: said('proxyjump'),
    proxyCommand: said('proxycommand'),
    pkcs11Provider: said('pkcs11provider'),
    gssapi: flag('gssapiauthentication'),
  }
}

function tokensOf(output: ConfigOutput, { alias, user, port }: Asked, host: string): Tokens {
  const local = userInfo()
  return {
    alias,
    host,
    home: local.homedir,
    localUser: local.username,
    localHost: hostname(),
    uid: local.uid,
    port: port ?? numberOf(output.get('port')?.[0]) ?? 22,
    user: user ?? output.get('user')?.[0] ?? local.username,
    hostKeyAlias: output.get('hostkeyalias')?.[0] ?? alias,
  }
}

/** The user's files and the system's, where either is not the usual one. */
function knownHostsOf(output: ConfigOutput, baseline: ConfigOutput): string[] | undefined {
  const keywords = ['userknownhostsfile', 'globalknownhostsfile']
  const lines = keywords.map((keyword) => output.get(keyword)?.[0] ?? '')
  if (keywords.every((keyword, index) => (baseline.get(keyword)?.[0] ?? '') === lines[index])) return undefined
  return lines.flatMap(splitPaths)
}

function agentOf(
  said: string | undefined,
  tokens: Tokens,
  environment: NodeJS.ProcessEnv,
): { readonly socket: string | undefined } | undefined {
  if (said === undefined || said === 'SSH_AUTH_SOCK') return undefined
  if (said === 'none') return { socket: undefined }
  const [, variable] = /^\$(\w+)$/.exec(said) ?? []
  return { socket: variable === undefined ? expandFile(said, tokens, environment) : environment[variable] }
}

/** Old versions print yes and no, newer ones true and false for some keywords. */
function isYes(value: string | undefined): boolean | undefined {
  if (value === 'yes' || value === 'true') return true
  return value === 'no' || value === 'false' || value === 'off' ? false : undefined
}

function numberOf(text: string | undefined): number | undefined {
  return text === undefined || text === '' ? undefined : Number(text)
}
