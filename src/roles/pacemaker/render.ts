import type { Fencing, FencingDevice, Inventory, Operations, Vip } from '../../inventory/model.ts'
import { Secret } from '../../lib/secret.ts'
import { xml, type XmlElement } from '../../lib/xml.ts'
import type { WantedCib } from '../../resources/action.ts'
import { QUICK_ELECTION } from '../../resources/cib/own.ts'
import { withUniqueIds } from '../../resources/cib/unique-ids.ts'
import { attributes, nvpairs, operation } from './elements.ts'

const HAPROXY = 'haproxy'
const CLONE = 'haproxy-clone'

/**
 * What the cluster's CIB shall have, of the inventory alone: so it is the same whichever member is asked. Ids come from names.
 *
 * haproxy is a clone on all members by default: a VIP that moves finds haproxy running, which costs 0.4 s instead of the 2 to 3 s of a
 * start. The VIP stands with an instance of it (colocation, INFINITY) and comes up after it (order). The order is mandatory: where
 * haproxy is started anew the VIP waits for it, and an instance that comes or goes on another member leaves the VIP alone, since
 * pacemaker looks at the instance beside it. Several VIPs know nothing of each other, and may be on different members.
 */
export function renderCib(inventory: Inventory): WantedCib {
  const { pacemaker, vips } = inventory
  const secrets = new Map<string, Secret>()
  const haproxy = pacemaker.haproxy === 'everywhere' ? CLONE : HAPROXY
  const configuration = xml('configuration', {}, [
    xml('crm_config', {}, [
      nvpairs('cluster_property_set', 'cib-bootstrap-options', [
        ...new Map([
          // pacemaker 3.0.2 calls it fencing-enabled, and still knows this name; older versions know no other.
          ['stonith-enabled', String(pacemaker.fencing.kind === 'devices')],
          ['no-quorum-policy', pacemaker.quorumPolicy],
          // With fencing a member that boots a little later than the others would be turned off.
          ...(pacemaker.fencing.kind === 'none' ? [[QUICK_ELECTION.name, QUICK_ELECTION.value] as const] : []),
          ...pacemaker.properties,
        ]),
      ]),
    ]),
    xml('resources', {}, [
      ...devices(pacemaker.fencing).map((device) => renderDevice(device, secrets)),
      renderHaproxy(inventory),
      ...vips.map((vip) => renderVip(vip, pacemaker.vip)),
    ]),
    xml(
      'constraints',
      {},
      vips.flatMap((vip) => constraints(vip, haproxy)),
    ),
    xml('rsc_defaults', {}, [
      nvpairs('meta_attributes', 'rsc-options', [
        ['resource-stickiness', String(pacemaker.stickiness)],
        ['migration-threshold', String(pacemaker.migrationThreshold)],
        ['failure-timeout', seconds(pacemaker.failureTimeout)],
      ]),
    ]),
  ])
  return { configuration: withUniqueIds(configuration), secrets, purge: pacemaker.purge }
}

function devices(fencing: Fencing): readonly FencingDevice[] {
  return fencing.kind === 'devices' ? fencing.devices : []
}

function renderHaproxy({ pacemaker }: Inventory): XmlElement {
  const primitive = xml('primitive', { id: HAPROXY, class: 'systemd', type: 'haproxy' }, [
    operations(HAPROXY, pacemaker.haproxyOperations),
  ])
  if (pacemaker.haproxy === 'with-vip') return primitive
  return xml('clone', { id: CLONE }, [nvpairs('meta_attributes', `${CLONE}-meta`, [['interleave', 'true']]), primitive])
}

function renderVip(vip: Vip, wanted: Operations): XmlElement {
  const id = vipId(vip)
  const parameters = new Map([
    ['ip', vip.address],
    ['nic', vip.interface],
    ...(vip.prefix === undefined ? [] : [['cidr_netmask', String(vip.prefix)] as const]),
    ...(vip.broadcast === undefined ? [] : [['broadcast', vip.broadcast] as const]),
    // The agent puts the name of the interface and a colon before it.
    ...(vip.label === undefined ? [] : [['iflabel', vip.label.slice(vip.interface.length + 1)] as const]),
    ...vip.options,
  ])
  return xml('primitive', { id, class: 'ocf', provider: 'heartbeat', type: 'IPaddr2' }, [
    nvpairs('instance_attributes', `${id}-params`, [...parameters]),
    operations(id, wanted),
  ])
}

/** A fence agent is told which members it can turn off; it asks its device itself when it is not told. */
function renderDevice(device: FencingDevice, secrets: Map<string, Secret>): XmlElement {
  const id = `fence-${device.name}`
  const options = [...device.options].map(([name, value]): [string, string] => {
    if (!(value instanceof Secret)) return [name, value]
    const mask = `‹secret ${device.name} ${name}›`
    secrets.set(mask, value)
    return [name, mask]
  })
  const hosts: [string, string][] = device.hosts.length === 0 ? [] : [['pcmk_host_list', device.hosts.join(' ')]]
  return xml('primitive', { id, class: 'stonith', type: device.agent }, [
    ...attributes(`${id}-params`, [...hosts, ...options]),
    xml('operations', {}, [operation(id, 'monitor', seconds(device.monitorInterval), {})]),
  ])
}

function operations(id: string, { monitor, startTimeout, stopTimeout, onFail }: Operations): XmlElement {
  const failed: Record<string, string> = onFail === 'restart' ? {} : { 'on-fail': onFail }
  return xml('operations', {}, [
    operation(id, 'start', '0s', { timeout: seconds(startTimeout) }),
    operation(id, 'stop', '0s', { timeout: seconds(stopTimeout) }),
    operation(id, 'monitor', seconds(monitor.interval), { timeout: seconds(monitor.timeout), ...failed }),
  ])
}

function constraints(vip: Vip, haproxy: string): readonly XmlElement[] {
  const id = vipId(vip)
  return [
    ...[...vip.preferences].map(([node, score]) =>
      xml('rsc_location', { id: `location-${id}-${node}`, rsc: id, node, score: String(score) }),
    ),
    xml('rsc_colocation', { id: `colocation-${id}`, rsc: id, 'with-rsc': haproxy, score: 'INFINITY' }),
    xml('rsc_order', { id: `order-${id}`, first: haproxy, then: id, kind: 'Mandatory' }),
  ]
}

function vipId({ name }: Vip): string {
  return `vip-${name}`
}

/** In the units that all versions know. */
function seconds(milliseconds: number): string {
  return milliseconds % 1000 === 0 ? `${milliseconds / 1000}s` : `${milliseconds}ms`
}
