import { prefixOf } from './layout.ts'
import { labLabel } from './containers.ts'
import { paths } from './paths.ts'
import type { Lab } from './state.ts'
import { folderLabel } from './subnet.ts'
import { hostOfApi, type Topology, topologyOf } from './topologies.ts'

/** The name of a topology's own network, and of the ordinary one that leads to package archives, within Compose. */
const published = 'published'
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
    bastion: { extends: from('bastion'), networks: both(prefixOf(lab.subnet), 10, topology.bastion) },
    ...Object.fromEntries(lab.apis.map((api) => [api.name, apiServer(api, topology)])),
    ...Object.fromEntries(hosts),
  }
  const volumes = Object.fromEntries(lab.hosts.map((_, index) => [`apt-lb${index + 1}`, { labels }]))
  return `${JSON.stringify({ name: '${LAB_PROJECT}', services, networks: networks(lab, topology), volumes }, null, 2)}\n`
}

interface Balancer {
  readonly name: string
  readonly address: string
  readonly entrypoint: readonly string[]
  readonly topology: Topology
  readonly number: number
}

function balancer({ name, address, entrypoint, topology, number }: Balancer) {
  return {
    extends: from(`lb${number}`),
    container_name: `\${LAB_PROJECT}-${name}`,
    hostname: name,
    volumes: [`\${LAB_DIR}/hostkeys/${name}:/lab/hostkeys:ro`, `${paths.nameInterfaces}:/lab/name-interfaces:ro`],
    environment: { LAB_ADDRESS: address, LAB_INTERFACE: topology.interface },
    entrypoint: ['/bin/sh', '/lab/name-interfaces', ...entrypoint],
    networks: both('${LAB_PREFIX}', 10 + number, address),
  }
}

function apiServer({ name, address }: Lab['apis'][number], topology: Topology) {
  const host = hostOfApi(topology, name)
  const place =
    host === undefined
      ? { hostname: name, networks: { [published]: { ipv4_address: address } } }
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
    [published]: {
      // Who waits for this network is told whose it is.
      labels: { ...labels, [folderLabel]: '${LAB_DIR}' },
      // Without the first this machine would get an address and a route of somebody's real network, and with neither nobody leaves it.
      // Not `internal: true`: Docker's rules for that drop multicast, where bridged frames pass them (seen with Docker 20.10).
      driver_opts: {
        'com.docker.network.bridge.inhibit_ipv4': 'true',
        'com.docker.network.bridge.enable_ip_masquerade': 'false',
      },
      ipam: { config: [{ subnet: topology.network }] },
    },
  }
}

function from(service: string) {
  return { file: paths.composeFile, service }
}

function both(prefix: string, octet: number, address: string) {
  return { [ordinary]: { ipv4_address: `${prefix}.${octet}` }, [published]: { ipv4_address: address } }
}
