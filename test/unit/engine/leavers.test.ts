import { describe, expect, test } from 'vitest'
import type { Connection } from '../../../src/connection/types.ts'
import type { Event } from '../../../src/engine/events.ts'
import { findLeavers, retireLeavers } from '../../../src/engine/leavers.ts'
import { Tally } from '../../../src/engine/tally.ts'
import type { Member } from '../../../src/facts/types.ts'
import type { Inventory } from '../../../src/inventory/model.ts'
import { HostError } from '../../../src/lib/errors.ts'
import { Secret, Text } from '../../../src/lib/secret.ts'
import { factsOf } from '../support/facts.ts'
import { fakeConnection } from '../support/fake-connection.ts'
import { inventoryOf } from '../support/inventory.ts'
import { runShell, sh } from '../support/shells.ts'
import { program, temporaryPath } from '../support/programs.ts'
import { runOf } from './run-of.ts'

const two = inventoryOf()
const member = (name: string, address: string): Member => ({ name, address, host: name, port: 22 })
const ALL = [member('lb1', '10.0.0.11'), member('lb2', '10.0.0.12'), member('lb3', '10.0.0.13')]

const CONFIG = `vrrp_instance VI_1 {
  virtual_router_id 51
  unicast_peer { 10.0.0.11 10.0.0.12 }
  virtual_ipaddress { 10.0.0.100/24 }
}`

/** A host that tells these facts, and whose keepalived runs. */
function hostOf({ config = CONFIG, addresses = ['10.0.0.13'], corosync = '' } = {}): Connection {
  const sections: Record<string, string> = {
    os: 'ID=debian',
    init: 'systemd',
    programs: 'apt-get',
    machine: 'x86_64\nlb3\nroot\n0',
    links: 'eth0',
    addresses: addresses.map((address) => `2: eth0    inet ${address}/24 scope global eth0`).join('\n'),
    space: '1\n1',
    'keepalived.conf': config,
    'corosync.conf': corosync,
  }
  return fakeConnection('lb3', {
    run: async ({ label, script }) => {
      const words = script instanceof Text ? script.reveal() : script
      if (label !== 'facts') {
        const path = temporaryPath()
        program(path, 'systemctl', `printf 'LoadState=loaded\\nActiveState=active\\nUnitFileState=enabled\\n'\n`)
        return runShell(sh, words, path.environment)
      }
      // Every section that is asked for is there; the others have nothing in them.
      const asked = [...words.matchAll(/^echo '(\w+) (\S+)'$/gm)]
      const stdout = asked.map(([, marker = '', name = '']) => `${marker} ${name}\n${sections[name] ?? ''}\n`)
      return { code: 0, stdout: stdout.join(''), stderr: '' }
    },
  })
}

/** Whom a run finds that has left, and what it warns of. */
async function found(
  connect: (member: Member) => Promise<Connection | undefined>,
  {
    remembered = ALL,
    inventory = two,
    corosync,
  }: { remembered?: readonly Member[]; inventory?: Inventory; corosync?: string } = {},
) {
  const warnings: string[] = []
  const asked: string[] = []
  const run = runOf(inventory, {
    connectMember: (one) => {
      asked.push(one.name)
      return connect(one)
    },
    emit: (event: Event) => {
      if (event.type === 'warning') warnings.push(event.message)
    },
  })
  const configs = {
    keepalived: undefined,
    haproxy: undefined,
    authkey: undefined,
    corosync: corosync === undefined ? undefined : new Secret(corosync),
  }
  const facts = new Map(['lb1', 'lb2'].map((name) => [name, factsOf(name, { members: remembered, configs })]))
  return { leavers: await findLeavers(run, facts), asked, warnings, run }
}

