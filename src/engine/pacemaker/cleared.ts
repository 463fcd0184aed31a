import { HostError } from '../../lib/errors.ts'
import { clearedResource } from '../../resources/cleared.ts'
import type { View } from '../look.ts'
import type { Run } from '../run.ts'
import type { Tally } from '../tally.ts'
import { convergeHost } from '../turn.ts'

/**
 * One that joins brings no CIB along: of two CIBs the one with the higher version counts, and that may be of one which was a member once.
 * Whatever runs there does not run as part of this cluster, and is stopped before.
 */
export async function clearCib(run: Run, view: View, tally: Tally, name: string): Promise<void> {
  const host = view.built.hosts.find((one) => one.name === name)
  if (host === undefined) throw new HostError('it is not part of what was built', { where: name })
  const { cluster } = host.platform
  if ('refused' in cluster) return
  const { corosync, pacemaker } = cluster
  const cleared = clearedResource({
    folder: pacemaker.cib,
    units: [pacemaker.unit, corosync.unit],
    unless: undefined,
  })
  const built = { ...host, plays: [{ play: 'join', serial: 'all' as const, resources: [cleared] }], checks: [] }
  await convergeHost(run, { ...view, built: { ...view.built, hosts: [built] } }, tally, name)
}
