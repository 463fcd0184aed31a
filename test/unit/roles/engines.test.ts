import { describe, expect, test } from 'vitest'
import type { Check } from '../../../src/checks/check.ts'
import { build } from '../../../src/engine/build.ts'
import { RETIRED } from '../../../src/engine/retire-pacemaker.ts'
import { settleSecrets } from '../../../src/engine/secrets.ts'
import { renderFiles, renderObjections } from '../../../src/engine/render.ts'
import type { Facts } from '../../../src/facts/types.ts'
import type { Inventory } from '../../../src/inventory/model.ts'
import { MASK } from '../../../src/lib/secret.ts'
import type { RoleName } from '../../../src/roles/index.ts'
import { inventoryOf } from '../support/inventory.ts'
import { clusterFacts, pacemakerInventory } from '../support/pacemaker.ts'
import { confOf, LB1, LB2, STOCK } from './corosync/confs.ts'

const inventory = pacemakerInventory()
const OURS = confOf([LB1, LB2])

function builtOf(role: RoleName, facts: Facts, of: Inventory) {
  const playbook = { name: 'x', plays: [{ name: 'x', roles: [role], serial: 'all' as const }] }
  return build(of, playbook, new Map([['lb1', facts]]), settleSecrets(of, [facts], false)).hosts
}

function idsOf(role: RoleName, facts: Facts, of: Inventory = inventory): readonly string[] {
  return builtOf(role, facts, of).flatMap(({ plays }) =>
    plays.flatMap(({ resources }) => resources.map(({ id }) => id)),
  )
}

function checksOf(role: RoleName, facts: Facts, of: Inventory = inventory): readonly Check[] {
  return builtOf(role, facts, of).flatMap(({ checks }) => checks)
}

const withDevice = (of: Inventory, tls: 'off' | 'on' = 'off', algorithm: 'ffsplit' | 'lms' = 'ffsplit'): Inventory => ({
  ...of,
  corosync: { ...of.corosync, device: { host: '10.0.0.5', port: undefined, algorithm, tls } },
})

const withFencing = (of: Inventory, ...agents: readonly string[]): Inventory => ({
  ...of,
  pacemaker: {
    ...of.pacemaker,
    fencing: {
      kind: 'devices',
      devices: agents.map((agent, index) => ({
        name: `d${index}`,
        agent,
        options: new Map(),
        hosts: [],
        monitorInterval: 60_000,
      })),
    },
  },
})

describe('packages', () => {
  test('of each engine its own', () => {
    expect(idsOf('packages', clusterFacts('lb1'), inventoryOf())).toEqual(['package[haproxy]', 'package[keepalived]'])
    const all = ['package[haproxy]', 'package[corosync]', 'package[pacemaker]', 'package[pacemaker-cli-utils]']
    expect(idsOf('packages', clusterFacts('lb1'))).toEqual(all)
    expect(idsOf('packages', clusterFacts('lb1'), withDevice(inventory))).toEqual([...all, 'package[corosync-qdevice]'])
  })

  test('that hold the fence agents, where a device fences', () => {
    const fencing = withFencing(inventory, 'fence_ipmilan')
    expect(idsOf('packages', clusterFacts('lb1'), fencing)).toContain('package[fence-agents]')
    const rhel = clusterFacts('lb1', {}, { platform: 'rhel' })
    expect(idsOf('packages', rhel, fencing)).toContain('package[fence-agents-all]')
    expect(String(idsOf('packages', rhel))).not.toContain('fence')
    expect(String(idsOf('packages', clusterFacts('lb1'), { ...fencing, ha: 'keepalived' }))).not.toContain('fence')
  })

  const rocky = (repositories: readonly string[], more: Partial<Facts> = {}) =>
    clusterFacts(
      'lb1',
      {},
      {
        platform: 'rhel',
        os: { id: 'rocky', idLike: ['rhel'], version: '9.5', name: 'Rocky Linux 9.5' },
        repositories,
        versions: { ...clusterFacts('lb1').versions, pacemaker: { version: '2.1.9', installed: false } },
        ...more,
      },
    )

  test('of RHEL and its rebuilds, with the repository that has them, while they are not there', () => {
    const lines = ['/etc/yum.repos.d/rocky.repo baseos 1', '/etc/yum.repos.d/rocky-ha.repo highavailability 0']
    expect(idsOf('packages', rocky(lines))[0]).toBe('repository[highavailability]')
    expect(idsOf('packages', rocky(lines, { versions: clusterFacts('lb1').versions }))[0]).toBe('package[haproxy]')
    expect(idsOf('packages', rocky(lines), inventoryOf())[0]).toBe('package[haproxy]')
    const fedora = { os: { id: 'fedora', idLike: [], version: '42', name: 'Fedora 42' } }
    expect(idsOf('packages', rocky(lines, fedora))[0]).toBe('package[haproxy]')
  })
})

