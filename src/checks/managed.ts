import { parseService } from '../resources/service.ts'
import type { Check, Finding } from './check.ts'

/** A unit that a cluster starts and stops: it is there, can be started, and is started by nobody else. Where it runs is the cluster's to say. */
export function managedCheck(unit: string): Check {
  const check = `service[${unit}]`
  return {
    id: check,
    scope: 'host',
    probe: (platform) => platform.init.state(unit),
    judge: (samples) =>
      samples.map(({ host, output }): Finding => {
        const { exists, masked, enabled } = parseService(output)
        const wrong = [
          ...(exists ? [] : ['is not installed']),
          ...(masked ? ['is masked: the cluster cannot start it'] : []),
          ...(enabled ? ['is enabled: at boot it would be started beside the cluster'] : []),
        ]
        if (wrong.length === 0) return { check, host, status: 'passed', message: `${unit} is left to the cluster` }
        const message = `${unit} ${wrong.join(', and ')}`
        return { check, host, status: 'failed', message, mend: "'ha-provision up' mends that" }
      }),
  }
}
