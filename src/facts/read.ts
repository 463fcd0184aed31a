import { z } from 'zod'
import { HaError } from '../lib/errors.ts'
import { firewallNames } from '../platform/firewall/types.ts'
import type { Facts } from './types.ts'

const version = z.object({ version: z.string(), installed: z.boolean() })

/** A line of `facts --json`. What is a secret there is a mask, and is not read back. */
const line = z.object({
  type: z.literal('facts'),
  host: z.string(),
  facts: z.object({
    host: z.string(),
    os: z.object({ id: z.string(), idLike: z.array(z.string()), version: z.string(), name: z.string() }),
    platform: z.string(),
    init: z.enum(['systemd', 'openrc']),
    notes: z.array(z.string()),
    programs: z.array(z.string()),
    architecture: z.string(),
    hostname: z.string(),
    user: z.object({ name: z.string(), uid: z.number() }),
    interfaces: z.array(
      z.object({
        name: z.string(),
        addresses: z.array(
          z.object({ address: z.string(), prefix: z.number(), family: z.union([z.literal(4), z.literal(6)]) }),
        ),
      }),
    ),
    versions: z.object({ haproxy: version, keepalived: version, corosync: version, pacemaker: version }),
    firewall: z.enum([...firewallNames, 'none']),
    selinux: z.enum(['enforcing', 'permissive', 'disabled']),
    networkd: z.array(z.object({ interface: z.string(), file: z.string(), keeps: z.string() })),
    haproxyBuild: z.array(z.string()),
    repositories: z.array(z.string()),
    free: z.object({ etc: z.number(), var: z.number() }),
  }),
})

/** Reads what `facts --json` printed, by host. Throws HaError when there are no facts in it. */
export function readFacts(text: string, file: string): ReadonlyMap<string, Facts> {
  const found = new Map<string, Facts>()
  for (const words of text.split('\n').filter((one) => one.includes('"facts"'))) {
    const parsed = line.safeParse(parseJson(words))
    if (parsed.success)
      found.set(parsed.data.host, {
        ...parsed.data.facts,
        configs: { keepalived: undefined, haproxy: undefined, corosync: undefined, authkey: undefined },
        members: undefined,
      })
  }
  if (found.size === 0)
    throw new HaError('there are no facts in it', {
      where: file,
      mend: `make it with 'ha-provision facts --json INVENTORY >${file}'`,
    })
  return found
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
