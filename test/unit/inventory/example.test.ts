import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { inventoryJsonSchema } from '../../../src/inventory/json-schema.ts'
import { parseInventory } from '../../../src/inventory/parse.ts'
import { renderProblem } from '../../../src/lib/problem.ts'
import { placeholders } from './environment.ts'

const read = (file: string) => readFileSync(new URL(`../../../inventories/${file}`, import.meta.url), 'utf8')

const FRONTENDS = `
haproxy:
  frontends:
    kube-apiserver: { servers: { cp1: "192.168.1.21:6443", cp2: "192.168.1.22:6443", cp3: "192.168.1.23:6443" } }
`

const MINIMAL = `
cluster: example
load_balancers: { lb1: 192.168.1.11, lb2: 192.168.1.12 }
vips: { api: { address: 192.168.1.10, interface: eth0 } }
${FRONTENDS}`

const MINIMAL_PACEMAKER = `
cluster: example
ha: pacemaker
load_balancers: { lb1: 192.168.1.11, lb2: 192.168.1.12 }
vips: { api: { address: 192.168.1.10/24, interface: eth0 } }
pacemaker:
  fencing:
    ipmi-lb1: { agent: fence_ipmilan, options: { ip: 192.168.1.201, username: admin, password: { env: P }, lanplus: true, pcmk_delay_base: 10s }, hosts: lb1 }
    ipmi-lb2: { agent: fence_ipmilan, options: { ip: 192.168.1.202, username: admin, password: { env: P }, lanplus: true }, hosts: lb2 }
${FRONTENDS}`

const examples = [
  { file: 'example.yaml', minimal: MINIMAL },
  { file: 'example-pacemaker.yaml', minimal: MINIMAL_PACEMAKER },
]

/** Turns `#key: value` into `key: value`. */
function switchedOn(text: string): string {
  return text.replaceAll(/^( *)#(?=[a-z_-]+:)/gm, '$1')
}

describe.each(examples)('inventories/$file', ({ file, minimal }) => {
  const example = read(file)

  test('says what the defaults are', () => {
    const written = parseInventory(example, 'i.yaml', placeholders)
    const bare = parseInventory(minimal, 'i.yaml', placeholders)
    expect(written.problems.map(renderProblem)).toEqual([])
    expect(bare.problems.map(renderProblem)).toEqual([])
    expect(written.inventory).toEqual(bare.inventory)
  })

  test('is right with everything switched on', () => {
    const { problems } = parseInventory(switchedOn(example), 'i.yaml', placeholders)
    expect(problems.map(renderProblem)).toEqual([])
  })

  test('points editors to the schema in its first line', () => {
    expect(example.split('\n')[0]).toBe('# yaml-language-server: $schema=../inventory.schema.json')
  })
})

test('the examples name every key of the schema', () => {
  const keys = new Set(allKeys(inventoryJsonSchema()))
  expect(keys.size).toBeGreaterThan(100)
  const all = examples.map(({ file }) => read(file)).join('\n')
  expect([...keys].filter((key) => !new RegExp(`(^|[ #{,])${key}:`, 'm').test(all))).toEqual([])
})

function allKeys(schema: unknown): readonly string[] {
  if (typeof schema !== 'object' || schema === null) return []
  const { properties = {}, ...rest }: { readonly properties?: unknown } = schema
  const own: readonly (readonly [string, unknown])[] =
    typeof properties === 'object' && properties !== null ? Object.entries(properties) : []
  const inner: readonly unknown[] = [...own.map(([, one]) => one), ...Object.values(rest)]
  return [...own.map(([key]) => key), ...inner.flatMap(allKeys)]
}
