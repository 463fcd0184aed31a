import { firewallNamed } from '../platform/firewall/index.ts'
import type { FirewallName, Opening } from '../platform/firewall/types.ts'
import { judgeOpening } from '../resources/firewall/judge.ts'
import type { Check, Finding } from './check.ts'

/** What the cluster needs passes the host's own firewall: for hosts whose firewall is somebody else's to change. */
export function firewallCheck(manager: FirewallName, opening: Opening, all: readonly Opening[]): Check {
  const check = `firewall[${opening.name}]`
  return {
    id: check,
    scope: 'host',
    foretell: true,
    probe: () => firewallNamed(manager).probe(all),
    judge: (samples) =>
      samples.map(({ host, output }): Finding => {
        const { runtime, permanent } = judgeOpening(manager, output, opening)
        const base = { check, host }
        if (runtime.is === 'closed') {
          const mend = `let it through, or set 'firewall: manage' and run up`
          return { ...base, status: 'failed', message: `${manager} keeps ${opening.name} out: ${runtime.by}`, mend }
        }
        if (runtime.is === 'unknown')
          return {
            ...base,
            status: 'not-checked',
            message: `whether ${manager} lets ${opening.name} through: ${runtime.why}`,
          }
        if (permanent.is === 'closed') {
          const message = `${manager} keeps ${opening.name} out after a restart: ${permanent.by}`
          return { ...base, status: 'warning', message, mend: 'let it through in the permanent rules too' }
        }
        return { ...base, status: 'passed', message: `${manager} lets ${opening.name} through` }
      }),
  }
}
