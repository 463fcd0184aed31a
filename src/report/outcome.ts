import type { EventOf, Run } from './run.ts'
import { pingWords } from './ping.ts'
import { planTotal } from './plan.ts'
import { count, duration, names } from './words.ts'

type Finished = EventOf<'finished'>

/** `lab: nothing to do, 2 hosts, 14 resources as wanted, api 10.0.0.100 held by lb1 (1.2 s)`. */
export function outcomeLine(run: Run, finished: Finished): string {
  const told = [...outcomeWords(run, finished), ...vips(run)].join(', ')
  return `${run.cluster === '' ? finished.command : run.cluster}: ${told} (${duration(finished.seconds)})`
}

function outcomeWords(run: Run, finished: Finished): readonly string[] {
  const changed = finished.changed > 0 ? [`${count(finished.changed, 'resource')} changed`] : []
  switch (finished.outcome) {
    case 'nothing to do':
      return ['nothing to do', count(finished.hosts, 'host'), ...asWanted(run.resources)]
    case 'done':
      return ['done', count(finished.hosts, 'host'), ...changed, ...asWanted(run.resources - finished.changed)]
    case 'changes':
    case 'changes refused':
      return [planTotal(run)]
    case 'failed':
      return [
        'failed',
        ...(finished.failed > 0 ? [`${count(finished.failed, 'resource')} failed`] : []),
        ...pingWords(run.pings),
        ...changed,
      ]
    case 'not verified':
      return ['not verified', ...failedChecks(run), ...changed]
    case 'unreachable':
      return [
        `${run.unreachable.size > 0 ? names([...run.unreachable.keys()]) : 'a host'} cannot be reached`,
        ...changed,
      ]
    case 'interrupted':
      return ['interrupted', ...changed]
  }
}

function asWanted(resources: number): readonly string[] {
  return resources > 0 ? [`${count(resources, 'resource')} as wanted`] : []
}

function failedChecks(run: Run): readonly string[] {
  const failed = [...run.checks.values()].filter(({ status }) => status === 'failed').map(({ check }) => check)
  return failed.length > 0 ? [`${names([...new Set(failed)])} failed`] : []
}

/** Who holds the VIPs is what all of this is for: the last word of those checks, where they passed. */
function vips(run: Run): readonly string[] {
  const checks = [...run.checks.values()]
  return checks
    .filter(({ check, status }) => check.startsWith('vip[') && status === 'passed')
    .map(({ message }) => message)
}

/** What to do now; undefined when nothing is left to do. */
export function nextStep(run: Run, finished: Finished): string | undefined {
  const again = `\`ha-provision ${finished.command}\` again`
  switch (finished.outcome) {
    case 'done':
    case 'nothing to do':
      return undefined
    case 'changes':
      return '`ha-provision up` makes these changes'
    case 'changes refused':
      return '`ha-provision up` would refuse them: mend or allow what is warned of above'
    case 'failed':
      // Input that was refused has said everything itself.
      if (finished.hosts === 0) return undefined
      return `mend what failed and run ${again}${run.pings.length > 0 ? '' : ': what is done is not done twice'}`
    case 'not verified':
      return 'mend what the checks say, then ask again with `ha-provision verify`'
    case 'unreachable':
      return `make ${names([...run.unreachable.keys()]) || 'it'} reachable and run ${again}${leavable(run, finished)}`
    case 'interrupted':
      return `run ${again}: it goes on where this one stopped`
  }
}

/** Only what changes or plans can leave a member out, and not all of them. */
function leavable(run: Run, { command, hosts }: Finished): string {
  const many = run.unreachable.size > 1 ? 'them' : 'it'
  return ['up', 'plan'].includes(command) && run.unreachable.size < hosts ? `, or leave ${many} out with --limit` : ''
}
