import { HaError } from '../../lib/errors.ts'
import { agreeOnTransports } from './agree.ts'
import type { SshConfig } from './ask.ts'
import { EvidenceSearch, needForOpenssh } from './evidence.ts'
import { hasKerberosTicket } from './ticket.ts'
import { findWay, type Reached, type Way, type WayWish } from './ways.ts'

/** Something the operator should know of how hosts are reached. */
export interface Note {
  /** Whom it is about; empty: all. */
  readonly hosts: readonly string[]
  readonly message: string
}

export interface Resolved {
  /** In the order of the wishes. */
  readonly ways: readonly Way[]
  readonly notes: readonly Note[]
}

/** Fills in what the inventory leaves open, and chooses who speaks SSH; no host is contacted. Throws HaError for what ssh refuses. */
export async function resolveWays(
  wishes: readonly WayWish[],
  ssh: SshConfig,
  environment: NodeJS.ProcessEnv,
): Promise<Resolved> {
  const found = await inOrder(wishes.map(async (wish) => await findWay(wish, ssh, environment)))
  const needs = await needsOf(endpointsOf(found), environment)
  const isThere = !(needs.size > 0 || ssh.isFollowed) || (await ssh.isThere())
  if (!isThere && ssh.isNamed) {
    throw new HaError(`${NO_SSH}, and the inventory names an ssh_config`, {
      where: 'connection.ssh_config',
      mend: 'install openssh-client, or leave ssh_config out',
    })
  }
  const chosen = (reached: Reached): Reached => {
    const transportReason = isThere ? needs.get(reached) : undefined
    if (transportReason === undefined) return reached
    return { ...reached, endpoint: { ...reached.endpoint, transport: 'openssh', transportReason } }
  }
  const ways = agreeOnTransports(found.map((way) => ({ ...way, host: chosen(way.host), jumps: way.jumps.map(chosen) })))
  const unmet = isThere ? [] : [...needs].map(([reached, need]) => note(reached, `${need}; ${NO_SSH}`))
  const told = endpointsOf(ways).flatMap((reached) => [
    ...transportNote(reached),
    ...(reached.config.unchecked === true ? [note(reached, UNCHECKED)] : []),
  ])
  const missing = isThere || !ssh.isFollowed ? [] : [{ hosts: [], message: `${NO_SSH}, so no ssh_config is followed` }]
  return { ways, notes: grouped([...missing, ...unmet, ...told]) }
}

const NO_SSH = 'this machine has no ssh program'
const UNCHECKED =
  'StrictHostKeyChecking no of ssh_config is not followed: unknown and changed host keys are refused all the same'

/** All of them; the first that fails, in this order, tells why. */
async function inOrder<T>(all: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(all)
  return await Promise.all(all)
}

function endpointsOf(ways: readonly Way[]): Reached[] {
  return ways.flatMap(({ host, jumps }) => [...jumps, host])
}

/** Why endpoints need the ssh program, where nobody has chosen for them. */
async function needsOf(all: readonly Reached[], environment: NodeJS.ProcessEnv): Promise<ReadonlyMap<Reached, string>> {
  const open = all.filter(({ sources }) => sources.get('transport')?.from === 'default')
  const hasTicket = open.some(mayUseTicket) && (await hasKerberosTicket(environment))
  const search = new EvidenceSearch()
  const needs = new Map<Reached, string>()
  for (const reached of open) {
    const need = needForOpenssh(search.of(reached.endpoint, reached.config, hasTicket && mayUseTicket(reached)))
    if (need !== undefined) needs.set(reached, need)
  }
  return needs
}

/** Distributions say GSSAPIAuthentication yes for every host: it counts where there is a ticket, and the inventory names no key. */
function mayUseTicket({ config, sources }: Reached): boolean {
  return config.gssapi === true && sources.get('identityFiles')?.from !== 'inventory'
}

function transportNote(reached: Reached): Note[] {
  const { transportReason } = reached.endpoint
  return transportReason === undefined
    ? []
    : [note(reached, `reached by the ssh of this machine (openssh): ${transportReason}`)]
}

function note({ endpoint }: Reached, message: string): Note {
  return { hosts: [endpoint.name], message }
}

/** One note for all it is about. */
function grouped(notes: readonly Note[]): Note[] {
  const hosts = new Map<string, Set<string>>()
  for (const one of notes) hosts.set(one.message, new Set([...(hosts.get(one.message) ?? []), ...one.hosts]))
  return [...hosts].map(([message, names]) => ({ message, hosts: [...names] }))
}