describe('one that left', () => {
  test('is to be stopped and disabled', async () => {
    const { leavers, asked, warnings } = await found(() => Promise.resolve(hostOf()))
    expect(asked).toEqual(['lb3'])
    expect(leavers.map(({ built }) => built.name)).toEqual(['lb3'])
    const actions = leavers.flatMap(({ observation }) =>
      observation.resources.flatMap(({ comparison }) => comparison.actions),
    )
    expect(actions).toEqual([
      { do: 'stop', unit: 'keepalived' },
      { do: 'disable', unit: 'keepalived' },
    ])
    expect(warnings).toEqual([])
  })

  test.each(['keepalived', 'pacemaker'] as const)('with the engine from before %s is stopped too', async (ha) => {
    const ours =
      '# Managed by ha-provision for the cluster test: changes\ntotem {\n  cluster_name: test\n}\nnodelist {\n  node {\n    ring0_addr: 10.0.0.11\n  }\n}'
    const host = ha === 'pacemaker' ? hostOf() : hostOf({ config: '', corosync: ours })
    const { leavers } = await found(() => Promise.resolve(host), { inventory: { ...two, ha } })
    const units = leavers.flatMap(({ observation }) => observation.resources.map(({ resource }) => resource.id))
    expect(units).toEqual(
      ha === 'pacemaker'
        ? ['service[keepalived]']
        : ['service[pacemaker]', 'service[corosync-qdevice]', 'service[corosync]', 'cleared[cib]'],
    )
  })

  test.each([
    ['the members have until they are renamed', 'old', true],
    ['the members never had', 'other', false],
  ])('is stopped where its cluster has the name that %s', async (_, name, isStopped) => {
    const conf = (called: string) =>
      `# Managed by ha-provision for the cluster ${called}: changes\ntotem {\n  cluster_name: ${called}\n}\nnodelist {\n  node {\n    ring0_addr: 10.0.0.11\n  }\n}`
    const host = hostOf({ config: '', corosync: conf(name) })
    const inventory: Inventory = { ...two, ha: 'pacemaker' }
    const { leavers } = await found(() => Promise.resolve(host), { inventory, corosync: conf('old') })
    expect(leavers).toHaveLength(isStopped ? 1 : 0)
  })

  test('and cannot be reached is warned of', async () => {
    const { leavers, warnings } = await found(() => Promise.resolve(undefined))
    expect(leavers).toEqual([])
    expect(warnings).toHaveLength(1)
    expect(warnings[0]).toMatch(
      /^lb3 \(10\.0\.0\.13\) has left the inventory and cannot be reached: if its keepalived or pacemaker still runs/,
    )
  })

  test('and cannot be looked at is warned of, with the reason', async () => {
    const broken = fakeConnection('lb3', { run: () => Promise.reject(new Error('no shell there')) })
    const { leavers, warnings } = await found(() => Promise.resolve(broken))
    expect(leavers).toEqual([])
    expect(warnings[0]).toContain('lb3 (10.0.0.13) has left the inventory and cannot be looked at (no shell there)')
  })

  test.each([
    ['speaks to our members of other VIPs', CONFIG.replace('10.0.0.100', '10.0.0.200'), true],
    ['speaks of our VIP to others', CONFIG.replace(/10\.0\.0\.1[12] 10\.0\.0\.1[12]/, '10.0.9.1'), true],
    ['speaks of our VIP to everybody', CONFIG.replace(/unicast_peer .*\n/, ''), true],
    [
      'serves another cluster by now',
      CONFIG.replace('10.0.0.100', '10.0.9.100').replace(/10\.0\.0\.1[12] 10\.0\.0\.1[12]/, '10.0.9.1'),
      false,
    ],
    ['speaks no more', '', false],
  ])('%s', async (_, config, isOurs) => {
    const { leavers, warnings } = await found(() => Promise.resolve(hostOf({ config })))
    expect(leavers).toHaveLength(isOurs ? 1 : 0)
    expect(warnings).toEqual([])
  })
})

describe('nobody left', () => {
  test('where a member is reached under an address that it had before', async () => {
    const addresses = ['10.0.0.13', '10.0.0.12']
    expect((await found(() => Promise.resolve(hostOf({ addresses })))).leavers).toEqual([])
  })

  test('where the address of a member is only written otherwise now', async () => {
    const inventory = inventoryOf({ first: '2001:DB8:0::11', second: '2001:DB8:0::12', vip: '2001:DB8:0::100' })
    const host = hostOf({
      addresses: ['2001:db8::12'],
      config: 'vrrp_instance V {\n  virtual_ipaddress {\n    2001:db8::100/64\n  }\n}',
    })
    const remembered = [member('lb2', '2001:0db8::12')]
    expect((await found(() => Promise.resolve(host), { remembered, inventory })).leavers).toEqual([])
  })

  test.each([
    ['nobody is remembered', []],
    ['all that are remembered are there', [member('lb1', '10.0.0.11'), member('lb2', '10.0.0.12')]],
    ['one was given another name', [member('old', '10.0.0.11')]],
  ])('where %s: nobody is asked', async (_, remembered) => {
    const { asked } = await found(() => Promise.resolve(hostOf()), { remembered })
    expect(asked).toEqual([])
  })
})

test('who left is retired in one execution, of which the others are told before', async () => {
  const labels: string[] = []
  const host = hostOf()
  const connection = fakeConnection('lb3', {
    run: (command) => {
      labels.push(command.label)
      if (!command.label.startsWith('stop')) return host.run(command)
      return Promise.resolve({ code: 0, stdout: '', stderr: '' })
    },
  })
  const { leavers, run } = await found(() => Promise.resolve(connection))
  const told = (): Promise<void> => {
    labels.push('the others are told')
    return Promise.resolve()
  }
  expect(await retireLeavers(run, new Tally(), leavers, told)).toBe(true)
  expect(labels).toEqual(['facts', 'observe', 'the others are told', 'stop keepalived, disable keepalived'])
  expect(await retireLeavers(run, new Tally(), [], told)).toBe(false)
})

test('of who left is told what was done and what failed', async () => {
  const host = hostOf()
  const connection = fakeConnection('lb3', {
    run: (command) =>
      command.label.startsWith('stop') ? Promise.resolve({ code: 1, stdout: '', stderr: 'no' }) : host.run(command),
  })
  const { leavers, run } = await found(() => Promise.resolve(connection))
  const tally = new Tally()
  await expect(retireLeavers(run, tally, leavers, () => Promise.resolve())).rejects.toThrow(HostError)
  expect(tally.of('lb3')).toEqual({ 'service[keepalived]': 'failed' })
})
