import type { ResourceOutcome } from './events.ts'
import type { Observation } from './observe.ts'
import type { Performed } from './perform/perform.ts'

/** How every resource of every host ended, for the summary. */
export class Tally {
  readonly #outcomes = new Map<string, Map<string, ResourceOutcome>>()

  /** Takes in a look: what needs nothing is unchanged unless it was changed before in this run. */
  seen({ host, resources }: Observation): void {
    const outcomes = this.#of(host)
    for (const { resource, comparison } of resources) {
      const known = outcomes.get(resource.id)
      if (comparison.changes.length > 0) {
        if (known !== 'failed') outcomes.set(resource.id, 'not done')
      } else if (known !== 'changed') outcomes.set(resource.id, known === 'not done' ? 'changed' : 'unchanged')
    }
  }

  /** Takes in what was done. */
  did(host: string, { done, failed }: Performed): void {
    const outcomes = this.#of(host)
    for (const id of done) outcomes.set(id, 'changed')
    for (const id of failed) outcomes.set(id, 'failed')
  }

  of(host: string): Readonly<Record<string, ResourceOutcome>> {
    return Object.fromEntries(this.#of(host))
  }

  count(outcome: ResourceOutcome): number {
    return [...this.#outcomes.values()].flatMap((outcomes) => [...outcomes.values()]).filter((one) => one === outcome)
      .length
  }

  #of(host: string): Map<string, ResourceOutcome> {
    const known = this.#outcomes.get(host)
    if (known !== undefined) return known
    const fresh = new Map<string, ResourceOutcome>()
    this.#outcomes.set(host, fresh)
    return fresh
  }
}
