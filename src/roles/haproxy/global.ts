import type { HaproxyGlobal } from '../../inventory/model.ts'
import type { Text } from '../../lib/secret.ts'
import { supports } from './features.ts'
import { rawLines, section, setting } from './lines.ts'
import type { HaproxyPaths } from './paths.ts'
import { duration } from './words.ts'

/**
 * The process itself: whom it runs as, where it is spoken to, when an old worker has to go. No `errorfile`: the pages that
 * Debian's own file names are on Debian only, and haproxy has its own.
 */
export function renderGlobal(global: HaproxyGlobal, paths: HaproxyPaths, version: string): Text {
  const handOver = supports(version, 'expose-fd') ? ' expose-fd listeners' : ''
  // A socket is looked for inside the chroot (tried with 1.8.8, 2.0.13, 2.2.9 and 3.0.11: nothing but the first lines reaches the
  // host's own /dev/log), so which target arrives is the platform's to say.
  const usualLog = supports(version, 'log-to-stdout') ? paths.log : (paths.oldLog ?? paths.log)
  return section('global', [
    ...(global.log ?? [usualLog]).map((target) => `log ${target}`),
    ...setting('chroot', paths.chroot),
    `user ${paths.user}`,
    `group ${paths.group}`,
    `stats socket ${paths.socket} mode 660 level admin${handOver}`,
    'stats timeout 30s',
    // Without an end, every reload leaves a worker behind for as long as one watch stays open (haproxy#228).
    ...(supports(version, 'hard-stop-after') ? [`hard-stop-after ${duration(global.hardStopAfter)}`] : []),
    ...setting('maxconn', global.maxconn),
    ...rawLines(global.extra),
  ])
}
