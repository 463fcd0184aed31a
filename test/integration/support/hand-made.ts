import { randomBytes } from 'node:crypto'
import { onHost } from '../../../src/lab/hosts.ts'
import type { LabHost } from '../../../src/lab/layout.ts'
import { renderXml, xml, type XmlElement } from '../../../src/lib/xml.ts'
import { until } from './breakage.ts'
import { crmState } from './crm-state.ts'

/** A pair that somebody made by hand after the published text of topology 3.1, defects and all. */
export interface HandMade {
  readonly hosts: readonly LabHost[]
  /** Of the network that the hosts' own addresses are in. */
  readonly bindnetaddr: string
  readonly vip: string
  readonly prefix: number
  readonly broadcast: string
  readonly interface: string
  /** `name:port` or `address:port`, by name. */
  readonly servers: Readonly<Record<string, string>>
  /** The name server that resolves them, where they are names. */
  readonly nameserver?: string
}

/** Makes it, and waits until the VIP and haproxy run on one of them. */
export async function makeByHand(pair: HandMade): Promise<void> {
  const key = randomBytes(256).toString('base64')
  await Promise.all(pair.hosts.map(({ name }) => onHost(name, prepare(pair, key), 480)))
  await Promise.all(pair.hosts.map(({ name }) => onHost(name, 'systemctl start corosync pacemaker')))
  const [first] = pair.hosts
  if (first === undefined) throw new Error('a pair has hosts')
  await until(
    120,
    () => crmState(first.name).catch(() => undefined),
    (state) => state?.dc !== undefined && state.nodes.filter(({ online }) => online).length === pair.hosts.length,
  )
  const configuration = xml('configuration', {}, [properties(), resources(pair), constraints(), defaults()])
  // A section that is not there yet, as rsc_defaults, cannot be replaced, only made.
  const made = `cibadmin --modify --allow-create --scope configuration --xml-pipe`
  await onHost(first.name, `${made} <<'END'\n${renderXml(configuration)}END`)
  await until(
    120,
    () => crmState(first.name).catch(() => undefined),
    (state) => state?.resources.length === 2 && state.resources.every(({ role }) => role === 'Started'),
  )
}

/** Packages, files, and nothing left of the cluster that the package started. */
function prepare(pair: HandMade, key: string): string {
  return `set -e
apt-get -q update >/dev/null
DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends install haproxy corosync pacemaker pacemaker-cli-utils resource-agents >/dev/null
systemctl -q stop haproxy pacemaker corosync
systemctl -q disable haproxy
rm -f /var/lib/pacemaker/cib/*
# Docker has its own lines for a host's name, one a network, and does not let the file be replaced.
others=$(grep -vE '\\s(${pair.hosts.map(({ name }) => name).join('|')})$' /etc/hosts)
cat > /etc/hosts <<END
$others
${pair.hosts.map(({ name, address }) => `${address} ${name}`).join('\n')}
END
base64 -d > /etc/corosync/authkey <<'END'
${key}
END
chmod 0400 /etc/corosync/authkey
cat > /etc/corosync/corosync.conf <<'END'
${corosyncConf(pair)}END
cat > /etc/haproxy/haproxy.cfg <<'END'
${haproxyCfg(pair)}END
cat > /usr/lib/ocf/resource.d/heartbeat/haproxy <<'END'
${AGENT}END
chmod 0755 /usr/lib/ocf/resource.d/heartbeat/haproxy`
}

function corosyncConf({ hosts, bindnetaddr }: HandMade): string {
  const nodes = hosts.map(
    ({ name }, index) => `  node {\n    ring0_addr: ${name}\n    name: ${name}\n    nodeid: ${index + 1}\n  }\n`,
  )
  return `totem {
  version: 2
  cluster_name: haproxy-prod
  token: 3000
  token_retransmits_before_loss_const: 10
  secauth: off
  interface {
    ringnumber: 0
    bindnetaddr: ${bindnetaddr}
    mcastaddr: 239.255.1.1
    mcastport: 5405
    ttl: 1
  }
}
logging {
  to_syslog: yes
  timestamp: on
}
quorum {
  provider: corosync_votequorum
  expected_votes: 1
  two_node: 1
}
nodelist {
${nodes.join('')}}
`
}

