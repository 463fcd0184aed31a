import type { Facts } from '../../facts/types.ts'
import type { Haproxy, Inventory, LoadBalancer } from '../../inventory/model.ts'
import { HARD_STOP_AFTER } from '../../inventory/normalise/haproxy.ts'
import { platformNamed } from '../../platform/index.ts'
import { atLeast } from '../../lib/version.ts'
import { notBefore, type Objection, tooNew } from '../objection.ts'
import { supports } from './features.ts'
import { renderHaproxy } from './render.ts'
import { BUILT_WITH, HAPROXY_WORDS } from './words-by-version.ts'

/**
 * What the inventory asks for and the haproxy of this host cannot do. Judged by the file that would be written, so it cannot
 * disagree with it: what we would write only by ourselves is left out of that file for an old version.
 */
export function haproxyUnsupported(inventory: Inventory, lb: LoadBalancer, facts: Facts): readonly Objection[] {
  const { version } = facts.versions.haproxy
  const paths = platformNamed(facts.platform)?.haproxy
  const secrets = { vrrpAuthPass: undefined, statsPassword: undefined, authkey: undefined }
  const config = renderHaproxy(inventory, lb, facts, secrets, paths).masked
  return [
    ...tooNew({ name: 'haproxy', version }, config, HAPROXY_WORDS),
    ...hardStop(inventory.haproxy, version),
    ...notBuilt(config, facts),
    ...sameNames(inventory.haproxy, version),
  ]
}

/** Written down as something else than we would choose: then it is meant. */
function hardStop({ global }: Haproxy, version: string): readonly Objection[] {
  if (supports(version, 'hard-stop-after') || global.hardStopAfter === HARD_STOP_AFTER) return []
  return [notBefore({ name: 'haproxy', version }, 'hard_stop_after', [1, 8])]
}

/** A haproxy that does not tell what it was built with (before 2.0) is left to `haproxy -c`. */
function notBuilt(config: string, { haproxyBuild }: Facts): readonly Objection[] {
  const lines = config.split('\n')
  return BUILT_WITH.filter(
    ({ feature, line }) => haproxyBuild.includes(`-${feature}`) && lines.some((one) => line.test(one)),
  ).map(({ name, feature }) => ({
    problem: `the inventory asks for ${name}, and the haproxy here was built without it (-${feature} in \`haproxy -vv\`)`,
    mend:
      feature === 'OPENSSL'
        ? 'install a haproxy built with TLS; or, where only checks need it, set check: tcp'
        : `install a haproxy built with ${feature}, or take it out of the inventory`,
  }))
}

/** A backend that has the name of a frontend it does not belong to: 3.1 warns, 3.3 refuses (CHANGELOG 3.1-dev8). */
function sameNames({ frontends, backends }: Haproxy, version: string): readonly Objection[] {
  if (!atLeast(version, [3, 3])) return []
  return frontends
    .filter(({ name, defaultBackend }) => name !== defaultBackend && backends.some((backend) => backend.name === name))
    .map(({ name }) => ({
      problem: `the frontend ${name} and the backend ${name} are not one and have one name, which haproxy ${version} refuses`,
      mend: 'give one of them another name',
    }))
}
