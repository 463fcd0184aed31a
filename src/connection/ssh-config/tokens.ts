import { join, resolve } from 'node:path'

/** What ssh's tokens stand for at one host. */
export interface Tokens {
  /** `%d` and `~`: the home of the local user as the system knows it, which is what ssh takes. */
  readonly home: string
  /** `%u`: the local user. */
  readonly localUser: string
  /** `%l`: this machine. */
  readonly localHost: string
  /** `%i`: the local user's number. */
  readonly uid: number
  /** `%n`: the name as it was given. */
  readonly alias: string
  /** `%h` */
  readonly host: string
  /** `%p` */
  readonly port: number
  /** `%r`: who logs in. */
  readonly user: string
  /** `%k`: HostKeyAlias, else the name as it was given. */
  readonly hostKeyAlias: string
}

/** A path of ssh_config with `~`, tokens and `${VARIABLES}` filled in, absolute. What is not known stays as it is. */
export function expandFile(path: string, tokens: Tokens, environment: NodeJS.ProcessEnv): string {
  const own = path === '~' || path.startsWith('~/') ? join(tokens.home, path.slice(1)) : path
  return resolve(expandTokens(own, tokens, environment))
}

/** One pass, so that what a token stands for is not expanded again. */
export function expandTokens(text: string, tokens: Tokens, environment: NodeJS.ProcessEnv): string {
  return text.replaceAll(/%(.)|\$\{(\w+)\}/g, (written, token?: string, variable?: string) => {
    if (variable !== undefined) return environment[variable] ?? written
    return valueOf(token ?? '', tokens) ?? written
  })
}

function valueOf(token: string, tokens: Tokens): string | undefined {
  const values: Readonly<Record<string, string>> = {
    '%': '%',
    d: tokens.home,
    h: tokens.host,
    i: String(tokens.uid),
    k: tokens.hostKeyAlias,
    L: tokens.localHost.split('.')[0] ?? '',
    l: tokens.localHost,
    n: tokens.alias,
    p: String(tokens.port),
    r: tokens.user,
    u: tokens.localUser,
  }
  return values[token]
}
