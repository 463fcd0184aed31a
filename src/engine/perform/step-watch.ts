import type { Emit } from '../events.ts'
import { describeAction } from './script.ts'
import type { Step } from './step.ts'

/** Turns the markers a script prints into events. */
export class StepWatch {
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
