import { inventory, type Changes } from './cluster.ts'

/** What an inventory with `ha: pacemaker` can be given beside its usual content. */
export interface ClusterChanges extends Omit<Changes, 'keepalived'> {
  readonly corosync?: object
  readonly pacemaker?: object
}

/**
 * Writes an inventory of the lab with `ha: pacemaker`, without fencing and saying so, and returns its path. Members may be
 * silent for longer than usual: on a busy machine a second without the processor parts them.
 */
export async function clusterInventory(name: string, changes: ClusterChanges = {}): Promise<string> {
  const { corosync, pacemaker, top, ...rest } = changes
  return await inventory(name, {
    ...rest,
    top: {
      ha: 'pacemaker',
      corosync: { token: '3s', ...corosync },
      pacemaker: { fencing: 'none', ...pacemaker },
      ...top,
    },
  })
}
