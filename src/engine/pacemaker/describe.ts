import { isRekeying, readFirst, type Decided } from './cluster-order.ts'
import type { LiveCluster } from './live.ts'
import { calledBy } from './who.ts'

/** How a cluster that runs nowhere is formed, in words. */
export function formSteps({ joiners, migrates, live, stale }: Decided): readonly string[] {
  const all = joiners.join(', ')
  return [
    ...(stale.length === 0
      ? []
      : live.serving.length > 0
        ? [`stop pacemaker and corosync on ${stale.join(', ')}, whose list names nobody of the inventory`]
        : [`stop corosync on ${stale.join(', ')}, which runs without pacemaker`]),
    migrates
      ? `prepare corosync and pacemaker on ${all}, while keepalived goes on`
      : `all at the same time: ${all} (corosync runs nowhere)`,
    `start corosync and pacemaker on ${all}, and wait until they have quorum`,
    ...(migrates ? handOver(live) : ['bring the CIB to what is wanted, then the VIP is verified']),
  ]
}

function handOver({ keepalived, holders }: LiveCluster): readonly string[] {
  const backups = keepalived.filter((name) => !holders.includes(name))
  const last = keepalived.filter((name) => holders.includes(name))
  return [
    'bring the CIB to what is wanted, with the VIPs held back',
    ...(backups.length === 0 ? [] : [`stop keepalived on ${backups.join(', ')}: not the holder`]),
    ...(last.length === 0 ? [] : [`stop keepalived on ${last.join(', ')}, the holder`]),
    'let pacemaker start the VIPs, then the VIP is verified',
  ]
}

const MAINTENANCE = 'maintenance mode: pacemaker leaves haproxy and the VIPs as they are'
const END = 'end maintenance mode'

/** How a cluster that serves is changed, in words. */
export function liveSteps(base: Decided): readonly string[] {
  const { live, joiners, restart, moved, readdressed, opened, turns, cib, migrates } = base
  const first = readFirst(base)
  const reload = `write corosync's files on all members, then make all of them read these (${first.join(', ')}): nothing is restarted`
  const forgotten = new Set([...live.leaving.map(calledBy), ...live.remembered])
  return [
    ...(opened.length === 0 ? [] : [`open the firewall of ${opened.join(', ')}: nothing is restarted`]),
    ...(restart.length > 0
      ? [
          MAINTENANCE,
          `stop corosync and pacemaker on all members, write corosync's files, start them (corosync takes another ${restart.join(', ')} only at its start)`,
          END,
        ]
      : [
          ...(isRekeying(first) ? [MAINTENANCE, reload, END] : []),
          ...moved.map((name) => `${name} leaves the cluster, is listed by its new address, and comes back`),
          ...(first.length === 0 || isRekeying(first) ? [] : [reload]),
        ]),
    ...joiners.map((name) => {
      if (!live.unlisted.includes(name)) return `${name} is started and waited for`
      const list = readdressed.includes(name) ? 'list it by its new address' : 'list it'
      const stop = live.running.includes(name) ? 'what runs there apart is stopped, ' : ''
      return `${name} joins: ${stop}the others ${list} (nothing is restarted), then it is started and waited for`
    }),
    ...turns.map(
      (name) =>
        `${name} (${live.holders.includes(name) ? 'holds the VIP: last' : 'does not hold the VIP'}), then the VIP is verified`,
    ),
    ...[...forgotten].map((name) => `pacemaker forgets ${name}`),
    ...(migrates ? handOver(live) : cib ? ['bring the CIB to what is wanted, then the VIP is verified'] : []),
  ]
}

/** What an operator should know before it is done. */
export function notesOf(base: Decided): readonly string[] {
  const { migrates, restart, live, members, alone, alive, lost, moved, updated, taken, cib } = base
  const leaves = live.holders.filter((name) => moved.includes(name))
  const updates = live.holders.filter((name) => updated.includes(name) && !leaves.includes(name))
  const isKept = members.length > 0 && live.holders.length > 0 && restart.length === 0 && !migrates
  return [
    ...(lost.length === 0 ? [] : [`${unseenBy(base)}; up does this only with --yes`]),
    ...(migrates
      ? ['the VIP is away from the moment keepalived stops on the holder until pacemaker has started it: about 2 s']
      : []),
    ...(restart.length === 0
      ? []
      : [
          `all members of corosync are stopped at once for: ${restart.join(', ')}; haproxy and the VIPs go on, but nothing moves them meanwhile; up does this only with --yes`,
        ]),
    ...(alone.length === 0
      ? []
      : [
          `${leave(alone)}: ${members.join(', ')} alone has no quorum until it reads its new list, and pacemaker stops the VIPs for that time; up does this only with --yes`,
        ]),
    ...(alive.length === 0
      ? []
      : [
          `${alive.join(', ')} has left the inventory, is online, and cannot be stopped: up changes nothing until it is off`,
        ]),
    ...(members.length > 0 || live.serving.length === 0
      ? []
      : [
          `pacemaker serves on ${live.serving.join(', ')}, and its list names nobody of the inventory: it is stopped on all at once; up does this only with --yes`,
        ]),
    ...(live.replaced.length === 0
      ? []
      : [
          `${live.replaced.join(', ')}, which runs haproxy until now, is replaced by haproxy's own unit: the VIP is away until that serves, about 5 s`,
        ]),
    ...(isKept && leaves.length > 0
      ? [`the VIP moves when ${leaves.join(', ')} leaves the cluster: pacemaker gives it up as it stops there`]
      : []),
    ...(isKept && updates.length > 0
      ? [`the VIP may move when corosync or pacemaker is updated on ${updates.join(', ')}: their packages restart them`]
      : []),
    ...(isKept &&
    live.replaced.length + alone.length + lost.length + leaves.length + updates.length === 0 &&
    taken.length === 0
      ? [`the VIP stays where it is${cib ? ', unless the CIB changes what it runs with' : ''}`]
      : []),
    ...taken.map(({ vip, by, why }) => `${vip} moves to ${by} as soon as haproxy runs there: ${why}`),
  ]
}

/** Why those who are out of sight may serve, in words. */
export function unseenBy({ members, joiners, lost }: Pick<Decided, 'members' | 'joiners' | 'lost'>): string {
  const inHand = [...members, ...joiners]
  return `${lost.join(', ')} left the inventory and could not be looked at, and ${inHand.join(', ')} ${inHand.length > 1 ? 'have' : 'has'} no quorum: those who left may have it, and serve the VIP`
}

/** Who leaves, in words. */
export function leave(names: readonly string[]): string {
  return `${names.join(', ')} ${names.length > 1 ? 'leave at once' : 'leaves'}`
}
