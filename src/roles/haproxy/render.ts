import type { Facts } from '../../facts/types.ts'
import type { Inventory, LoadBalancer } from '../../inventory/model.ts'
import { Text } from '../../lib/secret.ts'
import type { ClusterSecrets } from '../secrets.ts'
import { renderBackend } from './backend.ts'
import { renderDefaults } from './defaults.ts'
import { renderFrontend } from './frontend.ts'
import { renderGlobal } from './global.ts'
import { renderHealth } from './health.ts'
import { backendOf, renderListen } from './listen.ts'
import { dealOptions } from './options.ts'
import { debian } from '../../platform/debian.ts'
import type { HaproxyPaths } from './paths.ts'
import { renderResolvers } from './resolvers.ts'
import { renderStats } from './stats.ts'

/** haproxy.cfg of one load balancer. The same input gives the same bytes: no date, no order but the inventory's. */
export function renderHaproxy(
  inventory: Inventory,
  lb: LoadBalancer,
  facts: Facts,
  secrets: ClusterSecrets,
  paths: HaproxyPaths = debian.haproxy,
): Text {
  const { haproxy, cluster } = inventory
  const { version } = facts.versions.haproxy
  const options = dealOptions(haproxy)
  const context = { inventory, lb, facts }
  const own = new Set(haproxy.frontends.map((frontend) => backendOf(frontend, haproxy)))
  const shared = haproxy.backends.filter((backend) => !own.has(backend))
  const sections: (string | Text)[] = [
    `# Managed by ha-provision for the cluster ${cluster}: changes made here are overwritten.`,
    renderGlobal(haproxy.global, paths, version),
    renderDefaults(haproxy, options),
    ...haproxy.resolvers.map((resolvers) => renderResolvers(resolvers, version)),
    renderHealth(haproxy.healthPort),
    ...(haproxy.stats === undefined ? [] : [renderStats(haproxy.stats, secrets.statsPassword, context)]),
    ...haproxy.frontends.map((frontend) => {
      const own = backendOf(frontend, haproxy)
      return own === undefined
        ? renderFrontend(frontend, options, context)
        : renderListen(frontend, own, options, context)
    }),
    ...shared.map((backend) => renderBackend(backend, options, version)),
    ...(haproxy.extra.trim() === '' ? [] : [haproxy.extra.trimEnd()]),
  ]
  return Text.join([Text.join(sections, '\n\n'), '\n'])
}
