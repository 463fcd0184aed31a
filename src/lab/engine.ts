import { readFile, writeFile } from 'node:fs/promises'
import { HaError } from '../lib/errors.ts'
import { installPackages, isDebianLike, isRoot } from './machine.ts'
import { attempt, run } from './run.ts'
import type { Say } from './say.ts'
import { until } from './wait.ts'

const log = '/var/log/ha-provision-dockerd.log'

/**
 * Makes sure a Docker Engine answers: where none does, installs and starts one (Debian-like machine, as root).
 * Throws an HaError that says what to do where that is not ours to do.
 */
export async function ensureEngine(say: Say): Promise<void> {
  const first = await answers()
  if (!first.ok) {
    if (!isRoot() || !(await isDebianLike())) throw notOurs(first.why)
    const installed = await attempt('sh', ['-c', 'command -v dockerd'], { seconds: 10 })
    if (!installed.ok || first.missing) {
      await installPackages(['docker.io', 'iptables'], 'Docker Engine is not installed', say)
    }
    // The package's own scripts may have started it.
    if (!(await answers()).ok) await startDaemon(say)
  }
  await raiseInotify()
}

async function answers() {
  return attempt('docker', ['version', '--format', '{{.Server.Version}}'], { seconds: 15 })
}

function notOurs(why: string): HaError {
  return new HaError(`Docker Engine does not answer: ${why}`, {
    where: 'lab',
    mend:
      'install and start Docker Engine or Docker Desktop, let this user reach it (`docker info` must succeed), then run ' +
      'this again; on Debian or Ubuntu, run it as root and it will do so itself',
  })
}

async function startDaemon(say: Say): Promise<void> {
  say('starting dockerd')
  const init = await readFile('/proc/1/comm', 'utf8').catch(() => '')
  if (init.trim() === 'systemd') await run('systemctl', ['start', 'docker'], { seconds: 60 })
  else await spawnDaemon()
  await until('dockerd answers', 60, async () => (await answers()).ok, `read ${log}, or journalctl -u docker`)
}

/** Leaves dockerd running when we are gone: its own session, its output in a file. */
async function spawnDaemon(): Promise<void> {
  await run('sh', ['-c', 'setsid dockerd >>"$0" 2>&1 </dev/null &', log], { seconds: 10 })
}

/** Each systemd host needs several inotify instances; the usual 128 end after about twenty hosts, without a word. */
async function raiseInotify(): Promise<void> {
  const file = '/proc/sys/fs/inotify/max_user_instances'
  const now = Number(await readFile(file, 'utf8').catch(() => 'NaN'))
  if (isRoot() && now < 1024) await writeFile(file, '8192').catch(() => undefined)
}
