import { isIP } from 'node:net'
import { canonicalAddress } from '../lib/address.ts'
import type { XmlElement } from '../lib/xml.ts'
import type { Sample } from './check.ts'
import { parseClusterStatus, readXml, type ClusterNode, type ClusterStatus } from './cluster-status.ts'

/** What one member says of the cluster. */
export interface MemberView {
  readonly host: string
  /** The members that its corosync sees, by name; undefined where it does not run. */
  readonly sees: readonly string[] | undefined
  /** Its corosync gives no quorum before it has seen all members once. */
  readonly waitsForAll: boolean
  /** Whether its part of the cluster may act; undefined where nobody tells. */
  readonly quorate: boolean | undefined
  /** undefined where pacemaker does not answer. */
  readonly status: ClusterStatus | undefined
  /** The ids of the cluster resources that hold an address, by canonical address. */
  readonly addresses: ReadonlyMap<string, string>
  /** keepalived, which this engine replaces, runs beside it. */
  readonly runsKeepalived: boolean
}

/** A member whose pacemaker answers. */
export interface AnsweringView extends MemberView {
  readonly status: ClusterStatus
}

/**
 * Everything that is asked of a member of a cluster, in one text: what several checks ask in the same words is asked once. Where a
 * daemon does not run, its part stays empty. Time limits, because a daemon that hangs lets its clients wait for ever.
 */
export const CLUSTER_PROBE = `ip -o addr show
pidof keepalived >/dev/null 2>&1 && echo 'keepalived: runs'
echo '== corosync'; timeout 10 corosync-cmapctl runtime.members. runtime.votequorum. nodelist.node.
echo '== quorum'; timeout 10 crm_node --quorum
echo '== addresses'; timeout 10 cibadmin --query --xpath "//primitive[@type='IPaddr2']"
echo '== status'; timeout 10 crm_mon -1 --output-as=xml --inactive
true`

/** Reads what CLUSTER_PROBE printed. */
export function viewOf({ host, output }: Sample): MemberView {
  const [before = '', ...parts] = output.split(/^== (\w+)$/m)
  const section = (name: string) => (parts.includes(name) ? (parts[parts.indexOf(name) + 1] ?? '') : '')
  const map = cmapOf(section('corosync'))
  const status = parseClusterStatus(section('status'))
  const answer = section('quorum').trim()
  return {
    host,
    sees: map.size === 0 ? undefined : joined(map, status?.nodes ?? []),
    waitsForAll: map.get('runtime.votequorum.wait_for_all_status') === '1',
    quorate: answer === '1' ? true : answer === '0' ? false : status?.quorate,
    status,
    addresses: addressesOf(section('addresses')),
    runsKeepalived: /^keepalived: runs$/m.test(before),
  }
}

/** Whether a member's pacemaker answers. */
export function answers(view: MemberView): view is AnsweringView {
  return view.status !== undefined
}

/** The view to believe where all see the same: of a part with quorum, and of one with a DC, first. */
export function bestOf(views: readonly AnsweringView[]): AnsweringView | undefined {
  const worth = ({ quorate, status }: AnsweringView) => (quorate === true ? 2 : 0) + (status.dc === undefined ? 0 : 1)
  return views.toSorted((a, b) => worth(b) - worth(a))[0]
}

/** `key (type) = value` lines. */
function cmapOf(output: string): ReadonlyMap<string, string> {
  return new Map(
    [...output.matchAll(/^(\S+) \(\w+\) = (.*)$/gm)].map(([, key = '', value = '']) => [key, value.trim()]),
  )
}

/** A list made by hand may have no names: then pacemaker's are taken. */
function joined(map: ReadonlyMap<string, string>, nodes: readonly ClusterNode[]): readonly string[] {
  const listed = [...map].flatMap(([key, id]) => {
    const at = /^nodelist\.node\.(\d+)\.nodeid$/.exec(key)?.[1]
    const name = at === undefined ? undefined : map.get(`nodelist.node.${at}.name`)
    return name === undefined ? [] : [[id, name] as const]
  })
  const names = new Map([...nodes.map(({ id, name }) => [id, name] as const), ...listed])
  return [...map]
    .flatMap(([key, status]) => {
      const id = /^runtime\.members\.(\d+)\.status$/.exec(key)?.[1]
      return id === undefined || status !== 'joined' ? [] : [names.get(id) ?? `node ${id}`]
    })
    .sort()
}

function addressesOf(output: string): ReadonlyMap<string, string> {
  const root = readXml(output)
  return new Map(
    (root === undefined ? [] : named(root, 'primitive')).flatMap((primitive) =>
      named(primitive, 'nvpair')
        .filter(({ attributes }) => attributes['name'] === 'ip')
        .map(({ attributes }) => attributes['value'] ?? '')
        // By hand anything can have been written there.
        .filter((address) => isIP(address) > 0)
        .map((address) => [canonicalAddress(address), primitive.attributes['id'] ?? ''] as const),
    ),
  )
}

function named(element: XmlElement, name: string): readonly XmlElement[] {
  return element.name === name ? [element] : element.children.flatMap((child) => named(child, name))
}
