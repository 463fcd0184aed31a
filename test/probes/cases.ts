import { listenerCheck } from '../../src/checks/listener.ts'
import { serviceCheck } from '../../src/checks/service.ts'
import { vipCheck } from '../../src/checks/vip.ts'
import type { Check } from '../../src/checks/check.ts'
import { parseFacts } from '../../src/facts/parse.ts'
import { factsScript } from '../../src/facts/script.ts'
import { HaError } from '../../src/lib/errors.ts'
import { text } from '../../src/lib/secret.ts'
import type { Platform } from '../../src/platform/types.ts'
import { clearedResource } from '../../src/resources/cleared.ts'
import { fileResource, sha256 } from '../../src/resources/file.ts'
import type { Resource } from '../../src/resources/kind.ts'
import { loadedResource } from '../../src/resources/loaded.ts'
import { packageResource } from '../../src/resources/package.ts'
import { serviceResource } from '../../src/resources/service.ts'
import { sysctlResource } from '../../src/resources/sysctl.ts'
import { userResource } from '../../src/resources/user.ts'
import { haproxyConfig, VIP } from './host-files.ts'

/** A probe of ours and the parser that reads it: what is recorded on hosts and replayed without them. */
export interface Probe {
  readonly name: string
  command(platform: Platform): string
  /** What we make of the output; it has to survive JSON. */
  read(output: string): unknown
}

const MARKER = 'recorded'

const facts: Probe = {
  name: 'facts',
  command: () => factsScript(MARKER),
  read: (output) => parseFacts('host', output, MARKER),
}

function ofResource(name: string, resource: (platform: Platform) => Resource): (platform: Platform) => Probe {
  return (platform) => ({
    name,
    command: () => resource(platform).probe(platform),
    read: (output) => {
      try {
        return resource(platform).compare(output).changes
      } catch (thrown) {
        // That something is refused is an answer too.
        if (thrown instanceof HaError) return { refused: thrown.message }
        throw thrown
      }
    },
  })
}

function ofCheck(name: string, check: (platform: Platform) => Check): (platform: Platform) => Probe {
  return (platform) => ({
    name,
    command: () => check(platform).probe(platform),
    read: (output) => check(platform).judge([{ host: 'host', output, from: 0, to: 1 }], []),
  })
}

const file = (path: string, content = 'wanted\n') =>
  fileResource({
    path,
    content: text`${content}`,
    mode: '0644',
    owner: 'root',
    group: 'root',
    validate: undefined,
    sensitive: [],
    unit: undefined,
  })

const packageOf = (name: string, version?: string) => packageResource({ name, version, holdUnits: [] })

/** Every probe, by name; a stage takes those that say something there. */
export const probes = {
  facts: () => facts,
  'package-haproxy': ofResource('package-haproxy', ({ haproxy }) => packageOf(haproxy.package)),
  'package-keepalived': ofResource('package-keepalived', ({ keepalived }) => packageOf(keepalived.package)),
  'package-pinned': ofResource('package-pinned', ({ haproxy }) => packageOf(haproxy.package, '9.9*')),
  'package-unknown': ofResource('package-unknown', () => packageOf('ha-provision-no-such-package')),
  'service-haproxy': ofResource('service-haproxy', ({ haproxy }) => serviceResource(haproxy.unit)),
  'service-keepalived': ofResource('service-keepalived', ({ keepalived }) => serviceResource(keepalived.unit)),
  'service-retired': ofResource('service-retired', ({ keepalived }) => serviceResource(keepalived.unit, 'retired')),
  'check-haproxy': ofCheck('check-haproxy', ({ haproxy }) => serviceCheck(haproxy.unit, 'LOG')),
  'check-keepalived': ofCheck('check-keepalived', ({ keepalived }) => serviceCheck(keepalived.unit, 'LOG')),
  cleared: ofResource('cleared', ({ cluster }) =>
    'refused' in cluster
      ? file('/etc')
      : clearedResource({
          folder: cluster.pacemaker.cib,
          units: [cluster.pacemaker.unit, cluster.corosync.unit],
          unless: { path: cluster.corosync.config, sha256: sha256('wanted\n') },
        }),
  ),
  'service-pacemaker': ofResource('service-pacemaker', () => serviceResource('pacemaker', 'running')),
  'user-absent': ofResource('user-absent', () => userResource('keepalived_script')),
  'user-present': ofResource('user-present', () => userResource('root')),
  'sysctl-other': ofResource('sysctl-other', () => sysctlResource('net.ipv4.ip_nonlocal_bind', '2')),
  'sysctl-as-wanted': ofResource('sysctl-as-wanted', () => sysctlResource('net.ipv4.ip_forward', '1')),
  'sysctl-absent': ofResource('sysctl-absent', () => sysctlResource('net.ipv4.no_such_key', '1')),
  'file-config': ofResource('file-config', ({ haproxy }) => file(haproxy.config, haproxyConfig())),
  'file-link': ofResource('file-link', () => file('/etc/ha-provision-link')),
  'file-folder': ofResource('file-folder', () => file('/etc')),
  'file-mode': ofResource('file-mode', () => file('/etc/ha-provision-mode')),
  'file-leftover': ofResource('file-leftover', () => file('/etc/ha-provision-leftover')),
  'loaded-haproxy': ofResource('loaded-haproxy', ({ haproxy }) =>
    loadedResource({
      unit: haproxy.unit,
      files: [{ path: haproxy.config, sha256: sha256(haproxyConfig()) }],
      provedBy: 'new-child',
    }),
  ),
  listener: ofCheck('listener', () => listenerCheck([6443], 'LOG')),
  vip: ofCheck('vip', () =>
    vipCheck({
      name: 'api',
      address: VIP,
      family: 4,
    }),
  ),
} as const satisfies Record<string, (platform: Platform) => Probe>

export type ProbeName = keyof typeof probes
