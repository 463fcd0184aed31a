import type { Event, ResourceOutcome } from '../engine/events.ts'
import type { EventOf } from './run.ts'
import { names } from './words.ts'

/** How it goes on a host. `waiting`: nothing happens there now. */
export type HostState = 'failed' | 'working' | 'waiting' | 'done'

/** What the live view knows of a host. Times are milliseconds of one clock. */
export interface Row {
  readonly host: string
  readonly state: HostState
  readonly what: string
  readonly since: number
  /** How long it took in all, once it is over. */
  readonly took?: number | undefined
}

/** What each host is doing now, after the events so far. */
export class Board {
  readonly #rows = new Map<string, Row>()
  /** What the run as a whole waits for. */
  note = ''

  get rows(): readonly Row[] {
    return [...this.#rows.values()]
  }

  take(event: Event, now: number): void {
    switch (event.type) {
      case 'run-started':
        this.#rows.clear()
        this.note = ''
        for (const host of event.hosts) this.#set(host, 'waiting', '', now)
        return
      case 'doing':
        this.#set(event.host, 'working', event.what, now)
        return
      case 'connected':
        this.#set(event.host, 'working', 'connected', now)
        return
      case 'planned':
        this.#set(event.host, 'waiting', planned(event), now)
        return
      case 'action-started':
        this.note = ''
        this.#set(event.host, 'working', `${event.resource}: ${event.what}`, now)
        return
      case 'put-back':
        this.#set(event.host, 'working', `put back: ${event.what}`, now)
        return
      case 'ping':
        this.#set(event.host, event.state === 'well' ? 'done' : 'failed', event.problem?.message ?? event.state, now)
        return
      case 'unreachable':
        this.#set(event.host, 'failed', event.message, now)
        return
      case 'action-failed':
        this.#set(event.host, 'failed', `${event.resource}: ${event.what} failed`, now)
        return
      case 'host-done':
        this.#finish(event, now)
        return
      case 'waiting':
        this.note = event.what
        return
      case 'warning':
      case 'note':
      case 'connection':
      case 'facts':
      case 'status':
      case 'order':
      case 'locked':
      case 'action-staged':
      case 'action-done':
      case 'check':
      case 'unlocked':
      case 'error':
      case 'finished':
        return
    }
  }

  #set(host: string, state: HostState, what: string, now: number): void {
    this.#rows.set(host, { host, state, what, since: now })
  }

  #finish(event: EventOf<'host-done'>, now: number): void {
    const before = this.#rows.get(event.host)
    const [state, what] = ending(event.resources)
    const row = { host: event.host, since: now, took: event.seconds * 1000 }
    // A host that failed without a resource to blame was out of sight: its last words stay.
    const told =
      before?.state === 'failed' && state !== 'failed' ? { state: before.state, what: before.what } : { state, what }
    this.#rows.set(event.host, { ...row, ...told })
  }
}

/** How a host ended, in few words. */
function ending(resources: Readonly<Record<string, ResourceOutcome>>): readonly [HostState, string] {
  const of = (wanted: ResourceOutcome) => Object.keys(resources).filter((id) => resources[id] === wanted)
  if (of('failed').length > 0) return ['failed', `failed: ${names(of('failed'))}`]
  if (of('not done').length > 0) return ['waiting', `${of('not done').length} not done`]
  return ['done', of('changed').length === 0 ? 'as wanted' : `${of('changed').length} changed`]
}

function planned(event: EventOf<'planned'>): string {
  return event.resources.length === 0 ? 'nothing to do' : `${event.resources.length} of ${event.total} to change`
}
