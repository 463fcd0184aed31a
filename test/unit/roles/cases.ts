import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { factsOf as factsOfHost, noCluster } from '../support/facts.ts'
import type { Facts, NetworkInterface } from '../../../src/facts/types.ts'
import type { Inventory, LoadBalancer } from '../../../src/inventory/model.ts'
import { parseInventory } from '../../../src/inventory/parse.ts'
import { renderProblem } from '../../../src/lib/problem.ts'
import { Secret } from '../../../src/lib/secret.ts'
import { releaseNamed } from '../../../src/platform/choose.ts'
import type { Platform } from '../../../src/platform/types.ts'
import type { ClusterSecrets } from '../../../src/roles/secrets.ts'

/** What a renderer is given. */
export interface Case {
  readonly inventory: Inventory
  readonly lb: LoadBalancer
  readonly facts: Facts
  readonly secrets: ClusterSecrets
  readonly shell: 'bash' | 'busybox'
  /** Whose paths and log it has. */
  readonly platform: Platform
  readonly nodeIds: ReadonlyMap<string, number>
}

/**
 * A golden case: an inventory whose first comments say what it is rendered for, each `# word: value`:
 * `host` (the first load balancer unless given), `system` (`rocky-9`: its paths and usual versions; debian-12 unless given), `haproxy`, `keepalived` (versions), `shell`,
 * `interface: eth0 192.0.2.5/24 …`, and `id: lb2 1`, the number of a member in corosync (as it is given, else in the order of the file).
 */
export function readCase(file: string): Case {
  const text = readFileSync(file, 'utf8')
  const parsed = parseInventory(text, file, {
    home: '/home/op',
    directory: '/home/op',
    secret: () => new Secret('Supplied'),
  })
  const { inventory } = parsed
  if (inventory === undefined) throw new Error(parsed.problems.map(renderProblem).join('\n'))
  const said = [...text.matchAll(/^# (\w+): (.*)$/gm)].map(([, word = '', value = '']) => [word, value] as const)
  const find = (word: string): string | undefined => said.find(([name]) => name === word)?.[1]
  const lb = inventory.loadBalancers.find((one) => one.name === find('host')) ?? inventory.loadBalancers[0]
  if (lb === undefined) throw new Error(`${file} has no load balancer`)
  const { platform, release } = releaseNamed(find('system') ?? 'debian-12')
  const interfaces = said.filter(([word]) => word === 'interface').map(([, value]) => interfaceOf(value))
  return {
    inventory,
    lb,
    facts: factsOf(lb.name, find('haproxy') ?? release.haproxy, find('keepalived') ?? release.keepalived, interfaces),
    secrets: secretsOf(inventory),
    shell: find('shell') === 'busybox' ? 'busybox' : 'bash',
    platform,
    nodeIds: new Map([
      ...inventory.loadBalancers.map(({ name, nodeId }, index) => [name, nodeId ?? index + 1] as const),
      ...said.filter(([word]) => word === 'id').map(([, value]) => idOf(value)),
    ]),
  }
}

function idOf(written: string): readonly [string, number] {
  const [name = '', id] = written.split(' ')
  return [name, Number(id)]
}

function secretsOf(inventory: Inventory): ClusterSecrets {
  const { authPass } = inventory.keepalived
  const password = inventory.haproxy.stats?.password
  return {
    vrrpAuthPass: authPass === 'none' ? undefined : authPass === 'generate' ? new Secret('Made4You') : authPass,
    statsPassword: password === 'generate' ? new Secret('MadeForYou') : password,
    authkey: undefined,
  }
}

function interfaceOf(written: string): NetworkInterface {
  const [name = '', ...addresses] = written.split(' ')
  return {
    name,
    addresses: addresses.map((one) => {
      const [address = '', prefix] = one.split('/')
      return { address, prefix: Number(prefix), family: isIP(address) === 6 ? 6 : 4 }
    }),
  }
}

function factsOf(host: string, haproxy: string, keepalived: string, interfaces: readonly NetworkInterface[]): Facts {
  return factsOfHost(host, {
    interfaces,
    versions: {
      haproxy: { version: haproxy, installed: true },
      keepalived: { version: keepalived, installed: true },
      ...noCluster,
    },
  })
}
