import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import { effectivePriority } from '../../../src/inventory/priority.ts'
import { parseInventory } from '../../../src/inventory/parse.ts'
import { placeholders } from './environment.ts'

/** What keepalived does, one script at a time: every set of failing scripts on h against a healthy b. */
function vipCanStayOnFailure(priorities: readonly number[], weights: readonly number[]): boolean {
  const clamp = (value: number) => (value < 1 ? 1 : value > 254 ? 254 : value)
  const now = (base: number, failing: number) => {
    let priority = base
    for (const [index, weight] of weights.entries()) {
      const fails = (failing >> index) % 2 === 1
      if (fails && weight < 0) priority += weight
      if (!fails && weight > 0) priority += weight
    }
    return clamp(priority)
  }
  for (const [h, priority] of priorities.entries()) {
    for (const [b, other] of priorities.entries()) {
      if (h === b) continue
      for (let failing = 1; failing < 1 << weights.length; failing++) {
        // A failing script of weight 0 is a fault: the VIP goes.
        const fault = weights.some((weight, index) => weight === 0 && (failing >> index) % 2 === 1)
        if (!fault && now(priority, failing) >= now(other, 0)) return true
      }
    }
  }
  return false
}

function inventory(priorities: readonly number[], weights: readonly number[]): string {
  const [check = 0, ...scripts] = weights
  const host = (priority: number, index: number) =>
    `  lb${index}: { address: 10.0.0.${index + 1}, priority: ${priority} }`
  const script = (weight: number, index: number) => `    s${index}: { command: /bin/s${index}, weight: ${weight} }`
  return `
cluster: demo
load_balancers:
${priorities.map(host).join('\n')}
vips: { api: { address: 10.0.0.100/24, interface: eth0 } }
keepalived:
  check: { weight: ${check} }
  scripts:${scripts.length === 0 ? ' {}' : `\n${scripts.map(script).join('\n')}`}
haproxy: { frontends: { api: { servers: { cp1: "10.0.0.200:6443" } } } }
`
}

const priorities = fc.uniqueArray(fc.integer({ min: 1, max: 254 }), { minLength: 2, maxLength: 4 })
const near = fc
  .tuple(fc.integer({ min: 10, max: 250 }), fc.integer({ min: 2, max: 4 }), fc.integer({ min: 1, max: 3 }))
  .map(([top, hosts, step]) => Array.from({ length: hosts }, (_, index) => top - index * step))
const weights = fc.array(fc.oneof(fc.integer({ min: -12, max: 12 }), fc.integer({ min: -253, max: 253 })), {
  minLength: 1,
  maxLength: 4,
})

describe('the rule about weights', () => {
  test.prop([fc.oneof(priorities, near), weights], { numRuns: 400 })(
    'finds exactly what a simulation finds',
    (hosts, all) => {
      const { problems } = parseInventory(inventory(hosts, all), 'i.yaml', placeholders)
      const found = problems.some((problem) => problem.rule === 'weight-too-small')
      expect(found).toBe(vipCanStayOnFailure(hosts, all))
    },
  )

  test.prop([fc.oneof(priorities, near), weights], { numRuns: 200 })('advises a weight that does', (hosts, all) => {
    const { problems } = parseInventory(inventory(hosts, all.slice(0, 1)), 'i.yaml', placeholders)
    const problem = problems.find((one) => one.rule === 'weight-too-small')
    const advised = /^write (-?\d+)/.exec(problem?.mend ?? '')?.[1]
    if (advised === undefined) return
    expect(vipCanStayOnFailure(hosts, [Number(advised)])).toBe(false)
  })

  test.each([
    { base: 100, weights: [-3], failing: [0], priority: 97 },
    { base: 100, weights: [2], failing: [], priority: 102 },
    { base: 100, weights: [2], failing: [0], priority: 100 },
    { base: 254, weights: [5], failing: [], priority: 254 },
    { base: 5, weights: [-3, -4], failing: [0, 1], priority: 1 },
  ])('$base with $weights, failing $failing, is $priority', ({ base, weights: all, failing, priority }) => {
    expect(effectivePriority(base, all, new Set(failing))).toBe(priority)
  })
})
