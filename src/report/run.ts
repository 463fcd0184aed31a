import type { Event } from '../engine/events.ts'

/** The event of a type. */
export type EventOf<Type extends Event['type']> = Extract<Event, { type: Type }>

/** What the events of one run have told so far, as the end of a report needs it. Of repeated news, the last counts. */
export class Run {
  cluster = ''
  hosts: readonly string[] = []
  order: EventOf<'order'> | undefined
  readonly planned = new Map<string, EventOf<'planned'>>()
  readonly done = new Map<string, EventOf<'host-done'>>()
  readonly checks = new Map<string, EventOf<'check'>>()
  readonly #pings = new Map<string, EventOf<'ping'>>()
  readonly unreachable = new Map<string, EventOf<'unreachable'>>()

  take(event: Event): void {
    if (event.type === 'run-started') {
      this.cluster = event.cluster
      this.hosts = event.hosts
    }
    if (event.type === 'planned') this.planned.set(event.host, event)
    if (event.type === 'order') this.order = event
    if (event.type === 'ping') this.#pings.set(event.host, event)
    if (event.type === 'unreachable') this.unreachable.set(event.host, event)
    if (event.type === 'host-done') this.done.set(event.host, event)
    if (event.type === 'check') this.checks.set(`${event.host ?? ''} ${event.check}`, event)
  }

  /** In the order of the inventory, whoever answered first. */
  get pings(): readonly EventOf<'ping'>[] {
    return this.hosts.flatMap((host) => this.#pings.get(host) ?? [])
  }

  /** How many resources the hosts have together. */
  get resources(): number {
    const planned = [...this.planned.values()].reduce((sum, host) => sum + host.total, 0)
    const done = [...this.done.values()].reduce((sum, host) => sum + Object.keys(host.resources).length, 0)
    return Math.max(planned, done)
  }
}
