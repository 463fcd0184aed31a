import { parseDuration } from '../../lib/duration.ts'
import type { Path } from '../../lib/yaml.ts'
import type { Inventory, Operations } from '../model.ts'
import type { RawPacemaker } from '../schema/inventory.ts'
import { isFenced } from './fencing.ts'
import { error, type Rule, type RuleFinding, warning } from './rule.ts'

interface Placed {
  readonly what: string
  readonly operations: Operations
  readonly path: Path
}

function allOperations({ pacemaker }: Inventory): readonly Placed[] {
  const at = ['pacemaker', 'operations']
  return [
    { what: 'the VIP', operations: pacemaker.vip, path: [...at, 'vip'] },
    { what: 'haproxy', operations: pacemaker.haproxyOperations, path: [...at, 'haproxy'] },
  ]
}

/** A monitor without an interval runs once, and what may take no time at all always fails. */
export const operationTimes: Rule = ({ raw }) =>
  writtenTimes(raw.pacemaker ?? {})
    .filter(({ text }) => text !== undefined && parseDuration(text) === 0)
    .map(({ path }) => error(['pacemaker', ...path], 'this cannot be zero', 'write 1s or more, or leave it out'))

function writtenTimes(raw: RawPacemaker): readonly { readonly path: Path; readonly text: string | undefined }[] {
  const devices = raw.fencing === undefined || raw.fencing === 'none' ? {} : raw.fencing
  const monitor = (path: Path, times: RawPacemaker['monitor']) => [
    { path: [...path, 'interval'], text: times?.interval },
    { path: [...path, 'timeout'], text: times?.timeout },
  ]
  return [
    ...monitor(['monitor'], raw.monitor),
    ...Object.entries(raw.operations ?? {}).flatMap(([what, own]) => [
      ...monitor(['operations', what, 'monitor'], own?.monitor),
      { path: ['operations', what, 'start_timeout'], text: own?.start_timeout },
      { path: ['operations', what, 'stop_timeout'], text: own?.stop_timeout },
    ]),
    ...Object.entries(devices).map(([name, device]) => ({
      path: ['fencing', name, 'monitor_interval'],
      text: device.monitor_interval,
    })),
  ]
}

export const onFail: Rule = ({ inventory }) =>
  allOperations(inventory).flatMap(({ what, operations: { onFail: act }, path }): readonly RuleFinding[] => {
    const place = [...path, 'on_fail']
    if (act === 'fence' && !isFenced(inventory.pacemaker))
      return [error(place, 'without fencing devices there is nothing to fence with', 'write restart or standby')]
    if (act === 'ignore' || act === 'block' || act === 'stop') {
      const message = `a failure of ${what} does not move the VIP to another member`
      return [warning(place, message, 'leave it out: restart moves it after migration_threshold failures')]
    }
    return []
  })

export const migrationThreshold: Rule = ({ inventory: { pacemaker } }) =>
  pacemaker.migrationThreshold > 0
    ? []
    : [
        warning(
          ['pacemaker', 'migration_threshold'],
          'the VIP never leaves a member on which haproxy fails again and again',
          'write 1 or more, or leave it out',
        ),
      ]

/** Failures that are forgotten before the next one can be seen are never counted together. */
export const failureTimeout: Rule = ({ inventory }) => {
  const { failureTimeout: time, migrationThreshold: threshold } = inventory.pacemaker
  const slow = allOperations(inventory).find(({ operations }) => operations.monitor.interval >= time)
  if (time === 0 || threshold < 2 || slow === undefined) return []
  const message = `a failure of ${slow.what} is forgotten before it is looked at again, so there are never ${threshold}`
  const mend = 'write some times the interval of the monitors, or leave it out'
  return [warning(['pacemaker', 'failure_timeout'], message, mend)]
}
