import type { Check } from '../checks/check.ts'
import { answerQuestion } from '../checks/answer.ts'
import { backendQuestion } from '../checks/backend.ts'
import type { Question } from '../checks/question.ts'
import type { VipCheck } from '../checks/vip.ts'
import { vipCheck } from '../checks/vip.ts'
import type { Facts } from '../facts/types.ts'
import type { Frontend, Inventory, Vip } from '../inventory/model.ts'
import { HaError } from '../lib/errors.ts'
import { platformNamed } from '../platform/index.ts'
import type { Platform } from '../platform/types.ts'
import type { Playbook } from '../playbook/playbook.ts'
import type { Resource } from '../resources/kind.ts'
import { roles } from '../roles/index.ts'
import type { ClusterSecrets } from '../roles/secrets.ts'
import { settleNodeIds } from './node-ids.ts'

/** What one host shall be: resources by play, in the order they are done, and how it is judged. */
export interface BuiltHost {
  readonly name: string
  readonly platform: Platform
  readonly plays: readonly {
    readonly play: string
    readonly serial: 'all' | 'live'
    readonly resources: readonly Resource[]
  }[]
  readonly checks: readonly Check[]
}

/** A cluster as wanted: what `observe` looks for and `diff` compares with. Pure: made of inventory, playbook, facts and secrets. */
export interface Built {
  readonly hosts: readonly BuiltHost[]
  readonly vips: readonly VipCheck[]
  /** Asked through each VIP, from elsewhere. */
  readonly answers: ReadonlyMap<string, readonly Question[]>
  /** Asked of each member's own haproxy. */
  readonly own: Question
  /** Members that could not be asked: what they hold is not known. */
  readonly outOfSight: readonly string[]
}

/** Plays, roles and facts become resources and checks of every host. */
export function build(
  inventory: Inventory,
  playbook: Playbook,
  facts: ReadonlyMap<string, Facts>,
  secrets: ClusterSecrets,
): Built {
  // A host that is out of sight has no facts; what the others get does not depend on it.
  const seen = inventory.loadBalancers.filter(({ name }) => facts.has(name))
  const nodeIds = settleNodeIds(inventory, facts)
  const hosts = seen.map((host): BuiltHost => {
    const own = facts.get(host.name)
    const platform = own === undefined ? undefined : platformNamed(own.platform)
    if (own === undefined || platform === undefined) throw new HaError('its facts are not known', { where: host.name })
    const plays = playbook.plays.map((play) => ({
      play: play.name,
      serial: play.serial,
      output: play.roles.map((name) => roles[name]({ inventory, host, facts: own, platform, secrets, nodeIds })),
    }))
    return {
      name: host.name,
      platform,
      plays: plays.map(({ play, serial, output }) => ({
        play,
        serial,
        resources: output.flatMap(({ resources }) => resources),
      })),
      checks: plays.flatMap(({ output }) => output.flatMap(({ checks }) => checks)),
    }
  })
  return {
    hosts,
    vips: inventory.vips.map((vip) => vipCheck(vip, inventory.ha)),
    answers: new Map(inventory.vips.map((vip) => [vip.name, questionsFor(inventory, vip)])),
    own: backendQuestion(inventory.haproxy.healthPort),
    outOfSight: inventory.loadBalancers.filter((host) => !seen.includes(host)).map(({ name }) => name),
  }
}

/** One request for each frontend that listens on the VIP. */
function questionsFor(inventory: Inventory, vip: Vip): readonly Question[] {
  const reached = inventory.haproxy.frontends.flatMap((frontend) =>
    frontend.binds.filter(({ at }) => listensOn(at, vip)).map(({ port }) => ({ frontend, port })),
  )
  return reached.map(({ frontend, port }) =>
    answerQuestion(`${vip.name}:${port}`, { address: vip.address, port, ...protocolOf(inventory, frontend) }),
  )
}

function listensOn(at: Frontend['binds'][number]['at'], vip: Vip): boolean {
  switch (at.kind) {
    case 'any':
      return true
    case 'any4':
      return vip.family === 4
    case 'address':
      return false
    case 'vip':
      return at.value === vip.name
    case 'ip':
      return at.value === vip.address || at.value === '0.0.0.0' || at.value === '::'
  }
}

/** How servers are checked tells what they speak. */
function protocolOf(
  inventory: Inventory,
  frontend: Frontend,
): { readonly protocol: 'https' | 'http' | 'tcp'; readonly path: string } {
  const check = inventory.haproxy.backends.find(({ name }) => name === frontend.defaultBackend)?.check
  if (check?.kind === 'readyz') return { protocol: 'https', path: check.path }
  if (frontend.mode === 'http' || check?.kind === 'http') return { protocol: 'http', path: check?.path ?? '/' }
  return { protocol: 'tcp', path: '/' }
}
