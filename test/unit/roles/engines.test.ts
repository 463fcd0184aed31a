import { describe, expect, test } from 'vitest'
import { build } from '../../../src/engine/build.ts'
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

function idsOf(role: RoleName, facts: Facts, of: Inventory = inventory): readonly string[] {
  const playbook = { name: 'x', plays: [{ name: 'x', roles: [role], serial: 'all' as const }] }
  const built = build(of, playbook, new Map([['lb1', facts]]), settleSecrets(of, [facts], false))
  return built.hosts.flatMap(({ plays }) => plays.flatMap(({ resources }) => resources.map(({ id }) => id)))
}

const withDevice = (of: Inventory): Inventory => ({
  ...of,
  corosync: { ...of.corosync, device: { host: '10.0.0.5', port: undefined, algorithm: 'ffsplit', tls: 'on' } },
})

describe('packages', () => {
  test('of each engine its own', () => {
    expect(idsOf('packages', clusterFacts('lb1'), inventoryOf())).toEqual(['package[haproxy]', 'package[keepalived]'])
    const all = ['package[haproxy]', 'package[corosync]', 'package[pacemaker]', 'package[pacemaker-cli-utils]']
    expect(idsOf('packages', clusterFacts('lb1'))).toEqual(all)
    expect(idsOf('packages', clusterFacts('lb1'), withDevice(inventory))).toEqual([...all, 'package[corosync-qdevice]'])
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
  const units = ['service[corosync]', 'loaded[corosync]', 'service[pacemaker]']

  test('a member gets the key, then the file that asks for it, then its units', () => {
    expect(idsOf('corosync', clusterFacts('lb1', { conf: OURS }))).toEqual([...files, ...units])
  })

  test.each([
    ['bare', undefined],
    ['with the package’s own cluster', STOCK],
  ])('a host that is %s brings no CIB along', (_, conf) => {
    expect(idsOf('corosync', clusterFacts('lb1', { conf }))).toEqual(['cleared[cib]', ...files, ...units])
  })

  test('with a device, what asks it; without encryption no key', () => {
    const facts = clusterFacts('lb1', { conf: OURS })
    expect(idsOf('corosync', facts, withDevice(inventory))).toContain('service[corosync-qdevice]')
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
    expect(of(written)).toEqual(['service[pacemaker]', 'service[corosync]', 'cleared[cib]'])
    // That it lists our addresses is not proof enough: hosts may be a cluster of something else besides.
    expect(of(OURS)).toEqual([])
    expect(of(`${written}quorum {\n device {\n }\n}\n`)[1]).toBe('service[corosync-qdevice]')
    expect(of(STOCK)).toEqual([])
    expect(of(confOf([['x', 1, '10.9.0.1']], ['cluster_name: other']))).toEqual([])
    expect(of(undefined)).toEqual([])
  })
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
