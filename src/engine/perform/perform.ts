import { randomBytes } from 'node:crypto'
import type { Connection, Result } from '../../connection/types.ts'
import { HostError } from '../../lib/errors.ts'
import { Text, text } from '../../lib/secret.ts'
import type { Platform } from '../../platform/types.ts'
import type { Action } from '../../resources/action.ts'
import type { Emit } from '../events.ts'
import { BUSY, LOCK_LOST, prelude } from './prelude.ts'
import { actionScript, describeAction } from './script.ts'

/** An action and the resources it is for. */
export interface Step {
  readonly resources: readonly string[]
  readonly action: Action
}

/** How far a host got. `done` are the resources whose steps were all carried out. */
export interface Performed {
  readonly done: readonly string[]
  readonly failed: readonly string[]
  readonly error: HostError | undefined
}

/** An action may take this long, in seconds; installing waits for the archive. */
const PATIENCE = { install: 900, other: 90 } as const

/**
 * The only door through which a host is changed: all steps of a host in one execution, in order, until one fails.
 * Throws UnreachableError when the connection is lost; what failed on the host is in the result.
 */
export async function perform(
  connection: Connection,
  platform: Platform,
  steps: readonly Step[],
  emit: Emit,
  fence?: string,
): Promise<Performed> {
  const host = connection.name
  const marker = randomBytes(12).toString('hex')
  const watch = new StepWatch(host, steps, emit)
  const result = await connection.run({
    label: steps.map(({ action }) => describeAction(action)).join(', '),
    script: compose(prelude(marker, fence), platform, steps),
    timeoutSeconds: steps.reduce(
      (sum, { action }) => sum + (action.do === 'install' ? PATIENCE.install : PATIENCE.other),
      0,
    ),
    onLine(line) {
      const [mark, word, index] = line.split(' ')
      if (mark === marker && word !== undefined) watch.tell(word, Number(index))
    },
  })
  return conclude(host, steps, result, watch)
}

function compose(begin: string, platform: Platform, steps: readonly Step[]): Text {
  const parts = steps.map(
    ({ action }, index) => text`tell started ${index}
( ${actionScript(action, platform, index)}
) || { tell failed ${index}; exit 1; }
tell done ${index}
`,
  )
  return Text.join([begin, ...parts])
}

function conclude(host: string, steps: readonly Step[], result: Result, watch: StepWatch): Performed {
  const unfinished = new Set(steps.slice(watch.done).flatMap(({ resources }) => resources))
  const done = [...new Set(steps.flatMap(({ resources }) => resources))].filter((id) => !unfinished.has(id))
  if (result.code === 0) return { done, failed: [], error: undefined }
  const step = steps[watch.done]
  const what = step === undefined ? 'an action' : describeAction(step.action)
  const error = watch.begun ? failure(host, what, result) : refusal(host, what, result)
  watch.fail(error.message)
  return { done, failed: step?.resources ?? [], error }
}

/** Nothing was begun: the host is not ours to change now. */
function refusal(host: string, what: string, result: Result): HostError {
  if (result.code === BUSY) {
    return new HostError('an action of an earlier run is still at work on this host', {
      where: host,
      mend: 'wait until it has ended (a package manager, most likely), and run again',
    })
  }
  if (result.code === LOCK_LOST) {
    return new HostError(
      'the lock is lost: another run took it by force, or nothing was heard of this one for a minute',
      {
        where: host,
        mend: 'nothing more was begun; see who else is at work, and run again',
      },
    )
  }
  return failure(host, what, result)
}

function failure(host: string, what: string, { code, stderr }: Result): HostError {
  return new HostError(`${what} failed (exit status ${code}): ${lastLines(stderr)}`, {
    where: host,
    mend: 'mend what it says and run again: what was done stays done',
  })
}

function lastLines(stderr: string): string {
  const lines = stderr.trimEnd().split('\n').slice(-10)
  return lines.join('\n    ') || 'it said nothing'
}

/** Turns the markers a script prints into events. */
class StepWatch {
  done = 0
  begun = false
  readonly #host: string
  readonly #steps: readonly Step[]
  readonly #emit: Emit
  #since = performance.now()

  constructor(host: string, steps: readonly Step[], emit: Emit) {
    this.#host = host
    this.#steps = steps
    this.#emit = emit
  }

  tell(word: string, index: number): void {
    const step = this.#steps[index]
    if (step === undefined) return
    const event = { host: this.#host, resource: step.resources.join(' '), what: describeAction(step.action) }
    this.begun = true
    if (word === 'started') {
      this.#since = performance.now()
      this.#emit({ type: 'action-started', ...event })
    } else if (word === 'staged') {
      this.#emit({ type: 'action-staged', host: this.#host, resource: step.resources.join(' ') })
    } else if (word === 'put-back') {
      this.#emit({ type: 'put-back', host: this.#host, what: 'the files that ran before' })
    } else if (word === 'done') {
      this.done = index + 1
      this.#emit({ type: 'action-done', ...event, seconds: (performance.now() - this.#since) / 1000 })
    }
  }

  fail(message: string): void {
    const step = this.#steps[this.done]
    if (step === undefined) return
    this.#emit({
      type: 'action-failed',
      host: this.#host,
      resource: step.resources.join(' '),
      what: describeAction(step.action),
      message,
    })
  }
}
