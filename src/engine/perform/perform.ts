import { randomBytes } from 'node:crypto'
import type { Connection, Result } from '../../connection/types.ts'
import { maskPair } from '../../lib/diff.ts'
import { HostError } from '../../lib/errors.ts'
import { MASK, Text, text } from '../../lib/secret.ts'
import type { Platform } from '../../platform/types.ts'
import type { Action } from '../../resources/action.ts'
import type { Emit } from '../events.ts'
import { BUSY, prelude } from './prelude.ts'
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
): Promise<Performed> {
  const host = connection.name
  const marker = randomBytes(12).toString('hex')
  const watch = new StepWatch(host, steps, emit)
  const result = await connection.run({
    label: steps.map(({ action }) => describeAction(action)).join(', '),
    script: compose(marker, platform, steps),
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

function compose(marker: string, platform: Platform, steps: readonly Step[]): Text {
  const parts = steps.map(
    ({ action }, index) => text`tell started ${index}
( ${actionScript(action, platform, index)}
) || { tell failed ${index}; exit 1; }
tell done ${index}
`,
  )
  return Text.join([prelude(marker), ...parts])
}

function conclude(host: string, steps: readonly Step[], result: Result, watch: StepWatch): Performed {
  const unfinished = new Set(steps.slice(watch.done).flatMap(({ resources }) => resources))
  const done = [...new Set(steps.flatMap(({ resources }) => resources))].filter((id) => !unfinished.has(id))
  if (result.code === 0) return { done, failed: [], error: undefined }
  const step = steps[watch.done]
  const what = step === undefined ? 'an action' : describeAction(step.action)
  const error =
    result.code === BUSY
      ? new HostError('an action of an earlier run is still at work on this host', {
          where: host,
          mend: 'wait until it has ended (a package manager, most likely), and run again',
        })
      : new HostError(
          `${what} failed (exit status ${result.code}): ${lastLines(withoutSecrets(result.stderr, steps))}`,
          {
            where: host,
            mend: 'mend what it says and run again: what was done stays done',
          },
        )
  watch.fail(error.message)
  return { done, failed: step?.resources ?? [], error }
}

/** A program that refuses a file may cite it: what is secret in the files of these steps is masked, as it stands there and unquoted. */
function withoutSecrets(said: string, steps: readonly Step[]): string {
  const files = steps.flatMap(({ action }) => (action.do === 'write' ? [action.file] : []))
  const secrets = files
    .flatMap(({ content }) => content.secrets.map((secret) => secret.reveal()))
    .flatMap((secret) => [secret, secret.replace(/^(["'])(.*)\1$/s, '$2')])
    .filter((secret) => secret.length >= 4)
  const masked = secrets.reduce((text, secret) => text.replaceAll(secret, () => MASK), said)
  return maskPair(
    undefined,
    masked,
    files.flatMap(({ sensitive }) => sensitive),
  ).after
}

function lastLines(stderr: string): string {
  const lines = stderr.trimEnd().split('\n').slice(-10)
  return lines.join('\n    ') || 'it said nothing'
}

/** Turns the markers a script prints into events. */
class StepWatch {
  done = 0
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
