import type { Endpoint } from './types.ts'

/**
 * The name of a way through jump hosts: what goes the same way shares its connections. Two ways to one jump host are two
 * connections, and so are two opinions of who it has to be.
 */
export function wayOf(jumps: readonly Endpoint[]): string {
  return jumps
    .map(({ user, host, port, hostKeyAlias, pinnedKeys }) =>
      JSON.stringify([user, host, port, hostKeyAlias, pinnedKeys]),
    )
    .join(' ')
}
