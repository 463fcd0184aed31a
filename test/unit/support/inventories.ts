import fc from 'fast-check'
import type { Inventory } from '../../../src/inventory/model.ts'
import { parseInventory } from '../../../src/inventory/parse.ts'
import { renderProblem } from '../../../src/lib/problem.ts'
import { environment } from '../inventory/environment.ts'

/* Inventories of `ha: pacemaker` that no rule refuses, as an operator could have written them. */

/** Ids are made of names: these run into each other's and into those of the tool. */
const MEETING = ['a', 'a-params', 'a-params-ip', 'a-b', 'b', 'api', 'haproxy', 'haproxy-clone', 'x.y', 'x_y']
const name = fc.oneof(fc.constantFrom(...MEETING), fc.stringMatching(/^[a-z][A-Za-z0-9._-]{0,7}$/))
const names = (minLength: number, maxLength: number) => fc.uniqueArray(name, { minLength, maxLength })
const word = fc.oneof(
  fc.constantFrom('true', 'yes', 'off', '10', '10s', '1min', 'INFINITY', '5%', 'a&b', '<a>', '‹secret›'),
  fc.stringMatching(/^[A-Za-z0-9&<>=:,;%/.+-]{1,12}$/),
)
const value = fc.oneof(word, fc.integer(), fc.boolean())
/** A password may have what a word of an inventory may not. */
const secret = fc.oneof(word, fc.string({ minLength: 1, maxLength: 12, unit: 'grapheme-ascii' }))
const duration = fc
  .tuple(fc.integer({ min: 1, max: 5000 }), fc.constantFrom('ms', 's', 'm', 'h'))
  .map((parts) => parts.join(''))

/** Any of these keys. */
function some(keys: Readonly<Record<string, fc.Arbitrary<unknown>>>) {
  return fc.record(keys, { requiredKeys: [] })
}

const operations = some({
  monitor: some({ interval: duration, timeout: duration }),
  start_timeout: duration,
  stop_timeout: duration,
  on_fail: fc.constantFrom('restart', 'standby', 'ignore', 'block', 'stop'),
})

function vip(members: readonly string[], index: number) {
  return fc.record(
    {
      address: fc.constantFrom(`10.0.0.${index + 101}/24`, `fd00::${index + 101}/64`),
      interface: fc.constantFrom('eth0', 'bond0.7'),
      options: fc.dictionary(fc.constantFrom('lvs_support', 'arp_count', 'mac', 'proto', 'send_arp_opts'), value),
      // One may hold every VIP.
      prefer: fc
        .dictionary(
          fc.constantFrom(...members),
          fc.oneof(fc.integer({ min: -999_999, max: 999_999 }), fc.constantFrom('always', 'never')),
        )
        .map((scores) =>
          Object.fromEntries(
            Object.entries(scores).map(([lb, score]) => [
              lb,
              lb === members[0] && score === 'never' ? 'always' : score,
            ]),
          ),
        ),
    },
    { requiredKeys: ['address', 'interface'] },
  )
}

function fencing(members: readonly string[]) {
  const device = fc.record(
    {
      agent: fc.constantFrom('fence_ipmilan', 'fence_xvm'),
      options: some({
        ip: word,
        pcmk_delay_base: duration,
        lanplus: value,
        port: value,
        passwd: fc.constant({ env: 'SECRET' }),
      }),
      hosts: fc.subarray([...members], { minLength: 1 }),
      monitor_interval: duration,
    },
    { requiredKeys: ['agent'] },
  )
  const devices = names(1, 3).chain((called) =>
    fc.tuple(...called.map(() => device)).map((all) =>
      // The first can fence all.
      Object.fromEntries(called.map((one, index) => [one, index === 0 ? { ...all[0], hosts: undefined } : all[index]])),
    ),
  )
  return fc.oneof(fc.constant('none'), devices)
}

const properties = fc.dictionary(
  fc.oneof(
    fc.constantFrom('cluster-recheck-interval', 'dc-deadtime', 'stop-all-resources', 'shutdown-lock', 'batch-limit'),
    fc.constantFrom('priority-fencing-delay', 'symmetric-cluster', 'x-of-tomorrow'),
  ),
  value,
  { maxKeys: 4 },
)

const written = names(1, 4).chain((members) =>
  fc.record({
    members: fc.constant(members),
    vips: names(1, 3).chain((called) =>
      fc
        .tuple(...called.map((_, index) => vip(members, index)))
        .map((vips) => Object.fromEntries(called.map((one, index) => [one, vips[index]]))),
    ),
    pacemaker: fc.record(
      {
        fencing: fencing(members),
        haproxy: fc.constantFrom('everywhere', 'with-vip'),
        quorum_policy: fc.constantFrom('stop', 'freeze', 'demote'),
        stickiness: fc.nat(2_000_000),
        migration_threshold: fc.nat(2_000_000),
        failure_timeout: duration,
        monitor: some({ interval: duration, timeout: duration }),
        operations: some({ vip: operations, haproxy: operations }),
        properties,
        purge: fc.boolean(),
      },
      { requiredKeys: ['fencing'] },
    ),
    secret,
  }),
)

/** An inventory that shrinks to a plain one. */
export const pacemakerInventories: fc.Arbitrary<Inventory> = written.map(
  ({ members, vips, pacemaker, secret: SECRET }) => {
    const text = JSON.stringify({
      cluster: 'demo',
      ha: 'pacemaker',
      load_balancers: Object.fromEntries(members.map((one, index) => [one, { address: `10.0.0.${index + 11}` }])),
      vips,
      pacemaker,
      haproxy: { frontends: { kube: { servers: { cp1: '10.0.0.99:6443' } } } },
    })
    const { inventory, problems } = parseInventory(text, 'generated.yaml', environment({ SECRET }))
    if (inventory === undefined) throw new Error(`${problems.map(renderProblem).join('\n')}\n${text}`)
    return inventory
  },
)
