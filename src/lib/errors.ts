/** Options every error of ours carries: where it happened and what the operator can do about it. */
export interface ErrorDetails {
  readonly where?: string | undefined
  readonly mend?: string | undefined
  readonly cause?: unknown
}

/** An error an operator is meant to read: what happened, where, and what to do. `exitCode` is the process's exit status. */
export class HaError extends Error {
  readonly exitCode: number = 1
  readonly where: string | undefined
  readonly mend: string | undefined

  constructor(what: string, details: ErrorDetails = {}) {
    super(what, { cause: details.cause })
    this.name = new.target.name
    this.where = details.where
    this.mend = details.mend
  }

  /** The one line (or few) shown to an operator. */
  describe(): string {
    const where = this.where === undefined ? '' : `${this.where}: `
    const mend = this.mend === undefined ? '' : `\n  → ${this.mend}`
    return `${where}${this.message}${mend}`
  }
}

/** A host cannot be reached, or does not let us in. */
export class UnreachableError extends HaError {
  override readonly exitCode = 4
}

/** A host that was reached went out of sight while something ran there. */
export class ConnectionLostError extends UnreachableError {}

/** Something on a host did not work: a command that failed, a refused configuration. */
export class HostError extends HaError {}

/** What was to be changed is not any more what was looked at, and was left: looked at again, it may be done. */
export class OutdatedError extends HostError {}

/** The service is not as it should be, though nothing failed while changing it. */
export class VerificationError extends HaError {
  override readonly exitCode = 3
}

/** The operator stopped the run. */
export class InterruptedError extends HaError {
  override readonly exitCode = 130
}

/** Exit codes from the mildest to the gravest: nothing, changes, not verified, unreachable, failed, interrupted. */
const GRAVITY: readonly number[] = [0, 2, 3, 4, 1, 130]

/** The graver of two exit codes. */
export function graver(a: number, b: number): number {
  return GRAVITY.indexOf(a) >= GRAVITY.indexOf(b) ? a : b
}

/** Several errors that are all shown: one a host, say. The exit code is that of the gravest. */
export class ManyErrors extends HaError {
  override readonly exitCode: number
  readonly errors: readonly HaError[]

  constructor(errors: readonly HaError[]) {
    super(`${errors.length} errors`)
    this.errors = errors
    this.exitCode = errors.map((error) => error.exitCode).reduce(graver, 0)
  }

  override describe(): string {
    return this.errors.map((error) => error.describe()).join('\n')
  }
}

/** Turns whatever was thrown into an error an operator can read. */
export function asHaError(thrown: unknown, where?: string): HaError {
  if (thrown instanceof HaError) return thrown
  const what = thrown instanceof Error ? thrown.message : String(thrown)
  return new HaError(what, { where, cause: thrown })
}

/** One error as it is, several as one that shows all. */
export function oneError(errors: readonly HaError[]): HaError {
  const [first] = errors
  return errors.length === 1 && first !== undefined ? first : new ManyErrors(errors)
}
