import type { Event } from '../engine/events.ts'
import type { Paint } from './colour.ts'
import { connectionText } from './connection.ts'
import { factsText } from './facts.ts'
import { orderLines } from './plan.ts'
import { statusLines } from './status.ts'
import { count, duration, hanging, names } from './words.ts'

/** What is told only to who wants to know everything. */
const DETAILS = new Set<Event['type']>(['doing', 'action-staged', 'locked', 'unlocked'])

const DIAGNOSTICS = new Set<Event['type']>(['warning', 'error', 'unreachable', 'action-failed'])

/** What says that something is wrong goes to stderr; what happened, and results, to stdout. */
export function isDiagnostic(event: Event): boolean {
  return DIAGNOSTICS.has(event.type)
}

/** An event as a line for people (a few, where its message has some); undefined when it tells them nothing. */
export function eventLine(event: Event, verbose: boolean, paint: Paint): string | undefined {
  if (!verbose && DETAILS.has(event.type)) return undefined
  switch (event.type) {
    case 'run-started':
      return `${event.cluster}: ${event.command}, ${count(event.hosts.length, 'host')}: ${names(event.hosts)}`
    case 'doing':
      return `${event.host}: ${hanging(event.what)}`
    case 'connected':
      return `${event.host}: connected (${duration(event.seconds)})`
    case 'unreachable':
      return `${event.host}: ${paint('red', 'unreachable')}: ${hanging(event.message)}${mend(event.mend)}`
    case 'warning':
      return `${paint('yellow', 'warning')}: ${hanging(event.message)}`
    case 'note':
      return `${event.hosts.length === 0 ? '' : `${names(event.hosts)}: `}${hanging(event.message)}`
    case 'connection':
      return connectionText(event, paint)
    case 'facts':
      return `${event.host}: ${factsText(event.facts)}`
    case 'planned': {
      if (event.resources.length === 0) return `${event.host}: ${count(event.total, 'resource')} as wanted`
      const ids = event.resources.map(({ id }) => id)
      return `${event.host}: ${ids.length} of ${count(event.total, 'resource')} to change: ${names(ids)}`
    }
    case 'order':
      return event.steps.length + event.notes.length === 0 ? undefined : orderLines(event, paint).join('\n')
    case 'locked':
      return `locked: ${names(event.hosts)}`
    case 'action-staged':
      return `${event.host}: ${event.resource}: staged`
    case 'action-done':
      return `${event.host}: ${event.resource}: ${paint('green', hanging(event.what))} (${duration(event.seconds)})`
    case 'action-failed':
      return `${event.host}: ${event.resource}: ${failure(event, paint)}`
    case 'put-back':
      return `${event.host}: ${paint('yellow', 'put back')}: ${hanging(event.what)}`
    case 'waiting':
      return `waiting: ${hanging(event.what)}`
    case 'check':
      return event.status === 'passed' && !verbose ? undefined : checkLine(event, paint)
    case 'unlocked':
      return `unlocked: ${names(event.hosts)}`
    case 'error':
      return `${at(event.host)}${paint('red', 'error')}: ${hanging(event.message)}${mend(event.mend)}`
    case 'status':
      return statusLines(event, paint).join('\n')
    case 'ping':
    case 'action-started':
    case 'host-done':
    case 'finished':
      return undefined
  }
}

/** What failed and why; a message may say what already. */
function failure({ what, message }: Extract<Event, { type: 'action-failed' }>, paint: Paint): string {
  const failed = `${what} failed`
  return message.startsWith(failed)
    ? `${paint('red', failed)}${hanging(message.slice(failed.length))}`
    : `${paint('red', failed)}: ${hanging(message)}`
}

const CHECK_STYLES = { passed: 'green', failed: 'red', warning: 'yellow', 'not-checked': 'yellow' } as const

function checkLine(event: Extract<Event, { type: 'check' }>, paint: Paint): string {
  const status = paint(CHECK_STYLES[event.status], event.status.replace('-', ' '))
  return `${at(event.host)}${event.check} ${status}: ${hanging(event.message)}`
}

export function at(host: string | undefined): string {
  return host === undefined ? '' : `${host}: `
}

/** What the operator can do about it. */
export function mend(text: string | undefined): string {
  return text === undefined ? '' : `\n  → ${hanging(text)}`
}
