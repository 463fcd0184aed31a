import type { Resolvers } from '../../inventory/model.ts'
import type { Text } from '../../lib/secret.ts'
import { supports } from './features.ts'
import { rawLines, section } from './lines.ts'

/** Name servers that haproxy asks while it runs; `libc` asks only once, at the start. */
export function renderResolvers(resolvers: Resolvers, version: string): Text {
  const at = (address: string): string =>
    supports(version, 'ipv6-brackets') ? address : address.replaceAll(/[[\]]/g, '')
  return section(`resolvers ${resolvers.name}`, [
    ...resolvers.nameservers.map((address, index) => `nameserver dns${index + 1} ${at(address)}`),
    ...rawLines(resolvers.extra),
  ])
}