function haproxyCfg({ servers, nameserver }: HandMade): string {
  const resolver = nameserver === undefined ? '' : `resolvers dns\n  nameserver first ${nameserver}:53\n`
  const resolved = nameserver === undefined ? '' : ' resolvers dns init-addr none'
  const lines = Object.entries(servers).map(([name, at]) => `  server ${name} ${at} check fall 3 rise 2${resolved}\n`)
  return `global
  stats socket /run/haproxy/admin.sock mode 660 level admin
  user haproxy
  group haproxy
defaults
  mode tcp
  timeout connect 4s
  timeout client 20s
  timeout server 20s
${resolver}frontend kube-apiserver
  bind *:6443
  default_backend kube-apiserver
backend kube-apiserver
  balance roundrobin
  option tcp-check
${lines.join('')}listen stats
  bind *:32700
  mode http
  stats enable
  stats uri /
  stats hide-version
  stats auth admin:admin
`
}

const nvpairs = (id: string, values: Readonly<Record<string, string>>): readonly XmlElement[] =>
  Object.entries(values).map(([name, value]) => xml('nvpair', { id: `${id}-${name}`, name, value }))

function properties(): XmlElement {
  const id = 'cib-bootstrap-options'
  const values = { 'stonith-enabled': 'false', 'no-quorum-policy': 'ignore' }
  return xml('crm_config', {}, [xml('cluster_property_set', { id }, nvpairs(id, values))])
}

/** Where pacemaker 2 has it: its schema refuses a cluster property default-resource-stickiness. */
function defaults(): XmlElement {
  const id = 'rsc-options'
  return xml('rsc_defaults', {}, [xml('meta_attributes', { id }, nvpairs(id, { 'resource-stickiness': '100' }))])
}

function resources({ vip, prefix, broadcast, interface: nic }: HandMade): XmlElement {
  const parameters = { ip: vip, cidr_netmask: String(prefix), broadcast, nic }
  return xml('resources', {}, [
    primitive('virtual-ip-resource', 'IPaddr2', parameters),
    primitive('haproxy-resource', 'haproxy', {}),
  ])
}

function primitive(id: string, type: string, parameters: Readonly<Record<string, string>>): XmlElement {
  const operation = { id: `${id}-monitor-20`, name: 'monitor', interval: '20', timeout: '60', 'on-fail': 'restart' }
  const own = `${id}-instance_attributes`
  return xml('primitive', { id, class: 'ocf', provider: 'heartbeat', type }, [
    ...(Object.keys(parameters).length === 0
      ? []
      : [xml('instance_attributes', { id: own }, nvpairs(own, parameters))]),
    xml('operations', {}, [xml('op', operation)]),
    xml('meta_attributes', { id: `${id}-meta` }, nvpairs(`${id}-meta`, { 'migration-threshold': '2' })),
  ])
}

function constraints(): XmlElement {
  const [vip, haproxy] = ['virtual-ip-resource', 'haproxy-resource']
  return xml('constraints', {}, [
    xml('rsc_colocation', { id: 'loc', score: 'INFINITY', rsc: vip, 'with-rsc': haproxy }),
    xml('rsc_order', { id: 'ord', score: 'INFINITY', first: vip, then: haproxy }),
  ])
}

/** A stand-in of the agent that the published text fetches from a branch: no distribution has ocf:heartbeat:haproxy. */
const AGENT = `#!/bin/sh
: "\${OCF_ROOT=/usr/lib/ocf}"
. "$OCF_ROOT/lib/heartbeat/ocf-shellfuncs"
pid=/run/ocf-haproxy.pid
config=/etc/haproxy/haproxy.cfg
runs() { [ -s "$pid" ] && kill -0 "$(cat "$pid")" 2>/dev/null; }
case $1 in
  meta-data)
    cat <<'META'
<?xml version="1.0"?>
<resource-agent name="haproxy" version="1.0">
<version>1.0</version>
<longdesc lang="en">A stand-in for tests</longdesc>
<shortdesc lang="en">haproxy</shortdesc>
<parameters/>
<actions>
<action name="start" timeout="20s"/><action name="stop" timeout="20s"/>
<action name="monitor" timeout="20s" interval="10s"/><action name="meta-data" timeout="5s"/>
</actions>
</resource-agent>
META
    ;;
  monitor) runs || exit "$OCF_NOT_RUNNING" ;;
  start)
    runs && exit "$OCF_SUCCESS"
    mkdir -p /run/haproxy
    haproxy -D -f "$config" -p "$pid" || exit "$OCF_ERR_GENERIC"
    ;;
  stop)
    runs || exit "$OCF_SUCCESS"
    kill "$(cat "$pid")"
    while runs; do sleep 0.1; done
    rm -f "$pid"
    ;;
  validate-all) haproxy -c -q -f "$config" || exit "$OCF_ERR_CONFIGURED" ;;
  *) exit "$OCF_ERR_UNIMPLEMENTED" ;;
esac
exit "$OCF_SUCCESS"
`
