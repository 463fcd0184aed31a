/** What can be said of how an endpoint is reached. */
export type SettingName =
  | 'host'
  | 'port'
  | 'user'
  | 'identityFiles'
  | 'identitiesOnly'
  | 'agent'
  | 'certificateFiles'
  | 'knownHosts'
  | 'hostKeyPolicy'
  | 'hostKeyAlias'
  | 'hashKnownHosts'
  | 'pinnedKeys'
  | 'connectTimeoutSeconds'
  | 'password'
  | 'oneTimeCode'
  | 'passphrase'
  | 'jumps'
  | 'proxyCommand'
  | 'transport'

/** Who said so. */
export type Source =
  /** `at` is the path in the inventory: `connection.user`. */
  | { readonly from: 'inventory'; readonly at: string }
  | { readonly from: 'ssh_config'; readonly keyword: string }
  | { readonly from: 'environment'; readonly variable: string }
  | { readonly from: 'default' }

/** Who wishes what is wished. */
export type WishedBy = Readonly<Partial<Record<SettingName, Source>>>

export type Sources = ReadonlyMap<SettingName, Source>

export const DEFAULT: Source = { from: 'default' }

/** Chooses settings one after the other, and remembers who said each. */
export class Choice {
  readonly sources = new Map<SettingName, Source>()
  readonly #wishedBy: WishedBy

  constructor(wishedBy: WishedBy) {
    this.#wishedBy = wishedBy
  }

  /** The first of these that is said: a wish comes before ssh_config, and `otherwise` is nobody's. */
  take<T>(
    name: SettingName,
    wished: T | undefined,
    [keyword, configured]: readonly [string, T | undefined],
    otherwise: T,
  ): T {
    if (wished !== undefined) return this.wished(name, wished)
    if (configured !== undefined) return this.set(name, { from: 'ssh_config', keyword }, configured)
    return this.set(name, DEFAULT, otherwise)
  }

  set<T>(name: SettingName, source: Source, value: T): T {
    this.sources.set(name, source)
    return value
  }

  wished<T>(name: SettingName, value: T): T {
    return this.set(name, this.#wishedBy[name] ?? { from: 'inventory', at: 'connection' }, value)
  }
}
