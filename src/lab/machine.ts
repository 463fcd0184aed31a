import { readFile } from 'node:fs/promises'
import { HaError } from '../lib/errors.ts'
import { attempt, run } from './run.ts'
import type { Say } from './say.ts'

const tenMinutes = 600

/** Whether this machine's packages come by apt. */
export async function isDebianLike(): Promise<boolean> {
  const release = await readFile('/etc/os-release', 'utf8').catch(() => '')
  return /^ID(_LIKE)?=.*\b(debian|ubuntu)\b/m.test(release)
}

/** Whether we may install packages and start services here. */
export function isRoot(): boolean {
  return process.getuid?.() === 0
}

/**
 * Installs Debian packages on this machine.
 * Throws an HaError saying what to install by hand where we must not or cannot.
 */
export async function installPackages(names: readonly string[], why: string, say: Say): Promise<void> {
  if (!(await isDebianLike())) {
    throw new HaError(why, { where: 'lab', mend: `install ${names.join(', ')} and run this again` })
  }
  if (!isRoot()) {
    throw new HaError(why, { where: 'lab', mend: `sudo apt-get install ${names.join(' ')}, or run this once as root` })
  }
  say(`installing ${names.join(', ')} by apt`)
  const env = { DEBIAN_FRONTEND: 'noninteractive' }
  const install = ['install', '-y', '-q', '--no-install-recommends', ...names]
  const first = await attempt('apt-get', install, { seconds: tenMinutes, env })
  if (first.ok) return
  // Lists may be missing or old. A foreign source that cannot be fetched is no reason to stop: the install is judged.
  await attempt('apt-get', ['update', '-q'], { seconds: tenMinutes, env })
  await run('apt-get', install, { seconds: tenMinutes, env })
}

/** Installs the package of a program unless the program is there. */
export async function ensureProgram(program: string, packageName: string, say: Say): Promise<void> {
  const found = await attempt('sh', ['-c', 'command -v "$0"', program], { seconds: 10 })
  if (!found.ok) await installPackages([packageName], `${program} is not installed`, say)
}
