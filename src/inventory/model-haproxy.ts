import type { Secret } from '../lib/secret.ts'

/** The haproxy part of an inventory: what haproxy.cfg is made of. */
export interface Haproxy {
  readonly global: HaproxyGlobal
  readonly defaults: HaproxyDefaults
  readonly resolvers: readonly Resolvers[]
  readonly frontends: readonly Frontend[]
  readonly backends: readonly Backend[]
  readonly stats: Stats | undefined
  /** The loopback page that keepalived's check and `verify` ask. */
  readonly healthPort: number
  /** Raw text at the end of the file. */
  readonly extra: string
  /** The package's version, `*` for any text; the newest there is when undefined. */
  readonly version: string | undefined
}

export interface HaproxyGlobal {
  readonly maxconn: number | undefined
  /** Log targets: `/dev/log local0`, `127.0.0.1 local2`; where logs arrive on the platform when undefined. */
  readonly log: readonly string[] | undefined
  readonly hardStopAfter: number
  readonly extra: string
}

export interface HaproxyDefaults {
  readonly mode: 'tcp' | 'http'
  readonly options: readonly string[]
  readonly retries: number | undefined
  readonly maxconn: number | undefined
  readonly timeouts: Timeouts
  readonly extra: string
}

/** haproxy's `timeout` settings in milliseconds, in haproxy's own words. */
export type Timeouts = Readonly<Record<string, number>>

export interface Resolvers {
  readonly name: string
  readonly nameservers: readonly string[]
  readonly extra: string
}

/** `any`: every address, both families; `any4`: every IPv4 address, haproxy's `*`; `address`: the host's own; a VIP by name; or an IP. */
export interface Bind {
  readonly at: { readonly kind: 'any' | 'any4' | 'address' } | { readonly kind: 'vip' | 'ip'; readonly value: string }
  readonly port: number
  readonly options: string
}

export interface Frontend {
  readonly name: string
  readonly mode: 'tcp' | 'http'
  readonly binds: readonly Bind[]
  readonly options: readonly string[]
  readonly maxconn: number | undefined
  readonly timeouts: Timeouts
  /** The backend it sends to by default; the one made of its own `servers` has its own name. */
  readonly defaultBackend: string
  readonly extra: string
}

export interface Backend {
  readonly name: string
  readonly mode: 'tcp' | 'http'
  readonly balance: string
  readonly options: readonly string[]
  readonly check: ServerCheck
  readonly timeouts: Timeouts
  readonly retries: number | undefined
  readonly defaultServer: ServerOptions
  readonly servers: readonly Server[]
  readonly extra: string
}

/** How servers are judged: `readyz` asks over TLS and expects 200 or 401; `tcp` connects; `http` asks in clear text. */
export interface ServerCheck {
  readonly kind: 'readyz' | 'tcp' | 'http' | 'tcp-check' | 'none'
  readonly method: string
  readonly path: string
  /** Statuses that mean up. */
  readonly expect: readonly number[]
}

/** haproxy's server options in its own words; times are milliseconds. */
export interface ServerOptions {
  readonly inter: number | undefined
  readonly fastinter: number | undefined
  readonly downinter: number | undefined
  readonly rise: number | undefined
  readonly fall: number | undefined
  readonly slowstart: number | undefined
  readonly maxconn: number | undefined
  readonly maxqueue: number | undefined
  readonly weight: number | undefined
  readonly resolvers: string | undefined
  readonly shutdownSessions: boolean
  readonly extra: string
}

export interface Server {
  readonly name: string
  readonly host: string
  readonly port: number
  readonly options: Partial<ServerOptions>
  readonly backup: boolean
}

export interface Stats {
  readonly bind: Bind
  readonly uri: string
  readonly realm: string | undefined
  readonly user: string | undefined
  readonly password: 'generate' | Secret | undefined
  readonly refresh: number | undefined
  readonly hideVersion: boolean
  readonly admin: boolean
}
