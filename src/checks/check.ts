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
}

/** A question to every member at one moment, and a judgement over all answers. The probe is POSIX sh and changes nothing. */
export interface Check {
  readonly id: string
  probe(platform: Platform): string
  judge(samples: readonly Sample[]): readonly Finding[]
  /** What would make a change fail and has to be removed by the operator first; asked before anything is changed. */
  obstacles?(samples: readonly Sample[]): readonly Finding[]
}

/** Whether all samples were being taken at one same moment. */
export function overlap(samples: readonly Sample[]): boolean {
  return Math.max(...samples.map(({ from }) => from)) <= Math.min(...samples.map(({ to }) => to))
}
