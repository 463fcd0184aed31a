import { join } from 'node:path'
import { expect, test } from 'vitest'
import { renderKeepalived } from '../../../src/roles/keepalived/render.ts'
import { readCase } from './cases.ts'

/** A VIP of each family on one interface, of members with IPv4 addresses. */
const CASE = readCase(join(import.meta.dirname, '../../golden/keepalived/both-families-multicast.yaml'))

function unicast(vips = CASE.inventory.vips): string {
  const keepalived = { ...CASE.inventory.keepalived, mode: 'unicast' as const }
  return renderKeepalived({ ...CASE.inventory, keepalived, vips }, CASE.lb, CASE.facts, CASE.secrets).masked
}

test('in unicast the VIP of the other family rides with the one of the members’ family', () => {
  const config = unicast()
  expect(config.match(/^vrrp_instance .*/gm)).toEqual(['vrrp_instance VI_api {'])
  expect(config).toContain('virtual_ipaddress_excluded {\n    2001:db8::10/64 dev eth0\n  }')
  expect(config).not.toContain('vrrp_sync_group')
})

test('with nothing to ride on it has its own instance, in multicast', () => {
  const config = unicast(CASE.inventory.vips.filter((vip) => vip.family === 6))
  expect(config).toContain('vrrp_instance VI_api6 {')
  expect(config).not.toContain('unicast_src_ip')
})
