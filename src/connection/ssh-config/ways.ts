import { HaError } from '../../lib/errors.ts'
import { type EndpointWish, fillEndpoint, type SourcedEndpoint } from '../endpoint.ts'
import { DEFAULT, type Source } from '../sources.ts'
import type { SshConfig } from './ask.ts'
import { parseProxyJump } from './proxy-jump.ts'
import type { ConfigSettings } from './settings.ts'

/** What an inventory says of a host and of the way to it. */
export interface WayWish {
  readonly host: EndpointWish
  /** Undefined: ssh_config may name them; empty: straight there. */
  readonly jumps: readonly EndpointWish[] | undefined
  /** What the inventory says that holds for jump hosts of ssh_config too. */
  readonly hop: Partial<EndpointWish>
}

/** An endpoint, and what ssh_config says of it. */
export interface Reached extends SourcedEndpoint {
  readonly config: ConfigSettings
}

/** A host, and the jump hosts on the way, the nearest to us first. */
export interface Way {
  readonly host: Reached
  readonly jumps: readonly Reached[]
  readonly jumpsSource: Source
}

const MOST_JUMPS = 8

/**
 * The way to a host as ssh finds it: through the jump hosts of the inventory, else of ssh_config; and to the nearest of
 * them as ssh_config says, since that one is reached by nobody's wish but its own.
 */
export async function findWay(wish: WayWish, ssh: SshConfig, environment: NodeJS.ProcessEnv): Promise<Way> {
  return await find(wish.host, wish.jumps, [])

  async function find(host: EndpointWish, jumps: WayWish['jumps'], seen: readonly string[]): Promise<Way> {
    const passed = [...seen, `${host.user ?? ''}@${host.host}:${host.port ?? ''}`]
    refuseRound(passed)
    const config = await settings(host)
    const hops = jumps ?? hopsOf(config, wish.hop)
    const [nearest, ...others] = hops
    const jumpsSource = sourceOf(host, jumps, config)
    if (nearest === undefined) {
      const direct = jumps === undefined ? config : { ...config, proxyCommand: undefined }
      return { host: fill(host, direct), jumps: [], jumpsSource }
    }
    const [first, rest] = await Promise.all([find(nearest, undefined, passed), Promise.all(others.map(behind))])
    return {
      host: fill(host, { ...config, proxyCommand: undefined }),
      jumps: [...first.jumps, first.host, ...rest],
      jumpsSource,
    }
  }

  /** What is reached through a jump host has no other way. */
  async function behind(host: EndpointWish): Promise<Reached> {
    return fill(host, { ...(await settings(host)), proxyCommand: undefined })
  }

  async function settings({ host, user, port }: EndpointWish): Promise<ConfigSettings> {
    return (await ssh.settings({ alias: host, user, port })) ?? {}
  }

  function fill(host: EndpointWish & Hop, config: ConfigSettings): Reached {
    const { lentKeys = false, ...own } = host
    const better = lentKeys && config.identityFiles !== undefined
    return { ...fillEndpoint(better ? { ...own, identityFiles: undefined } : own, config, environment), config }
  }
}

interface Hop {
  /** Its identity files are those of the hosts: ssh_config may name better ones. */
  readonly lentKeys?: boolean
}

const PROXY_JUMP: Source = { from: 'ssh_config', keyword: 'ProxyJump' }

function hopsOf({ proxyJump }: ConfigSettings, common: Partial<EndpointWish>): (EndpointWish & Hop)[] {
  if (proxyJump === undefined) return []
  const wishedBy = { ...common.wishedBy, host: PROXY_JUMP, user: PROXY_JUMP, port: PROXY_JUMP }
  return parseProxyJump(proxyJump).map(({ alias, user, port }) => ({
    ...{ ...common, wishedBy, lentKeys: true },
    ...{ host: alias, user, port },
  }))
}

function sourceOf({ wishedBy }: EndpointWish, jumps: WayWish['jumps'], { proxyJump }: ConfigSettings): Source {
  if (jumps !== undefined) return wishedBy?.jumps ?? { from: 'inventory', at: 'connection.jump' }
  return proxyJump === undefined ? DEFAULT : PROXY_JUMP
}

function refuseRound(passed: readonly string[]): void {
  const names = passed.map((one) => one.replace(/^@|:$/g, ''))
  const mend = 'mend ProxyJump there, or say the way in the inventory: connection.jump'
  if (new Set(passed).size < passed.length)
    throw new HaError(`ProxyJump goes round in a circle: ${names.join(' → ')}`, { where: 'ssh_config', mend })
  if (passed.length > MOST_JUMPS + 1)
    throw new HaError(`ProxyJump names more than ${MOST_JUMPS} jump hosts: ${names.join(' → ')}`, {
      where: 'ssh_config',
      mend,
    })
}
