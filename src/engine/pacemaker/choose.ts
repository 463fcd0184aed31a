import type { Step } from '../perform/step.ts'
import type { Choose } from '../turn.ts'

const CLUSTER_UNITS: readonly string[] = ['corosync', 'pacemaker', 'corosync-qdevice']

function isFile({ action }: Step): boolean {
  return action.do === 'write' && action.file.unit === 'corosync'
}

function isReload({ action }: Step): boolean {
  return action.do === 'load' && action.load.unit === 'corosync'
}

function isStart(step: Step): boolean {
  return isReload(step) || (step.action.do === 'start' && CLUSTER_UNITS.includes(step.action.unit))
}

/** Of keepalived, which goes on until pacemaker is ready. */
function isRetirement({ resources }: Step): boolean {
  return resources.includes('service[keepalived]')
}

function isCluster(step: Step): boolean {
  const { action } = step
  return (
    isFile(step) ||
    isStart(step) ||
    action.do === 'clear-cib' ||
    ((action.do === 'enable' || action.do === 'stop') && CLUSTER_UNITS.includes(action.unit))
  )
}

/** What lets the members reach each other. */
export const openings: Choose = (steps) => steps.filter(({ action }) => action.do === 'open')

/** What corosync reads, written and not loaded. */
export const files: Choose = (steps) => steps.filter(isFile)

/** What makes corosync read its files, or starts it and pacemaker. */
export const starts: Choose = (steps) => steps.filter(isStart)

/** The same where another member has made all of them read their files: it is only seen to have read its own. */
export const startsAfterReload: Choose = (steps) =>
  starts(steps).map((step) => {
    const { action } = step
    if (action.do !== 'load' || action.load.followed === undefined) return step
    return { ...step, action: { ...action, load: { ...action.load, reload: action.load.followed } } }
  })

/** All that a member needs before it can be started. */
export const prepared: Choose = (steps) => steps.filter((step) => !isStart(step) && !isRetirement(step))

/** Another version of what runs the VIPs. */
export const updates: Choose = (steps) =>
  steps.filter(
    ({ action }) =>
      action.do === 'install' && ['corosync', 'pacemaker'].some((unit) => action.holdUnits.includes(unit)),
  )

/** What has nothing to do with who is a member. */
export const apart: Choose = (steps) => steps.filter((step) => !isCluster(step) && !isRetirement(step))

/** What is left when corosync's files are written and read. */
export const beyond: Choose = (steps) => steps.filter((step) => !isFile(step) && !isReload(step) && !isRetirement(step))

/** All but the end of keepalived. */
export const joined: Choose = (steps) => steps.filter((step) => !isRetirement(step))

/** The end of keepalived. */
export const retirement: Choose = (steps) => steps.filter(isRetirement)

/** Of the end of keepalived what can be done while it goes on: it does not start again. */
export const withoutBoot: Choose = (steps) => steps.filter((step) => isRetirement(step) && step.action.do === 'disable')
