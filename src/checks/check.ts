import type { Platform } from '../platform/types.ts'

/** What one member's probe printed, and when (milliseconds of one clock): samples of one moment overlap. */
export interface Sample {
  readonly host: string
  readonly output: string
  readonly from: number
  readonly to: number
}

/** What a check found. `not-checked` says why it could not be asked, and is never a pass. */
export interface Finding {
  /** `vip[api]`. */
  readonly check: string
  /** The member it is about; undefined when it is about all of them. */
  readonly host: string | undefined
  readonly status: 'passed' | 'failed' | 'warning' | 'not-checked'
  readonly message: string
  readonly mend?: string
  /** What this finding is the cause of, on its host: findings that follow from it are not told beside it. */
  readonly explains?: Cause
  readonly follows?: Cause
  /** It will be known in a moment: worth waiting for. */
  readonly soon?: true
}

/** What one finding can explain of another. */
export type Cause =
  | 'corosync does not run'
  | 'pacemaker does not run'
  | 'the member is not in the cluster'
  | 'the cluster is split'
  | 'an action failed'
  | 'haproxy does not run'
  | 'no server is up'

/** A question to every member at one moment, and a judgement over all answers. The probe is POSIX sh and changes nothing. */
export interface Check {
  readonly id: string
  /** `host`: each member's answer is judged by that member's own check. `cluster`: all answers together. */
  readonly scope: 'host' | 'cluster'
  probe(platform: Platform): string
  /** `outOfSight`: members that could not be asked. */
  judge(samples: readonly Sample[], outOfSight: readonly string[]): readonly Finding[]
  /** Told by a plan too: it judges what stands in the way, and not what a plan is about to change. */
  readonly foretell?: true
  /** What would make a change fail and has to be removed by the operator first; asked before anything is changed. */
  obstacles?(samples: readonly Sample[]): readonly Finding[]
}

/** Whether all samples were being taken at one same moment. */
export function overlap(samples: readonly Sample[]): boolean {
  return Math.max(...samples.map(({ from }) => from)) <= Math.min(...samples.map(({ to }) => to))
}

/** Findings without those that follow from another one of the same host: one cause is told once, a second one is never left out. */
export function withoutConsequences(findings: readonly Finding[]): readonly Finding[] {
  return findings.filter(
    ({ follows, host }) =>
      follows === undefined ||
      !findings.some(
        ({ explains, host: where }) =>
          explains === follows && (where === undefined || host === undefined || where === host),
      ),
  )
}

/** That one cause is a cause of another, on this host: never told itself. */
export function leadsTo(check: string, host: string, cause: Cause, effect: Cause): Finding {
  return { check, host, status: 'failed', message: `${cause}, and so ${effect}`, follows: cause, explains: effect }
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`
}
