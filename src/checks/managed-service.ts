import { parseService } from '../resources/service.ts'
import type { Check, Finding } from './check.ts'

/** The unit is pacemaker's to start and to stop: at boot it waits for that, and nothing keeps it from it. Whether it runs is the cluster's business. */
export function managedServiceCheck(unit: string): Check {
  const check = `service[${unit}]`
  return {
    id: check,
    scope: 'host',
    probe: (platform) => platform.init.state(unit),
    judge: (samples) =>
      samples.map(({ host, output }): Finding => {
        const { exists, masked, enabled } = parseService(output)
        const wrong = !exists
          ? 'is not installed'
          : masked
            ? 'is masked: pacemaker cannot start it'
            : enabled
              ? 'is enabled: it would start at boot, without pacemaker'
              : undefined
        if (wrong === undefined) return { check, host, status: 'passed', message: `${unit} is left to pacemaker` }
        return { check, host, status: 'failed', message: `${unit} ${wrong}`, mend: `'ha-provision up' mends that` }
      }),
  }
}
