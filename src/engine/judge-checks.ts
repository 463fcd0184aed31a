import type { Finding } from '../checks/check.ts'
import type { Built } from './build.ts'
import type { Samples } from './observe.ts'

/**
 * What the checks make of samples of one moment. A member's own state is judged by its own check: what that knows (the firewall manager,
 * the packets that have to pass, how a log is read) is not the next member's. What all share is judged once, over all.
 */
export function judgeChecks(
  { hosts, outOfSight }: Pick<Built, 'hosts' | 'outOfSight'>,
  samples: Samples,
): readonly Finding[] {
  const own = hosts.flatMap(({ name, checks }) =>
    checks
      .filter(({ scope }) => scope === 'host')
      .flatMap((check) => {
        const sample = samples.get(name)?.get(check.id)
        return sample === undefined ? [] : check.judge([sample], outOfSight)
      }),
  )
  const shared = new Map(
    hosts.flatMap(({ checks }) =>
      checks.filter(({ scope }) => scope === 'cluster').map((check) => [check.id, check] as const),
    ),
  )
  const all = [...shared.values()].flatMap((check) =>
    check.judge(
      [...samples.values()].flatMap((byCheck) => byCheck.get(check.id) ?? []),
      outOfSight,
    ),
  )
  return [...own, ...all]
}