describe('corosync', () => {
  const files = [
    'file[/etc/corosync/authkey]',
    'file[/etc/corosync/corosync.conf]',
    'seeded[cib]',
    'file[/etc/systemd/system/corosync.service.d/ha-provision.conf]',
    'file[/var/lib/ha-provision/members.json]',
  ]
  const units = ['service[corosync]', 'loaded[corosync]', 'service[pacemaker]', 'service[corosync-qdevice]']

  test('a member gets the key, then the file that asks for it, then its units', () => {
    expect(idsOf('corosync', clusterFacts('lb1', { conf: OURS }))).toEqual([...files, ...units])
  })

  test.each([
    ['bare', undefined],
    ['with the package’s own cluster', STOCK],
  ])('a host that is %s brings no CIB along', (_, conf) => {
    expect(idsOf('corosync', clusterFacts('lb1', { conf }))).toEqual(['cleared[cib]', ...files, ...units])
  })

  test('what asks a device comes last and runs where there is one, and ends where there is none', () => {
    const facts = clusterFacts('lb1', { conf: OURS })
    const running = 'load=loaded\nactive=active\nenabled=enabled\nstale=no\npid=7\n'
    const dead = 'load=loaded\nactive=inactive\nenabled=disabled\nstale=no\npid=0\n'
    const does = (of: Inventory, output: string) => {
      const last = builtOf('corosync', facts, of)[0]?.plays[0]?.resources.at(-1)
      expect(last?.id).toBe('service[corosync-qdevice]')
      return last?.compare(output).actions.map((action) => action.do)
    }
    expect(does(inventory, running)).toEqual(['stop', 'disable'])
    expect(does(inventory, 'load=not-found\nactive=inactive\nenabled=\nstale=no\npid=0\n')).toEqual([])
    expect(does(withDevice(inventory), running)).toEqual([])
    expect(does(withDevice(inventory), dead)).toEqual(['enable', 'start'])
  })

  test('with TLS the device wants certificates, before anything is changed', () => {
    const facts = clusterFacts('lb1', { conf: OURS })
    const ids = (of: Inventory) => checksOf('corosync', facts, of).map(({ id }) => id)
    expect(ids(inventory)).toEqual(['expected-votes'])
    expect(ids(withDevice(inventory))).toEqual(['expected-votes', 'service[corosync-qdevice]', 'device-vote'])
    expect(ids(withDevice(inventory, 'on'))).toEqual([
      'expected-votes',
      'service[corosync-qdevice]',
      'device-vote',
      'device-certificates',
    ])
  })

  test.each<readonly [what: string, of: Inventory, expected: number, flags: string]>([
    ['two members', inventory, 2, '2Node Quorate WaitForAll'],
    ['three', pacemakerInventory({ third: '10.0.0.13' }), 3, 'Quorate'],
    ['two and a device', withDevice(inventory), 3, 'Quorate Qdevice'],
    ['three and a device', withDevice(pacemakerInventory({ third: '10.0.0.13' }), 'off', 'lms'), 5, 'Quorate Qdevice'],
  ])('%s: the votes that are to be expected', (_, of, expected, flags) => {
    const check = checksOf('corosync', clusterFacts('lb1', { conf: OURS }), of).find(
      ({ id }) => id === 'expected-votes',
    )
    const judged = (votes: number) =>
      check
        ?.judge(
          [{ host: 'lb1', output: `Expected votes:   ${votes}\nFlags:            ${flags} \n`, from: 0, to: 1 }],
          [],
        )
        .map(({ status }) => status)
    expect(judged(expected)).toEqual(['passed'])
    expect(judged(1)).toEqual(['failed'])
    const line = 'last_man_standing: 1'
    const standing = { ...of, corosync: { ...of.corosync, extra: { ...of.corosync.extra, quorum: line } } }
    const [own] = checksOf('corosync', clusterFacts('lb1', { conf: OURS }), standing)
    expect(
      own?.judge([{ host: 'lb1', output: `Expected votes:   1\nFlags:            ${flags} \n`, from: 0, to: 1 }], []),
    ).toMatchObject([{ status: 'passed' }])
  })

  test('without encryption no key', () => {
    const facts = clusterFacts('lb1', { conf: OURS })
    const plain = { ...inventory, corosync: { ...inventory.corosync, cipher: 'none' as const, hash: 'none' as const } }
    expect(idsOf('corosync', facts, plain)).not.toContain('file[/etc/corosync/authkey]')
  })

  test('where there is none of it, nothing: it is refused before', () => {
    expect(idsOf('corosync', clusterFacts('lb1', {}, { platform: 'alpine', init: 'openrc' }))).toEqual([])
  })
})

