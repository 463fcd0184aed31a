import type { Gap } from '../../platform/firewall/types.ts'

/** Whether packets pass. `unknown` says why that cannot be told: it is never a pass, and never a reason to change anything. */
export type Verdict =
  | { readonly is: 'open' }
  | { readonly is: 'closed'; readonly by: string }
  | { readonly is: 'unknown'; readonly why: string }

/** An opening as it was found, running and after a restart, and where it is missing. */
export interface ObservedOpening {
  readonly runtime: Verdict
  readonly permanent: Verdict
  readonly gaps: readonly Gap[]
}

/** One verdict over several packets: closed where one of them certainly is, unknown where one is not known. */
export function worst(verdicts: readonly Verdict[]): Verdict {
  return (
    verdicts.find(({ is }) => is === 'closed') ?? verdicts.find(({ is }) => is === 'unknown') ?? { is: 'open' as const }
  )
}

/** Gaps without repetitions: two packets may be missing the same rule. */
export function distinct(gaps: readonly Gap[]): readonly Gap[] {
  return [...new Map(gaps.map((gap) => [JSON.stringify(gap), gap])).values()]
}
