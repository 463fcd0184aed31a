import { beforeAll, describe, it } from 'vitest'
import type { Event } from '../../src/engine/events.ts'
import { bareLab } from '../integration/support/cluster.ts'
import { on, PAIR } from '../integration/support/kills.ts'
import { Migrations, report, type Engine, type Moment } from '../integration/support/migrate.ts'

const done = (what: string) => (event: Event) => event.type === 'action-done' && event.what === what

/** Of both members what happens on each, and of the cluster what happens once. */
const TO_PACEMAKER: Readonly<Record<string, Moment['at']>> = {
  ...onEach(['disable haproxy', 'load corosync', 'start pacemaker', 'disable keepalived', 'stop keepalived']),
  'the first change of the CIB begins': (event) => event.type === 'action-started' && event.resource === 'cib[lab]',
  'the first change of the CIB is done': (event) => event.type === 'action-done' && event.resource === 'cib[lab]',
}

const BACK: Readonly<Record<string, Moment['at']>> = {
  ...onEach(['enable haproxy', 'stop pacemaker', 'stop corosync', 'disable corosync', 'load keepalived']),
  'begin maintenance mode': done('begin maintenance mode'),
}

function onEach(actions: readonly string[]): Readonly<Record<string, Moment['at']>> {
  return Object.fromEntries(
    PAIR.flatMap((host) => actions.map((what) => [`${what} on ${host}`, on('action-done', host, what)] as const)),
  )
}

function momentsOf(from: Engine, to: Engine, moments: Readonly<Record<string, Moment['at']>>): readonly Moment[] {
  return Object.entries(moments).flatMap(([name, at]) => [
    { name: `${name}, and again`, from, to, at },
    { name: `${name}, and the other way`, from, to, at, then: from },
  ])
}

describe('a change of the engine that is killed', () => {
  let pair: Migrations
  beforeAll(async () => {
    const lab = await bareLab()
    pair = await Migrations.of(lab.vip)
  })

  it.each([...momentsOf('keepalived', 'pacemaker', TO_PACEMAKER), ...momentsOf('pacemaker', 'keepalived', BACK)])(
    'from $from to $to: $name',
    async (moment) => {
      report(moment.name, await pair.survive(moment))
    },
  )
})
