import type { Emit } from '../engine/events.ts'
import type { Output } from './output.ts'

export interface ReportOptions {
  readonly command: string
  readonly json: boolean
  readonly verbose: boolean
  readonly stdout: Output
  readonly stderr: Output
  /** A person looks at stdout on a terminal. */
  readonly interactive: boolean
}

/** Shows a run to whoever started it. */
export interface Report {
  readonly emit: Emit
  /** Leaves the terminal to a question for the operator, and takes it back. */
  readonly pause: () => void
  readonly resume: () => void
  /** Leaves the terminal as it was, whatever happened; settles when everything is written. */
  readonly close: () => Promise<void>
}

/** A report that writes whole lines has nothing to take away. */
export const still: Pick<Report, 'pause' | 'resume'> = { pause: () => undefined, resume: () => undefined }
