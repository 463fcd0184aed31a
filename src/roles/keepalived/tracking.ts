import type { Keepalived, TrackScript } from '../../inventory/model.ts'
import { block, blockIfAny, type Line, seconds, setting, wholeSeconds, word } from './block.ts'
import { supports } from './features.ts'

/** The name under which the check of haproxy is tracked. */
export const CHECK_NAME = 'check_haproxy'

/** What is watched, defined: `vrrp_script`s and the `vrrp_track_process`. */
export function renderTracked(keepalived: Keepalived, checkScript: string, version: string): Line[][] {
  const { check, scripts, trackProcess } = keepalived
  const own: TrackScript = { ...check, name: CHECK_NAME, command: checkScript, user: undefined }
  return [
    ...(check.kind === 'none' ? [] : [renderScript(own, version)]),
    ...scripts.map((script) => renderScript(script, version)),
    ...(trackProcess === undefined || !supports(version, 'track-process')
      ? []
      : [
          block(`vrrp_track_process ${trackProcess.process}`, [
            `process ${word(trackProcess.process)}`,
            `weight ${trackProcess.weight}`,
            // A reload or a quick restart is not a death.
            ...setting('delay', trackProcess.delay > 0 ? seconds(trackProcess.delay) : undefined),
          ]),
        ]),
  ]
}

function renderScript(script: TrackScript, version: string): Line[] {
  const time = supports(version, 'script-fractions') ? seconds : wholeSeconds
  return block(`vrrp_script ${script.name}`, [
    `script "${script.command}"`,
    `interval ${time(script.interval)}`,
    `timeout ${time(script.timeout)}`,
    `fall ${script.fall}`,
    `rise ${script.rise}`,
    // 0: failing is FAULT, which gives the VIP up whatever the priorities are (field-notes 1).
    `weight ${script.weight}`,
    ...setting('user', script.user),
  ])
}

/** Scripts and the process that are watched, named: in an instance, or in the sync group that its instance belongs to. */
export function trackLines(keepalived: Keepalived, version: string): Line[] {
  const { check, scripts, trackProcess } = keepalived
  const process = supports(version, 'track-process') ? trackProcess : undefined
  return [
    ...blockIfAny('track_script', [
      ...(check.kind === 'none' ? [] : [CHECK_NAME]),
      ...scripts.map((script) => script.name),
    ]),
    ...blockIfAny('track_process', process === undefined ? [] : [process.process]),
  ]
}
