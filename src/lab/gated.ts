import { paths } from './paths.ts'

/** One of several networks of a topology: its own address of the gate, and the one that ways lead through. */
export interface Segment {
  readonly network: string
  readonly gate: string
  readonly gateway: string
}

/** A topology of several networks, as VLANs are, between which a gate of the lab's routes and answers names. */
export interface Gated {
  /** The one the hosts have their addresses in. */
  readonly hosts: Segment
  /** The VIP's: hosts have an interface in it, and no address. */
  readonly vip: Segment & { readonly interface: string }
  readonly bastion: Segment
  readonly apis: Segment
  /** The names of the API servers, in their order. */
  readonly names: readonly string[]
}

/** The gate's name among the members of a lab. */
export const gateName = 'gate'

/** The names of a gated topology's networks within Compose; that of its hosts is every topology's own. */
export const segmentNames = {
  hosts: 'published',
  vip: 'published-vip',
  bastion: 'published-way-in',
  apis: 'published-apis',
}

type Place = keyof typeof segmentNames
const places = ['hosts', 'vip', 'bastion', 'apis'] as const

/** The environment that gives a member its ways to the networks that it is not in itself; read by lab/name-interfaces. */
export function ways(gated: Gated, here: readonly Place[]): Readonly<Record<string, string>> {
  const [first = 'hosts'] = here
  const others = places.filter((place) => !here.includes(place))
  return { LAB_GATEWAY: gated[first].gateway, LAB_ROUTES: others.map((place) => gated[place].network).join(' ') }
}

/** The environment that takes the address from the number-th host's interface in the VIP's network, which Docker gave it. */
export function bareInterface(gated: Gated, number: number): Readonly<Record<string, string>> {
  return { LAB_BARE_ADDRESS: bareAddress(gated, number), LAB_BARE_INTERFACE: gated.vip.interface }
}

/** The VIP's network for the number-th host, as Compose has it. */
export function bareNetwork(gated: Gated, number: number) {
  return { [segmentNames.vip]: { ipv4_address: bareAddress(gated, number) } }
}

function bareAddress({ vip }: Gated, number: number): string {
  return vip.network.replace(/\.(\d+)\/.*$/, (_, last: string) => `.${Number(last) + 10 + number}`)
}

/** The gate as a service of Compose. */
export function gateService(gated: Gated, apis: readonly { readonly address: string }[]) {
  const prefixOf = (network: string) => network.replace(/^.*\//, '')
  return {
    image: '${LAB_IMAGE_BASTION}',
    container_name: `\${LAB_PROJECT}-${gateName}`,
    hostname: gateName,
    // /proc/sys has to be written to.
    cap_add: ['NET_ADMIN'],
    security_opt: ['systempaths=unconfined', 'apparmor:unconfined'],
    volumes: [`${paths.gate}:/lab/gate:ro`],
    entrypoint: ['/bin/sh', '/lab/gate'],
    environment: {
      LAB_GATEWAYS: places.map((place) => `${gated[place].gateway}/${prefixOf(gated[place].network)}`).join(' '),
      LAB_NAMES: apis.map(({ address }, index) => `${gated.names[index] ?? ''}=${address}`).join(' '),
    },
    networks: Object.fromEntries(places.map((place) => [segmentNames[place], { ipv4_address: gated[place].gate }])),
  }
}
