import type { Exit } from '../link.ts'
import type { Result } from '../types.ts'
import { deadlineError, signalError } from './exchange-errors.ts'
import type { Subject } from './exchange-errors.ts'

/** What a shell says of a child that a signal ended: 128 and the signal's number. */
const SIGNALS = new Map([
  [129, 'SIGHUP'],
  [130, 'SIGINT'],
  [131, 'SIGQUIT'],
  [132, 'SIGILL'],
  [134, 'SIGABRT'],
  [135, 'SIGBUS'],
  [136, 'SIGFPE'],
  [137, 'SIGKILL'],
  [139, 'SIGSEGV'],
  [141, 'SIGPIPE'],
  [143, 'SIGTERM'],
])
const DEADLINE_CODES: readonly number[] = [124, 137, 143]

/** What the end of a script means; `late`: its deadline of so many seconds has passed. */
export function judgeEnd(
  subject: Subject,
  { code, signal }: Exit,
  output: Omit<Result, 'code'>,
  late: number | undefined,
): Result | Error {
  if (code === null) return signalError(subject, signal ?? 'a signal', output.stderr)
  if (late !== undefined && DEADLINE_CODES.includes(code)) return deadlineError(subject, late)
  const killer = SIGNALS.get(code)
  return killer === undefined ? { code, ...output } : signalError(subject, killer, output.stderr)
}
