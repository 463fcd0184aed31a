import type { Path } from '../../lib/yaml.ts'
import { parseIp, sameAddress } from '../addresses.ts'
import type { Bind, Inventory } from '../model.ts'
import { itemPath } from '../normalise/context.ts'
import type { Subject } from './rule.ts'

interface PlacedBind {
  readonly bind: Bind
  readonly path: Path
  /** `frontend api`, `the statistics page`. */
  readonly owner: string
}

/** Everything an operator lets haproxy listen on. */
export function allBinds({ inventory, raw }: Subject): readonly PlacedBind[] {
  const { frontends, stats } = inventory.haproxy
  return [
    ...frontends.flatMap((frontend) => {
      const path = ['haproxy', 'frontends', frontend.name, 'bind']
      const written = raw.haproxy.frontends[frontend.name]?.bind
      return frontend.binds.map((bind, index) => ({
        bind,
        path: itemPath(path, written, index),
        owner: `frontend ${frontend.name}`,
      }))
    }),
    ...(stats === undefined
      ? []
      : [{ bind: stats.bind, path: ['haproxy', 'stats', 'bind'], owner: 'the statistics page' }]),
  ]
}

/** The addresses a bind takes on one host; `*` and `::` stand for all of a family. */
export function addressesOf({ at }: Bind, inventory: Inventory): readonly string[] {
  switch (at.kind) {
    case 'any':
      return ['*', '::']
    case 'any4':
      return ['*']
    case 'address':
      return inventory.loadBalancers.map((lb) => lb.address)
    case 'vip':
      return inventory.vips.filter((vip) => vip.name === at.value).map((vip) => vip.address)
    case 'ip':
      return [at.value]
  }
}

export function overlap(a: readonly string[], b: readonly string[]): boolean {
  return a.some((one) => b.some((other) => covers(one, other) || covers(other, one) || sameAddress(one, other)))
}

function covers(all: string, one: string): boolean {
  const family = parseIp(one)?.family
  return (all === '*' && family === 4) || (all === '::' && family === 6)
}
