import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { inventoryJsonSchema } from '../../../src/inventory/json-schema.ts'
import { parseInventory } from '../../../src/inventory/parse.ts'
import { renderProblem } from '../../../src/lib/problem.ts'
import { placeholders } from './environment.ts'

const example = readFileSync(new URL('../../../inventories/example.yaml', import.meta.url), 'utf8')

const MINIMAL = `
cluster: example
load_balancers: { lb1: 192.168.1.11, lb2: 192.168.1.12 }
vips: { api: { address: 192.168.1.10, interface: eth0 } }
haproxy:
  frontends:
    kube-apiserver: { servers: { cp1: "192.168.1.21:6443", cp2: "192.168.1.22:6443", cp3: "192.168.1.23:6443" } }
`

/** Turns `#key: value` into `key: value`. */
function switchedOn(text: string): string {
  return text.replaceAll(/^( *)#(?=[a-z_-]+:)/gm, '$1')
}

describe('inventories/example.yaml', () => {
  test('says what the defaults are', () => {
    const written = parseInventory(example, 'i.yaml', placeholders)
    const minimal = parseInventory(MINIMAL, 'i.yaml', placeholders)
    expect(written.problems.map(renderProblem)).toEqual([])
    expect(minimal.problems.map(renderProblem)).toEqual([])
    expect(written.inventory).toEqual(minimal.inventory)
  })

  test('is right with everything switched on', () => {
    const { problems } = parseInventory(switchedOn(example), 'i.yaml', placeholders)
    expect(problems.map(renderProblem)).toEqual([])
  })

  test('names every key of the schema', () => {
    const keys = new Set(allKeys(inventoryJsonSchema()))
    expect(keys.size).toBeGreaterThan(100)
    expect([...keys].filter((key) => !new RegExp(`(^|[ #{,])${key}:`, 'm').test(example))).toEqual([])
  })

  test('points editors to the schema in its first line', () => {
    expect(example.split('\n')[0]).toBe('# yaml-language-server: $schema=../inventory.schema.json')
  })
})

function allKeys(schema: unknown): readonly string[] {
  if (typeof schema !== 'object' || schema === null) return []
  const properties: unknown = Reflect.get(schema, 'properties')
  const own = typeof properties === 'object' && properties !== null ? Object.keys(properties) : []
  return [...own, ...Object.values(schema).flatMap(allKeys)]
}
