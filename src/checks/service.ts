import { parseService } from '../resources/service.ts'
import type { Check, Finding } from './check.ts'

/** The unit runs now and starts at boot, on every member. */
export function serviceCheck(unit: string): Check {
  const check = `service[${unit}]`
  return {
    id: check,
    probe: (platform) => platform.init.state(unit),
    judge: (samples) =>
      samples.map(({ host, output }): Finding => {
        const service = parseService(output)
        const wrong = [
          ...(service.exists ? [] : ['is not installed']),
          ...(service.exists && !service.active ? ['is not running'] : []),
          ...(service.masked ? ['is masked'] : []),
          ...(service.exists && !service.masked && !service.enabled
            ? ['is not enabled: it would not start at boot']
            : []),
        ]
        if (wrong.length === 0) return { check, host, status: 'passed', message: `${unit} runs and is enabled` }
        return {
          check,
          host,
          status: 'failed',
          message: `${unit} ${wrong.join(' and ')}`,
          mend: `'ha-provision up' mends that`,
        }
      }),
  }
}
