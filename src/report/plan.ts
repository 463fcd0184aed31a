import type { Event, PlannedResource } from '../engine/events.ts'
import { painter, type Paint } from './colour.ts'
import { clean } from './clean.ts'
import { type EventOf, Run } from './run.ts'
import { count, hanging } from './words.ts'

/** What `plan` shows: a section a host, the order in which it would be done, and how much it is. */
export function renderPlan(events: Iterable<Event>, options: { readonly colour: boolean }): string {
  const run = new Run()
  for (const event of events) run.take(clean(event))
  const paint = painter(options.colour)
  return [...planLines(run, paint), planTotal(run), ''].join('\n')
}

/** Sections and order, without the total. */
export function planLines(run: Run, paint: Paint): readonly string[] {
  const sections = [...run.planned.values()].filter((host) => host.resources.length > 0)
  const order = run.order === undefined ? [] : orderLines(run.order, paint)
  return [...sections.flatMap((host) => [...hostLines(host, paint), '']), ...order, ...(order.length > 0 ? [''] : [])]
}

/** `3 resources on 2 hosts would change`. */
export function planTotal(run: Run): string {
  const changing = [...run.planned.values()].map((host) => host.resources.length).filter((amount) => amount > 0)
  const sum = changing.reduce((total, amount) => total + amount, 0)
  return sum === 0 ? 'nothing to do' : `${count(sum, 'resource')} on ${count(changing.length, 'host')} would change`
}

/** What would change on one host. */
export function hostLines(host: EventOf<'planned'>, paint: Paint): readonly string[] {
  const title = `${host.host}: ${host.resources.length} of ${count(host.total, 'resource')}`
  return [paint('bold', title), ...host.resources.flatMap((resource) => resourceLines(resource, paint))]
}

function resourceLines(resource: PlannedResource, paint: Paint): readonly string[] {
  // Where there is a diff, it says more about the content than the two hashes do.
  const told =
    resource.diff === undefined ? resource.changes : resource.changes.filter(({ property }) => property !== 'content')
  const changes = told.map(
    ({ property, before, after }) =>
      `  ${resource.id} ${property}: ${paint('red', hanging(before))} → ${paint('green', hanging(after))}`,
  )
  if (resource.diff === undefined) return changes.length > 0 ? changes : [`  ${resource.id}`]
  const diff = resource.diff.trimEnd().split('\n')
  return [
    ...(changes.length > 0 ? changes : [`  ${resource.id}`]),
    ...diff.map((line) => `    ${diffLine(line, paint)}`),
  ]
}

function diffLine(line: string, paint: Paint): string {
  if (/^(?:---|\+\+\+) /.test(line)) return paint('bold', line)
  if (line.startsWith('@@')) return paint('cyan', line)
  if (line.startsWith('+')) return paint('green', line)
  return line.startsWith('-') ? paint('red', line) : line
}

/** The order of a run and what is to be known about it. */
export function orderLines(order: EventOf<'order'>, paint: Paint): readonly string[] {
  const steps = order.steps.map((step, index) => `  ${index + 1}. ${hanging(step)}`)
  const notes = order.notes.map((note) => paint('yellow', `  note: ${hanging(note)}`))
  return [...(steps.length > 0 ? [paint('bold', 'order:'), ...steps] : []), ...notes]
}
