import type { Finding } from '../checks/check.ts'
import { HaError, InterruptedError, UnreachableError, VerificationError } from '../lib/errors.ts'
import type { Emit, Event } from './events.ts'

type Outcome = Extract<Event, { type: 'finished' }>['outcome']

/** How a run ended, before it is told. */
export interface Ending {
  readonly outcome: Outcome
  readonly exitCode: number
}

/** Findings as events. */
export function tellFindings(findings: readonly Finding[], emit: Emit): void {
  for (const { check, host, status, message, mend } of findings) {
    emit({
      type: 'check',
      check,
      host,
      status,
      message: mend === undefined || status === 'passed' ? message : `${message} → ${mend}`,
    })
  }
}

/** How an error ends a run. */
export function endingOf(error: HaError): Ending {
  const { exitCode } = error
  if (error instanceof InterruptedError || exitCode === 130) return { outcome: 'interrupted', exitCode }
  if (error instanceof UnreachableError || exitCode === 4) return { outcome: 'unreachable', exitCode }
  if (error instanceof VerificationError || exitCode === 3) return { outcome: 'not verified', exitCode }
  return { outcome: 'failed', exitCode }
}
