import { listenerCheck } from '../../checks/listener.ts'
import { managedCheck } from '../../checks/managed.ts'
import { serviceCheck } from '../../checks/service.ts'
import type { Inventory } from '../../inventory/model.ts'
import { text } from '../../lib/secret.ts'
import { rootFile, sha256 } from '../../resources/file.ts'
import { loadedResource } from '../../resources/loaded.ts'
import { serviceResource } from '../../resources/service.ts'
import { sysctlResource } from '../../resources/sysctl.ts'
import type { Resource } from '../../resources/kind.ts'
import type { Role } from '../role.ts'
import { renderHaproxy } from './render.ts'
import { haproxySecrets } from './secrets.ts'

/** haproxy with its configuration, running what the file says: started at boot, or by pacemaker, which then decides where. */
export const haproxyRole: Role = ({ inventory, host, facts, platform, secrets }) => {
  const { unit, config, provedBy } = platform.haproxy
  const isManaged = inventory.ha === 'pacemaker'
  const log = platform.init.logCommand(unit)
  const ports = listenedPorts(inventory)
  const content = renderHaproxy(inventory, host, facts, secrets, platform.haproxy)
  return {
    resources: [
      ...nonlocalBind(inventory),
      rootFile(config, content, {
        mode: content.secrets.length > 0 ? '0600' : '0644',
        validate: { words: ['haproxy', '-c', '-f', '%s'], good: [0], silent: false },
        sensitive: haproxySecrets,
        unit,
      }),
      serviceResource(unit, isManaged ? 'managed' : 'enabled'),
      loadedResource({
        unit,
        files: [{ path: config, sha256: sha256(content.reveal()) }],
        provedBy,
        ...(isManaged ? { startedBy: 'cluster' as const } : {}),
      }),
    ],
    checks: [
      isManaged ? managedCheck(unit) : serviceCheck(unit, log, 'haproxy does not run'),
      listenerCheck(ports, log),
    ],
  }
}

/** Every port haproxy listens on. */
function listenedPorts({ haproxy }: Inventory): readonly number[] {
  const binds = haproxy.frontends.flatMap((frontend) => frontend.binds)
  const stats = haproxy.stats === undefined ? [] : [haproxy.stats.bind]
  return [...new Set([...binds, ...stats].map(({ port }) => port).concat(haproxy.healthPort))].sort((a, b) => a - b)
}

/** A bind that names a VIP has to work on the members that do not hold it: set for the families where that is so, and nowhere else. */
function nonlocalBind({ haproxy, vips }: Inventory): readonly Resource[] {
  const binds = [
    ...haproxy.frontends.flatMap((frontend) => frontend.binds),
    ...(haproxy.stats === undefined ? [] : [haproxy.stats.bind]),
  ]
  const named = binds.flatMap(({ at }) =>
    at.kind === 'vip'
      ? vips.filter(({ name }) => name === at.value)
      : at.kind === 'ip'
        ? vips.filter(({ address }) => address === at.value)
        : [],
  )
  const keys = [
    ...new Set(named.map(({ family }) => (family === 4 ? 'net.ipv4.ip_nonlocal_bind' : 'net.ipv6.ip_nonlocal_bind'))),
  ].sort()
  if (keys.length === 0) return []
  return [
    rootFile(
      '/etc/sysctl.d/60-ha-provision.conf',
      text`# Managed by ha-provision: haproxy binds a VIP that another member may hold.\n${keys.map((key) => `${key} = 1\n`).join('')}`,
    ),
    ...keys.map((key) => sysctlResource(key, '1')),
  ]
}
