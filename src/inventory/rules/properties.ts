import { suggest } from '../../lib/suggest.ts'
import { error, type Rule, warning } from './rule.ts'

const path = ['pacemaker', 'properties']

/** Properties that the tool sets, and by what it is told to. */
const SAID: Readonly<Record<string, string>> = {
  'stonith-enabled': 'write fencing',
  'fencing-enabled': 'write fencing',
  'no-quorum-policy': 'write quorum_policy',
  'resource-stickiness': 'write stickiness',
  'default-resource-stickiness': 'write stickiness',
  'migration-threshold': 'write migration_threshold',
  'failure-timeout': 'write failure_timeout',
  'maintenance-mode': 'leave it out: the tool turns it on and off where a change needs it',
}

/** Properties that pacemaker writes for itself. */
const MADE = ['cluster-infrastructure', 'cluster-name', 'dc-version', 'have-watchdog', 'last-lrm-refresh']

/** Properties of pacemaker 2.0 to 3.0 that are the operator’s alone. */
const OPEN = [
  ...['batch-limit', 'cluster-delay', 'cluster-ipc-limit', 'cluster-recheck-interval', 'concurrent-fencing'],
  ...['dc-deadtime', 'election-timeout', 'enable-acl', 'enable-startup-probes', 'fence-reaction', 'fencing-action'],
  ...['fencing-max-attempts', 'fencing-reaction', 'fencing-timeout', 'fencing-watchdog-timeout'],
  ...['join-finalization-timeout', 'join-integration-timeout', 'load-threshold', 'migration-limit'],
  ...['node-action-limit', 'node-health-base', 'node-health-green', 'node-health-red', 'node-health-strategy'],
  ...['node-health-yellow', 'node-pending-timeout', 'pe-error-series-max', 'pe-input-series-max'],
  ...['pe-warn-series-max', 'placement-strategy', 'priority-fencing-delay', 'remove-after-stop'],
  ...['shutdown-escalation', 'shutdown-lock', 'shutdown-lock-limit', 'start-failure-is-fatal', 'startup-fencing'],
  ...['stonith-action', 'stonith-max-attempts', 'stonith-timeout', 'stonith-watchdog-timeout', 'stop-all-resources'],
  ...['stop-orphan-actions', 'stop-orphan-resources', 'symmetric-cluster', 'transition-delay'],
]

export const propertyReserved: Rule = ({ inventory: { pacemaker } }) =>
  [...pacemaker.properties.keys()].flatMap((name) => {
    const mend = SAID[name]
    if (mend !== undefined) return [error([...path, name], `${name} is set by the tool`, mend)]
    return MADE.includes(name)
      ? [error([...path, name], `${name} is what pacemaker writes for itself`, 'remove it')]
      : []
  })

export const propertyUnknown: Rule = ({ inventory: { pacemaker } }) =>
  [...pacemaker.properties.keys()]
    .filter((name) => !OPEN.includes(name) && SAID[name] === undefined && !MADE.includes(name))
    .map((name) => {
      const near = suggest(name, [...OPEN, ...Object.keys(SAID)])
      const mend = near === undefined ? 'correct it; leave it if your version has it' : `did you mean ${near}?`
      return warning([...path, name], `${name} is no known property of pacemaker, which ignores such`, mend)
    })
