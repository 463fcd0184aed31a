import type { Resolvers } from '../../inventory/model.ts'
import type { Text } from '../../lib/secret.ts'
import { rawLines, section } from './lines.ts'

/** Name servers that haproxy asks while it runs; `libc` asks only once, at the start. */
export function renderResolvers(resolvers: Resolvers): Text {
  return section(`resolvers ${resolvers.name}`, [
    ...resolvers.nameservers.map((address, index) => `nameserver dns${index + 1} ${address}`),
    ...rawLines(resolvers.extra),
  ])
}
