import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parseInventory } from '../../../src/inventory/parse.ts'
import { KEEPALIVED_RULES } from '../../../src/inventory/rules/keepalived.ts'
import { PACEMAKER_RULES } from '../../../src/inventory/rules/pacemaker.ts'
import { renderProblem } from '../../../src/lib/problem.ts'
import { environment } from './environment.ts'

const folder = new URL('../../broken/', import.meta.url)
const broken = readdirSync(folder)
  .filter((file) => file.endsWith('.yaml'))
  .map((file) => ({ file, text: readFileSync(new URL(file, folder), 'utf8') }))

/** The same inventory with this engine chosen. */
function chosen(ha: 'keepalived' | 'pacemaker', text: string): string {
  return /^ha:/m.test(text) ? text.replace(/^ha:.*$/m, `ha: ${ha}`) : text.replace(/^cluster:.*$/m, `$&\nha: ${ha}`)
}

const rulesThatObject = (text: string) =>
  parseInventory(text, 'i.yaml', environment()).problems.map((problem) => problem.rule)

describe('what is wrong in the words of the engine that is not chosen is wrong when it is', () => {
  test.each([
    { ha: 'pacemaker', silent: KEEPALIVED_RULES },
    { ha: 'keepalived', silent: PACEMAKER_RULES },
  ] as const)('with $ha', ({ ha, silent }) => {
    const met = broken.flatMap(({ file, text }) =>
      rulesThatObject(chosen(ha, text))
        .filter((rule) => Object.hasOwn(silent, rule))
        .map((rule) => `${file}: ${rule}`),
    )
    expect(met).toEqual([])
    const other = ha === 'pacemaker' ? 'keepalived' : 'pacemaker'
    const otherwise = new Set(broken.flatMap(({ text }) => rulesThatObject(chosen(other, text))))
    expect(Object.keys(silent).filter((rule) => otherwise.has(rule)).length).toBeGreaterThan(20)
  })
})

const BOTH = `
cluster: demo
ha: HA
load_balancers: { lb1: { address: 10.0.0.11, priority: 100, links: 10.1.0.11 }, lb2: { address: 10.0.0.12, priority: 99, links: 10.1.0.12 } }
vips: { api: { address: 10.0.0.10/24, interface: eth0, virtual_router_id: 51, prefer: { lb1: 50 } } }
keepalived: { auth_pass: { env: VRRP_PASS }, scripts: { disk: { command: /usr/local/bin/disk } } }
corosync: { authkey: { env: AUTHKEY } }
pacemaker: { fencing: { ipmi: { agent: fence_ipmilan, options: { password: { env: IPMI }, pcmk_delay_max: 10s } } } }
haproxy: { frontends: { api: { servers: { cp1: "10.0.0.21:6443" } } } }
`

describe('an inventory with the words of both engines', () => {
  test.each([
    { ha: 'keepalived', secrets: { VRRP_PASS: 'k8s-vip1' } },
    { ha: 'pacemaker', secrets: { AUTHKEY: Buffer.alloc(256).toString('base64'), IPMI: 'hunter2' } },
  ])('needs for $ha its own secrets only, and has nothing to object to', ({ ha, secrets }) => {
    const { problems, inventory } = parseInventory(BOTH.replace('HA', ha), 'i.yaml', environment(secrets))
    expect(problems.map(renderProblem)).toEqual([])
    expect(inventory?.ha).toBe(ha)
  })

  test.each([
    { ha: 'keepalived', missing: ['keepalived.auth_pass.env'] },
    { ha: 'pacemaker', missing: ['corosync.authkey.env', 'pacemaker.fencing.ipmi.options.password.env'] },
  ])('says which secrets $ha lacks', ({ ha, missing }) => {
    const { problems } = parseInventory(BOTH.replace('HA', ha), 'i.yaml', environment())
    expect(problems.map(({ path }) => path)).toEqual(missing)
  })
})
