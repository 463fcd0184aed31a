import { leadsTo, listed, type Finding } from './check.ts'
import type { AnsweringView } from './member-view.ts'

/** All members see the same ones, and have quorum. A split cluster is one finding, whoever has quorum in it; so is one without quorum. */
export function judgeMembership(
  members: readonly string[],
  views: readonly AnsweringView[],
  outOfSight: readonly string[],
): readonly Finding[] {
  // Whose corosync did not answer in time says nothing of the others.
  const apart = views.filter(({ sees }) => sees !== undefined && views.some(({ host }) => !sees.includes(host)))
  const without = views.filter(({ quorate }) => quorate === false)
  if (apart.length > 0) {
    const idle = without.map(({ host }) => leadsTo('quorum', host, 'the cluster is split', 'haproxy does not run'))
    return [split(views), ...idle]
  }
  return without.length === 0 ? [] : [noQuorum(members, without, outOfSight)]
}

function split(views: readonly AnsweringView[]): Finding {
  const each = views.map(
    (view) => `${view.host} sees ${seen(view)} (${view.quorate === true ? 'quorum' : 'no quorum'})`,
  )
  const many = views.filter(({ quorate }) => quorate === true).length > 1
  const risk = many ? ', so that each part may hold the VIP' : ''
  return {
    check: 'quorum',
    host: undefined,
    status: 'failed',
    message: `the cluster is split${risk}: ${each.join('; ')}`,
    mend: `corosync's packets (UDP 5405, unless the inventory says otherwise) do not pass, or its key or its configuration is not the same everywhere: 'corosync-cfgtool -s' and corosync's log on each of them tell; 'ha-provision up' mends files`,
    explains: 'the cluster is split',
    soon: true,
  }
}

function seen({ host, sees = [] }: AnsweringView): string {
  return sees.every((name) => name === host) ? 'itself alone' : listed(sees)
}

function noQuorum(members: readonly string[], views: readonly AnsweringView[], outOfSight: readonly string[]): Finding {
  const hosts = listed(views.map(({ host }) => host))
  const present = new Set(views.flatMap(({ sees = [] }) => sees))
  const absent = members.filter((name) => !present.has(name))
  const explains = 'haproxy does not run'
  const base = { check: 'quorum', host: undefined, status: 'failed', explains, soon: true } as const
  if (views.some(({ waitsForAll }) => waitsForAll) && absent.length > 0) {
    return {
      ...base,
      message: `${hosts} ${views.length === 1 ? 'has' : 'have'} no quorum, so that nothing runs: ${listed(absent)} ${absent.length === 1 ? 'was' : 'were'} not seen since the start (wait_for_all: after a cold start all have to be seen once, because ${absent.length === 1 ? 'that one' : 'those'} might hold the VIP)`,
      mend: `${startThem(absent, outOfSight)}; only if ${absent.length === 1 ? 'it is' : 'they are'} off for certain: 'corosync-cmapctl -s quorum.cancel_wait_for_all u8 1' on ${views[0]?.host ?? ''}`,
    }
  }
  return {
    ...base,
    message: `${hosts} ${views.length === 1 ? 'has' : 'have'} no quorum: ${present.size} of ${members.length} members are there, so that nothing runs`,
    mend: absent.length === 0 ? `see corosync's log there` : startThem(absent, outOfSight),
  }
}

function startThem(absent: readonly string[], outOfSight: readonly string[]): string {
  const unreachable = absent.filter((name) => outOfSight.includes(name))
  return unreachable.length > 0
    ? `start ${listed(absent)} (${listed(unreachable)} cannot be reached)`
    : `start corosync on ${listed(absent)}: 'ha-provision up' does`
}
