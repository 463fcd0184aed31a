import { createHmac, randomBytes } from 'node:crypto'
import { isIP, isIPv6 } from 'node:net'
import { canonicalAddress } from '../../lib/address.ts'
import { contentOf, named, parseKeepalived, type Statement, valueOf } from './parse.ts'

/** What one vrrp_instance of a file says to the other members. */
export interface Spoken {
  readonly name: string
  readonly family: 4 | 6
  readonly virtualRouterId: string
  readonly version: string
  readonly advertInterval: string
  /** `none`, or the type and a token that is equal for equal passwords, in this process only. */
  readonly authentication: string
  /** Sorted, in one notation, without prefixes: adverts have none. Excluded addresses are not announced, and not here. */
  readonly vips: readonly string[]
  /** `unicast`, or `multicast GROUP on INTERFACE`: on another interface nobody hears it. */
  readonly transport: string
  readonly peers: readonly string[]
}

/** A password of eight characters can be guessed from a plain hash; from one with a key that nobody keeps it cannot. */
const KEY = randomBytes(32)

/** The instances of a keepalived.conf, with what the file's global settings mean for them. */
export function spokenBy(config: string): readonly Spoken[] {
  const statements = parseKeepalived(config)
  const global = named(statements, 'global_defs').flatMap((one) => one.children)
  return named(statements, 'vrrp_instance').map((one) => spoken(one, global))
}

/** The first `auth_pass` in a file, as written there. */
export function firstAuthPass(config: string): string | undefined {
  return named(parseKeepalived(config), 'vrrp_instance')
    .map((one) => wordAfter('auth_pass', contentOf(one.children, 'authentication')))
    .find((password) => password !== undefined)
}

function spoken({ words, children }: Statement, global: readonly Statement[]): Spoken {
  const vips = addresses(contentOf(children, 'virtual_ipaddress'))
  const peers = addresses(contentOf(children, 'unicast_peer'))
  const family = [...vips, ...peers].slice(0, 1).some(isIPv6) ? 6 : 4
  const group =
    valueOf(children, 'mcast_dst_ip') ??
    valueOf(global, `vrrp_mcast_group${family}`) ??
    (family === 6 ? 'ff02::12' : '224.0.0.18')
  return {
    name: words[1] ?? '',
    family,
    virtualRouterId: valueOf(children, 'virtual_router_id') ?? '',
    version: family === 6 ? '3' : (valueOf(children, 'version') ?? valueOf(global, 'vrrp_version') ?? '2'),
    advertInterval: String(Number(valueOf(children, 'advert_int') ?? 1)),
    authentication: authentication(contentOf(children, 'authentication')),
    vips,
    transport: peers.length > 0 ? 'unicast' : `multicast ${group} on ${valueOf(children, 'interface') ?? ''}`,
    peers,
  }
}

/** keepalived uses eight characters of a password, so two that begin alike are the same to it. */
function authentication(content: readonly (readonly string[])[]): string {
  const password = wordAfter('auth_pass', content)
  if (password === undefined) return 'none'
  const token = createHmac('sha256', KEY).update(password.slice(0, 8)).digest('base64url')
  return `${(wordAfter('auth_type', content) ?? 'PASS').toUpperCase()} ${token}`
}

function wordAfter(keyword: string, content: readonly (readonly string[])[]): string | undefined {
  const words = content.flat()
  const at = words.indexOf(keyword)
  return at < 0 ? undefined : words[at + 1]
}

/** Words that are addresses, but for those that belong to a keyword before them. */
function addresses(content: readonly (readonly string[])[]): readonly string[] {
  return content
    .flatMap((words) => words.filter((_, index) => !['brd', 'peer', 'broadcast'].includes(words[index - 1] ?? '')))
    .map((word) => word.split('/')[0] ?? '')
    .filter((word) => isIP(word) !== 0)
    .map(canonicalAddress)
    .toSorted()
}
