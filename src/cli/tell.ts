import type { Emit } from '../engine/events.ts'
import { type HaError, ManyErrors } from '../lib/errors.ts'
import { InputError, renderProblem } from '../lib/problem.ts'

/** Tells what ended a run, each error by itself; those that were told when they happened are not told again. */
export function tellError(error: HaError, told: ReadonlySet<HaError>, emit: Emit): void {
  if (error instanceof InputError) {
    for (const problem of error.problems) {
      emit({ type: 'error', host: undefined, message: renderProblem(problem), mend: undefined })
    }
    return
  }
  for (const one of error instanceof ManyErrors ? error.errors : [error]) {
    if (!told.has(one)) emit({ type: 'error', host: one.where, message: one.message, mend: one.mend })
  }
}
