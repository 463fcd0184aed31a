import { listed, type Finding } from './check.ts'
import type { ServerState } from './stats.ts'

/** A server as one member's haproxy sees it. */
export interface Sight extends ServerState {
  readonly host: string
}

/** Each server once, whoever sees it down; a backend that has none left is one finding. */
export function judgeServers(sights: readonly Sight[], requireServers: boolean): readonly Finding[] {
  const status = requireServers ? 'failed' : 'warning'
  return groupBy(sights, ({ backend }) => backend).flatMap(([backend, seen]): readonly Finding[] => {
    const unchecked = seen.filter(({ check }) => check === 'INI')
    const servers = groupBy(
      seen.filter(({ check }) => check !== 'INI'),
      ({ server }) => server,
    )
    const bad = servers.filter(([, views]) => !views.every(isWell))
    const down = servers.filter(([, views]) => !views.some(isUp))
    const later = unchecked.length === 0 ? [] : [notYet(backend, unchecked)]
    if (down.length > 0 && down.length === servers.length && unchecked.length === 0) {
      return [noneLeft(backend, down, status)]
    }
    const found = bad.map(([server, views]): Finding => ({
      check: `server[${backend}/${server}]`,
      host: undefined,
      status,
      message: `server ${server} of ${backend} ${inWords(views)}`,
      mend: `start it, or take it out of the inventory`,
    }))
    return found.length + later.length > 0 ? [...found, ...later] : [allUp(backend, servers)]
  })
}

function isUp({ status }: Sight): boolean {
  return /^(UP|no check)/.test(status)
}

/** Not down, not taken out, and not failing the checks that will take it down. */
function isWell(sight: Sight): boolean {
  return isUp(sight) && !/^(L[467](TOUT|CON|RSP|STS)|SOCKERR)$/.test(sight.check)
}

/** `is down (L4CON)`, `is down as lb1 sees it (L4CON)`: who sees it is told where not everybody does. */
function inWords(views: readonly Sight[]): string {
  const bad = views.filter((view) => !isWell(view))
  const states = groupBy(bad, (view) => stateOf(view)('')).map(([, alike]) => {
    const hosts = alike.map(({ host }) => host)
    const by = alike.length < views.length ? ` as ${listed(hosts)} ${hosts.length === 1 ? 'sees' : 'see'} it` : ''
    return alike[0] === undefined ? '' : stateOf(alike[0])(by)
  })
  return listed(states)
}

function stateOf(view: Sight): (by: string) => string {
  if (isUp(view)) return (by) => `is failing its checks${by} (${view.check}), and still counts as up`
  // A check that failed is told; without one the word is an operator's: MAINT, DRAIN.
  return (by) => (view.status.startsWith('DOWN') ? `is down${by}${reason(view)}` : `is in ${view.status}${by}`)
}

function reason({ check }: Sight): string {
  return check === '' ? '' : ` (${check})`
}

function noneLeft(
  backend: string,
  servers: readonly (readonly [string, readonly Sight[]])[],
  status: 'failed' | 'warning',
): Finding {
  const each = servers.map(([server, views]) => `${server}${[...new Set(views.map(reason))].join('')}`)
  return {
    check: `servers[${backend}]`,
    host: undefined,
    status,
    message: `no server of ${backend} is up: ${each.join(', ')}`,
    mend: 'start them (before kubeadm init this is as expected)',
    explains: 'no server is up',
  }
}

/** After a start or a reload haproxy counts a server as up until its first check has ended: that is no knowledge. */
function notYet(backend: string, unchecked: readonly Sight[]): Finding {
  const names = [...new Set(unchecked.map(({ server }) => server))]
  const hosts = [...new Set(unchecked.map(({ host }) => host))]
  return {
    check: `servers[${backend}]`,
    host: undefined,
    status: 'not-checked',
    message: `haproxy on ${listed(hosts)} has not checked ${listed(names)} of ${backend} yet`,
    soon: true,
  }
}

function allUp(backend: string, servers: readonly (readonly [string, readonly Sight[]])[]): Finding {
  const names = servers.map(([server]) => server)
  const checked = servers.some(([, views]) => views.some(({ status }) => status !== 'no check'))
  const check = `servers[${backend}]`
  if (!checked) {
    const message = `haproxy does not check the servers of ${backend}: ${names.join(', ')}`
    return { check, host: undefined, status: 'not-checked', message }
  }
  return { check, host: undefined, status: 'passed', message: `every server of ${backend} is up: ${names.join(', ')}` }
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): readonly (readonly [string, readonly T[]])[] {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const group = groups.get(keyOf(item))
    if (group === undefined) groups.set(keyOf(item), [item])
    else group.push(item)
  }
  return [...groups]
}
