import { parseService } from '../resources/service.ts'
import type { Cause, Check, Finding } from './check.ts'

/**
 * The unit runs now and starts at boot, on every member. `logCommand`: how its log is read there. `stoppedBy`: what stops it too,
 * and is told instead.
 */
export function serviceCheck(unit: string, logCommand: string, whenStopped?: Cause, stoppedBy?: Cause): Check {
  const check = `service[${unit}]`
  return {
    id: check,
    scope: 'host',
    probe: (platform) => platform.init.state(unit),
    judge: (samples) =>
      samples.map(({ host, output }): Finding => {
        const { exists, active, masked, enabled } = parseService(output)
        const stopped = !exists || !active
        const wrong = [
          ...(exists ? [] : ['is not installed']),
          ...(exists && !active ? ['is not running'] : []),
          ...(masked ? ['is masked: it cannot be started'] : []),
          ...(exists && !masked && !enabled ? ['is not enabled: it would not start at boot'] : []),
        ]
        if (wrong.length === 0) return { check, host, status: 'passed', message: `${unit} runs and is enabled` }
        const why = exists && stopped && !masked ? `; why it stopped: '${logCommand}' on ${host}` : ''
        const onlyStopped = stopped && exists && !masked && enabled
        return {
          check,
          host,
          status: 'failed',
          message: `${unit} ${wrong.join(', and ')}`,
          mend: `'ha-provision up' mends that${why}`,
          ...(stopped && whenStopped !== undefined ? { explains: whenStopped } : {}),
          ...(onlyStopped && stoppedBy !== undefined ? { follows: stoppedBy } : {}),
        }
      }),
  }
}
