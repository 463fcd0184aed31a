import { parseService } from '../resources/service.ts'
import { listed, type Check, type Finding } from './check.ts'

const UNITS = ['corosync', 'pacemaker']

/** A cluster that was neither made by us nor taken over, as its corosync.conf tells of it. */
interface OtherCluster {
  /** `'db' with db1, db2`. */
  readonly called: string
  readonly mend: string
}

/**
 * No cluster of others serves beside keepalived: two engines would be two holders of a VIP. It is what all members share: one on which it
 * runs stands in the way of changing any of them.
 */
export function otherClusterCheck({ called, mend }: OtherCluster): Check {
  const check = 'other-cluster'
  const beside = (host: string, output: string): readonly Omit<Finding, 'status'>[] => {
    const what = activity(output)
    if (what === undefined) return []
    const message = `${what}, in another cluster than this one (${called}): with keepalived beside it a VIP may have two holders`
    return [{ check, host, message, mend }]
  }
  return {
    id: check,
    scope: 'cluster',
    probe: ({ init }) => UNITS.map((unit) => `echo '== ${unit}'\n${init.state(unit)}`).join('\n'),
    obstacles: (samples) =>
      samples.flatMap(({ host, output }) =>
        beside(host, output).map((finding) => ({ ...finding, status: 'failed' as const })),
      ),
    judge: (samples) =>
      samples.flatMap(({ host, output }): readonly Finding[] => {
        const found = beside(host, output).map((finding) => ({ ...finding, status: 'warning' as const }))
        const message = 'corosync and pacemaker neither run nor start at boot'
        return found.length > 0 ? found : [{ check, host, status: 'passed', message }]
      }),
  }
}

/** What of it runs, and what would at boot; undefined where it is nothing. */
function activity(output: string): string | undefined {
  const parts = output.split(/^== \w+$/m).slice(1)
  const states = UNITS.map((unit, index) => ({ unit, ...parseService(parts[index] ?? '') }))
  const running = states.filter(({ stopped }) => !stopped).map(({ unit }) => unit)
  const booting = states.filter(({ stopped, enabled }) => stopped && enabled).map(({ unit }) => unit)
  const told = [
    ...(running.length === 0 ? [] : [`${listed(running)} ${running.length === 1 ? 'runs' : 'run'}`]),
    ...(booting.length === 0 ? [] : [`${listed(booting)} ${booting.length === 1 ? 'starts' : 'start'} at boot`]),
  ]
  return told.length === 0 ? undefined : told.join(', ')
}
