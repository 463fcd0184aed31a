import type { Repository } from './types.ts'

/** What each distribution calls it: Rocky and Alma 8, later ones and CentOS Stream, Oracle, RHEL by its subscription. */
const NAMES = /^(ha|highavailability|ol\d+_addons|rhel-\d+-for-\w+-highavailability(-(eus|e4s|beta))?-rpms)$/

/**
 * The repository that has corosync and pacemaker, which RHEL and its rebuilds do not read unless it is enabled. `lines`: a section each,
 * with its file and whether it is enabled: `/etc/yum.repos.d/rocky.repo highavailability 0`.
 */
export function highAvailability(lines: readonly string[]): Repository {
  const known = lines.flatMap((line) => {
    const [path = '', id = '', enabled] = line.split(' ')
    return NAMES.test(id) ? [{ path, id, enabled: enabled === '1' }] : []
  })
  const chosen = known.find(({ enabled }) => enabled) ?? known[0]
  return { name: 'highavailability', section: chosen && { path: chosen.path, id: chosen.id } }
}
