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

/** Where something is named to be watched: in an instance alone, in a sync group, or in a member of a group that tracks for it. */
type Watcher = 'alone' | 'group' | 'member'

/** Scripts and the process that are watched, named. A group that cannot watch a process leaves it to each of its members. */
export function trackLines(keepalived: Keepalived, version: string, watcher: Watcher): Line[] {
  const { check, scripts, trackProcess } = keepalived
  const groupWatches = supports(version, 'group-track-process')
  const ours = watcher === 'alone' || (watcher === 'group') === groupWatches
  const process = ours && supports(version, 'track-process') ? trackProcess : undefined
  return [
    ...blockIfAny(
      'track_script',
      watcher === 'member'
        ? []
        : [...(check.kind === 'none' ? [] : [CHECK_NAME]), ...scripts.map((script) => script.name)],
    ),
    ...blockIfAny('track_process', process === undefined ? [] : [process.process]),
  ]
}
