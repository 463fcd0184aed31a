import { expect, test } from 'vitest'
import { parseInventory } from '../../../../src/inventory/parse.ts'
import { renderXml } from '../../../../src/lib/xml.ts'
import { renderCib } from '../../../../src/roles/pacemaker/render.ts'
import { placeholders } from '../../inventory/environment.ts'

const inventory = (vip: string) => `
cluster: demo
ha: pacemaker
load_balancers: { lb1: 10.0.0.11, lb2: 10.0.0.12 }
vips: { api: { address: 10.0.0.10/24, interface: enp0s3.41, ${vip} } }
pacemaker: { fencing: none }
haproxy: { frontends: { api: { servers: { cp1: "10.0.0.21:6443" } } } }
`

function cib(vip: string): string {
  const { inventory: parsed } = parseInventory(inventory(vip), 'i.yaml', placeholders)
  return parsed === undefined ? '' : renderXml(renderCib(parsed).configuration)
}

test('the label of an address is told to the agent without the interface', () => {
  expect(cib('label: "enp0s3.41:api"')).toContain('name="iflabel" value="api"')
  expect(cib('')).not.toContain('iflabel')
})
