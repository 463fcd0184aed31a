import { prefixOf } from './layout.ts'
import { labLabel } from './containers.ts'
import { bareInterface, bareNetwork, gateName, gateService, type Segment, segmentNames, ways } from './gated.ts'
import { paths } from './paths.ts'
import type { Lab } from './state.ts'
import { folderLabel } from './subnet.ts'
import { hostOfApi, type Topology, topologyOf } from './topologies.ts'

/** The name of a topology's own network, and of the ordinary one that leads to package archives, within Compose. */
const published = segmentNames.hosts
const ordinary = 'lab'
const labels = { [labLabel]: '${LAB_PROJECT}' }

/**
 * The Compose file of a topology, as JSON, which is YAML. Hosts and bastion are those of docker-compose.test.yml with a
 * second interface; `entrypoints` says what each platform's image starts with, since naming interfaces comes before it.
 */
export function renderTopologyCompose(
  lab: Lab,
  name: string,
  entrypoints: ReadonlyMap<string, readonly string[]>,
): string {
  const topology = topologyOf(name)
  const hosts = lab.hosts.map((host, index) => {
    const { address, platform } = host
    const entrypoint = entrypoints.get(platform) ?? []
    return [host.name, balancer({ name: host.name, address, entrypoint, topology, number: index + 1 })] as const
  })
  const services = {
    bastion: bastion(lab, topology),
    ...(topology.gated === undefined ? {} : { [gateName]: { labels, ...gateService(topology.gated, topology.apis) } }),
    ...Object.fromEntries(lab.apis.map((api) => [api.name, apiServer(api, topology)])),
    ...Object.fromEntries(hosts),
  }
  const volumes = Object.fromEntries(lab.hosts.map((_, index) => [`apt-lb${index + 1}`, { labels }]))
  return `${JSON.stringify({ name: '${LAB_PROJECT}', services, networks: networks(lab, topology), volumes }, null, 2)}\n`
}

function bastion(lab: Lab, { bastion: address, gated, certificates }: Topology) {
  const shared = { extends: from('bastion'), volumes: authority(certificates) }
  const networks = (own: string) => both(prefixOf(lab.subnet), 10, { [own]: { ipv4_address: address } })
  if (gated === undefined) return { ...shared, networks: networks(published) }
  return {
    ...shared,
    cap_add: ['NET_ADMIN'],
    volumes: [...shared.volumes, named],
    environment: { LAB_ADDRESS: address, LAB_INTERFACE: 'inside0', ...ways(gated, ['bastion']) },
    entrypoint: ['/bin/sh', '/lab/name-interfaces', '/usr/local/sbin/lab-init'],
    networks: networks(segmentNames.bastion),
  }
}

const named = `${paths.nameInterfaces}:/lab/name-interfaces:ro`

function authority(certificates: true | undefined): readonly string[] {
  return certificates === undefined ? [] : ['${LAB_DIR}/user_ca.pub:/lab/user_ca.pub:ro']
}

interface Balancer {
  readonly name: string
  readonly address: string
  readonly entrypoint: readonly string[]
  readonly topology: Topology
  readonly number: number
}

function balancer({ name, address, entrypoint, topology, number }: Balancer) {
  const { gated, certificates } = topology
  return {
    extends: from(`lb${number}`),
    container_name: `\${LAB_PROJECT}-${name}`,
    hostname: name,
    volumes: [`\${LAB_DIR}/hostkeys/${name}:/lab/hostkeys:ro`, named, ...authority(certificates)],
    environment: {
      LAB_ADDRESS: address,
      LAB_INTERFACE: topology.interface,
      ...(gated === undefined ? {} : { ...bareInterface(gated, number), ...ways(gated, ['hosts', 'vip']) }),
    },
    entrypoint: ['/bin/sh', '/lab/name-interfaces', ...entrypoint],
    networks: both('${LAB_PREFIX}', 10 + number, {
      [published]: { ipv4_address: address },
      ...(gated === undefined ? {} : bareNetwork(gated, number)),
    }),
  }
}

function apiServer({ name, address }: Lab['apis'][number], topology: Topology) {
  const host = hostOfApi(topology, name)
  const place =
    host === undefined
      ? {
          hostname: name,
          networks: { [topology.gated === undefined ? published : segmentNames.apis]: { ipv4_address: address } },
        }
      : { network_mode: `service:${host}` }
  return {
    image: '${LAB_IMAGE_API}',
    labels,
    container_name: `\${LAB_PROJECT}-${name}`,
    tmpfs: ['/run'],
    environment: {
      SERVER_NAME: name,
      REQUIRE_AUTH: '${LAB_REQUIRE_AUTH:-}',
      EXTRA_ADDRESSES: `${address} ${topology.vip}`,
      HTTP_PORT: String(topology.httpPort ?? ''),
    },
    ...place,
  }
}

function networks(lab: Lab, topology: Topology) {
  const prefix = prefixOf(lab.subnet)
  return {
    [ordinary]: { labels, ipam: { config: [{ subnet: lab.subnet, gateway: `${prefix}.1` }] } },
    ...ownNetworks(topology),
  }
}

function ownNetworks({ network, gated }: Topology) {
  if (gated === undefined) return { [published]: isolated({ subnet: network }) }
  const { hosts, vip, bastion, apis } = segmentNames
  const of = ({ network: subnet, gateway }: Segment) => isolated({ subnet, gateway })
  return { [hosts]: of(gated.hosts), [vip]: of(gated.vip), [bastion]: of(gated.bastion), [apis]: of(gated.apis) }
}

function isolated(config: { readonly subnet: string; readonly gateway?: string }) {
  return {
    // Who waits for this network is told whose it is.
    labels: { ...labels, [folderLabel]: '${LAB_DIR}' },
    // Without the first this machine would get an address and a route of somebody's real network, and with neither nobody leaves it.
    // Not `internal: true`: Docker's rules for that drop multicast, where bridged frames pass them (seen with Docker 20.10).
    driver_opts: {
      'com.docker.network.bridge.inhibit_ipv4': 'true',
      'com.docker.network.bridge.enable_ip_masquerade': 'false',
    },
    ipam: { config: [config] },
  }
}

function from(service: string) {
  return { file: paths.composeFile, service }
}

function both(prefix: string, octet: number, own: object) {
  return { [ordinary]: { ipv4_address: `${prefix}.${octet}` }, ...own }
}
