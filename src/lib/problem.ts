import { HaError } from './errors.ts'

/** One thing that is wrong in a file an operator wrote. Lines and columns count from 1. */
export interface Problem {
  readonly severity: 'error' | 'warning'
  /** The name of the rule, e.g. `weight-too-small`. */
  readonly rule: string
  readonly file: string
  readonly line: number
  readonly column: number
  /** Where in the document, e.g. `keepalived.check.weight`; empty for the whole. */
  readonly path: string
  readonly message: string
  readonly mend: string
}

/** `file:line:column path: what is wrong; how to mend it`. */
export function renderProblem(problem: Problem): string {
  const at = `${problem.file}:${problem.line}:${problem.column}`
  const path = problem.path === '' ? '' : ` ${problem.path}`
  const mark = problem.severity === 'warning' ? 'warning: ' : ''
  return `${at}${path}: ${mark}${problem.message}; ${problem.mend}`
}

/** A file that cannot be used as it is: all its problems at once. */
export class InputError extends HaError {
  readonly problems: readonly Problem[]

  constructor(problems: readonly Problem[]) {
    super(`${problems.length} problem${problems.length === 1 ? '' : 's'} in the input`)
    this.problems = problems
  }

  override describe(): string {
    return this.problems.map(renderProblem).join('\n')
  }
}
