import { randomBytes } from 'node:crypto'
import type { Connection, Result } from '../../connection/types.ts'
import { maskPair } from '../../lib/diff.ts'
import { ConnectionLostError, HostError, OutdatedError, type HaError } from '../../lib/errors.ts'
import { lastLines } from '../../lib/last-lines.ts'
import { Text, text } from '../../lib/secret.ts'
import type { Platform } from '../../platform/types.ts'
import type { Emit } from '../events.ts'
import { StepWatch } from './step-watch.ts'
import type { Step } from './step.ts'
import { BUSY, LOCK_LOST, OUTDATED, prelude } from './prelude.ts'
import { actionScript, describeAction } from './script.ts'

/** How far a host got. `done` are the resources whose steps were all carried out. */
export interface Performed {
  readonly done: readonly string[]
  readonly failed: readonly string[]
  readonly error: HaError | undefined
}

/** An action may take this long, in seconds; installing waits for the archive. */
const PATIENCE = { install: 900, other: 90 } as const

/**
 * The only door through which a host is changed: all steps of a host in one execution, in order, until one fails.
 * What failed on the host is in the result, and a connection that was lost too, with what was done by then.
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
  const running = connection.run({
    label: steps.map(({ action }) => describeAction(action)).join(', '),
    script: compose(prelude(marker, fence), platform, steps),
    timeoutSeconds: steps.reduce(
      (sum, { action }) => sum + (action.do === 'install' ? PATIENCE.install : PATIENCE.other),
      0,
    ),
    // What came of it is looked at.
    followed: true,
    onLine(line) {
      const [mark, word, index] = line.split(' ')
      if (mark === marker && word !== undefined) watch.tell(word, Number(index))
    },
  })
  const result = await running.catch((thrown: unknown) => {
    if (thrown instanceof ConnectionLostError) return thrown
    throw thrown
  })
  if (result instanceof ConnectionLostError) return { done: doneBy(steps, watch), failed: [], error: result }
  return conclude(host, steps, { ...result, stderr: withoutSecrets(result.stderr, steps) }, watch)
}

function compose(begin: string, platform: Platform, steps: readonly Step[]): Text {
  const parts = steps.map(
    ({ action }, index) => text`tell started ${index}
( ${actionScript(action, platform, index)}
) || { status=$?; tell failed ${index}; exit $status; }
tell done ${index}
`,
  )
  return Text.join([begin, ...parts])
}

/** A program that refuses a file may cite the line it stumbled over: what is secret in the files of these steps is masked. */
function withoutSecrets(said: string, steps: readonly Step[]): string {
  const files = steps.flatMap(({ action }) => (action.do === 'write' ? [action.file] : []))
  const contents = steps.flatMap(({ action }) => ('content' in action ? [action.content] : []))
  const hidden = [...contents, ...files.map(({ content }) => content)].reduce(
    (text, content) => content.hide(text),
    said,
  )
  return maskPair(
    undefined,
    hidden,
    files.flatMap(({ sensitive }) => sensitive),
  ).after
}

function conclude(host: string, steps: readonly Step[], result: Result, watch: StepWatch): Performed {
  const done = doneBy(steps, watch)
  if (result.code === 0) return { done, failed: [], error: undefined }
  const step = steps[watch.done]
  const what = step === undefined ? 'an action' : describeAction(step.action)
  // Whoever looks again has not failed yet.
  if (step?.action.do === 'cib' && result.code === OUTDATED)
    return { done, failed: [], error: new OutdatedError(lastLines(result.stderr, 10), { where: host }) }
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
      'the lock is lost: the connection broke off, another run took it by force, or nothing was heard of this one for a minute',
      {
        where: host,
        mend: 'nothing more was begun; see who else is at work, and run again',
      },
    )
  }
  return failure(host, what, result)
}

function failure(host: string, what: string, { code, stderr }: Result): HostError {
  return new HostError(`${what} failed (exit status ${code}): ${lastLines(stderr, 10) || 'it said nothing'}`, {
    where: host,
    mend: 'mend what it says and run again: what was done stays done',
  })
}

/** The resources whose steps were all carried out. */
function doneBy(steps: readonly Step[], watch: StepWatch): readonly string[] {
  const unfinished = new Set(steps.slice(watch.done).flatMap(({ resources }) => resources))
  return [...new Set(steps.flatMap(({ resources }) => resources))].filter((id) => !unfinished.has(id))
}