describe('retired', () => {
  const keepalived = (address: string) => `vrrp_instance a {\n virtual_ipaddress {\n ${address}/24\n }\n}\n`

  test.each<readonly [what: string, config: string | undefined, ids: readonly string[]]>([
    ['one that announces our VIP', keepalived('10.0.0.100'), ['service[keepalived]']],
    ['one that we wrote', '# Managed by ha-provision for the cluster test: changes\n', ['service[keepalived]']],
    ['one of another VIP', keepalived('10.9.9.9'), []],
    ['one that we wrote for another', '# Managed by ha-provision for the cluster test2: changes\n', []],
    ['none', undefined, []],
  ])('by pacemaker: %s', (_, config, ids) => {
    expect(idsOf('retire', clusterFacts('lb1', config === undefined ? {} : { keepalived: config }))).toEqual(ids)
  })

  test('by keepalived: pacemaker before corosync, and its CIB, of this cluster only', () => {
    const of = (conf: string | undefined) => idsOf('retire', clusterFacts('lb1', { conf }), inventoryOf())
    const written = `# Managed by ha-provision for the cluster test: changes\n${OURS}`
    const left = 'override[haproxy]'
    const units = ['service[pacemaker]', 'service[corosync-qdevice]', 'service[corosync]']
    expect(of(written)).toEqual([...units, 'cleared[cib]', left])
    // Nothing of it before pacemaker ends.
    expect(of(written)).toEqual(RETIRED)
    // That it lists our addresses is not proof enough: hosts may be a cluster of something else besides.
    expect(of(OURS)).toEqual([left])
    expect(of(STOCK)).toEqual([left])
    expect(of(confOf([['x', 1, '10.9.0.1']], ['cluster_name: other']))).toEqual([left])
    expect(of(undefined)).toEqual([left])
    expect(idsOf('retire', clusterFacts('lb1', {}, { platform: 'alpine', init: 'openrc' }), inventoryOf())).toEqual([])
  })

  describe('not by keepalived, and in its way: a cluster of others', () => {
    const serving = ['corosync', 'pacemaker']
      .map((unit) => `== ${unit}\nload=loaded\nactive=active\nenabled=enabled\npid=7\n`)
      .join('')
    const told = (conf: string | undefined, more: Partial<Facts> = {}) =>
      checksOf('retire', clusterFacts('lb1', { conf }, more), inventoryOf()).flatMap(
        (check) => check.obstacles?.([{ host: 'lb1', output: serving, from: 0, to: 1 }]) ?? [],
      )
    const elsewhere = confOf([['x', 1, '10.9.0.1']], ['cluster_name: other'])

    test.each([
      ['of our hosts', OURS, "'test' with lb1, lb2", 'write ha: pacemaker to take it over, or run'],
      // ha: pacemaker would be refused there.
      ['of other hosts', elsewhere, "'other' with x", "run 'systemctl disable --now pacemaker corosync' there"],
    ])('%s', (_, conf, called, mend) => {
      const [only, ...more] = told(conf)
      expect(only?.message).toContain(called)
      expect(only?.mend?.startsWith(mend)).toBe(true)
      expect(more).toEqual([])
    })

    test('one of RHEL 7 cannot be taken over', () => {
      expect(told(OURS, { platform: 'rhel7' })[0]?.mend).toMatch(/^run 'systemctl/)
    })

    test.each([
      ['none', undefined],
      ['an empty one', '\n'],
      ['the package’s own', STOCK],
      ['one that we wrote for this cluster', `# Managed by ha-provision for the cluster test: changes\n${OURS}`],
    ])('never with %s', (_, conf) => {
      expect(told(conf)).toEqual([])
    })
  })
})

test('pacemaker’s fence agents are looked for where devices fence', () => {
  const ids = (of: Inventory) => checksOf('pacemaker', clusterFacts('lb1'), of).map(({ id }) => id)
  expect(ids(inventory)).not.toContain('fence-agents')
  expect(ids(withFencing(inventory, 'fence_ipmilan'))).toContain('fence-agents')
})

describe('shown without a host', () => {
  const playbook = {
    name: 'x',
    plays: [{ name: 'x', roles: ['haproxy' as const, 'corosync' as const], serial: 'all' as const }],
  }

  test('corosync.conf, and the key as a mask', () => {
    const files = renderFiles(inventory, playbook, 'debian-12').filter(({ host }) => host === 'lb1')
    const content = (path: string) => files.find((file) => file.path === path)?.content
    expect(content('/etc/corosync/authkey')).toBe(MASK)
    expect(content('/etc/corosync/corosync.conf')).toContain('cluster_name: test')
  })

  test('what would be refused', () => {
    expect(renderObjections(inventory, 'debian-12')).toEqual([])
    expect(renderObjections(inventory, 'alpine-3.21')[0]).toMatch(/^lb1: Alpine has corosync/)
  })
})
