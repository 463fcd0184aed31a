import type { Inventory } from '../../../src/inventory/model.ts'
import { parseInventory } from '../../../src/inventory/parse.ts'
import { renderProblem } from '../../../src/lib/problem.ts'
import { placeholders } from '../inventory/environment.ts'

/** An inventory of two or three load balancers, a VIP on eth0, and one frontend; `keepalived` is YAML of its own. */
export function inventoryOf(
  more: {
    readonly first?: string
    readonly second?: string
    readonly third?: string
    readonly vip?: string
    readonly keepalived?: string
  } = {},
): Inventory {
  const { first = '10.0.0.11', second = '10.0.0.12', third, vip = '10.0.0.100', keepalived = '{}' } = more
  const yaml = `
cluster: test
load_balancers:
  lb1: { address: "${first}" }
  lb2: { address: "${second}" }
${third === undefined ? '' : `  lb3: { address: "${third}" }`}
vips: { api: { address: "${vip}", interface: eth0 } }
keepalived: ${keepalived}
haproxy:
  frontends: { kube: { bind: "*:6443", servers: { m1: "10.0.0.21:6443" } } }
  stats: { bind: { at: address, port: 9000 }, user: admin, password: generate }
`
  const { inventory, problems } = parseInventory(yaml, 'test.yaml', placeholders)
  if (inventory === undefined) throw new Error(problems.map(renderProblem).join('\n'))
  return inventory
}
