import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parseInventory } from '../../../src/inventory/parse.ts'
import { renderProblem } from '../../../src/lib/problem.ts'
import { environment } from './environment.ts'

const folder = new URL('../../../inventories/', import.meta.url)
const shipped = ['alpine-pair', 'kubesphere-pair', 'stacked-masters', 'under-the-hood']
const secrets = environment({ VRRP_PASS: 'k8s-vip1', STATS_PASSWORD: 'not-admin' })

function parsed(file: URL) {
  return parseInventory(readFileSync(file, 'utf8'), 'i.yaml', secrets)
}

/** Set-ups of the field: each ships mended, and what was published is objected to (test/broken/published-*.yaml). */
describe('reference topologies', () => {
  test.each(shipped)('%s has nothing to object to', (name) => {
    const { inventory, problems } = parsed(new URL(`${name}.yaml`, folder))
    expect(problems.map(renderProblem)).toEqual([])
    expect(inventory?.cluster).toBe(name)
  })

  test('there is none that is not tried', () => {
    const there = readdirSync(folder).filter((file) => file.endsWith('.yaml') && !file.startsWith('lab'))
    expect(there.toSorted()).toEqual([...shipped.map((name) => `${name}.yaml`), 'example.yaml'].toSorted())
  })

  test.each(shipped)('%s keeps the published addresses, hosts and ports', (name) => {
    const mended = parsed(new URL(`${name}.yaml`, folder)).inventory
    const published = parsed(new URL(`../../broken/published-${name}.yaml`, import.meta.url))
    const { inventory } = published
    if (inventory === undefined) {
      // What is an error leaves no inventory to compare with: then the words are compared.
      const text = readFileSync(new URL(`../../broken/published-${name}.yaml`, import.meta.url), 'utf8')
      const { loadBalancers = [], vips = [] } = mended ?? {}
      for (const { address } of [...loadBalancers, ...vips]) expect(text).toContain(address)
      expect(published.problems.map(({ rule }) => rule)).toContain(
        name === 'kubesphere-pair' ? 'priority-distinct' : 'weight-too-small',
      )
      return
    }
    expect(mended?.loadBalancers.map(({ name: host, address }) => [host, address])).toEqual(
      inventory.loadBalancers.map(({ name: host, address }) => [host, address]),
    )
    expect(
      mended?.vips.map(({ address, interface: carrier, virtualRouterId }) => [address, carrier, virtualRouterId]),
    ).toEqual(
      inventory.vips.map(({ address, interface: carrier, virtualRouterId }) => [address, carrier, virtualRouterId]),
    )
    expect(mended?.haproxy.frontends.map(({ name: frontend, binds }) => [frontend, binds])).toEqual(
      inventory.haproxy.frontends.map(({ name: frontend, binds }) => [frontend, binds]),
    )
  })
})
