import type { Emit } from '../engine/events.ts'
import { ConnectionLostError, type HaError, ManyErrors } from '../lib/errors.ts'
import { InputError, renderProblem } from '../lib/problem.ts'

/** Tells what ended a run, each error by itself; those that were told when they happened are not told again. */
export function tellError(error: HaError, told: ReadonlySet<HaError>, emit: Emit): void {
  if (error instanceof InputError) {
    for (const problem of error.problems) {
      if (problem.severity === 'warning') emit({ type: 'warning', message: renderProblem(problem) })
      else emit({ type: 'error', host: undefined, message: renderProblem(problem), mend: undefined })
    }
    return
  }
  for (const one of error instanceof ManyErrors ? error.errors : [error]) {
    if (told.has(one)) continue
    const { where, message, mend } = one
    if (one instanceof ConnectionLostError && where !== undefined)
      emit({ type: 'unreachable', host: where, message, mend })
    else emit({ type: 'error', host: where, message, mend })
  }
}
