import { copyFile, chmod, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { HaError } from '../lib/errors.ts'
import { unpackFromDebian } from './private-apt.ts'
import { isDebianLike } from './machine.ts'
import { attempt, run } from './run.ts'
import type { Say } from './say.ts'

/**
 * Makes sure `docker compose` is version 2. Where it is missing on a Debian-like machine, Debian 13's plugin (a program
 * that needs only libc) is unpacked into the user's own plugin folder; nothing is installed. Throws an HaError elsewhere.
 */
export async function ensureCompose(say: Say): Promise<void> {
  const version = await attempt('docker', ['compose', 'version', '--short'], { seconds: 15 })
  if (version.ok) return
  const mend =
    'install the Docker Compose plugin, version 2 (docker-compose-v2 on Ubuntu; `docker compose version` must succeed), and run this again'
  if (!(await isDebianLike())) throw new HaError('docker compose is missing', { where: 'lab', mend })

  say("fetching Docker Compose from Debian's archive")
  const folder = await mkdtemp(join(tmpdir(), 'ha-provision-compose-'))
  try {
    await unpack(folder)
  } catch (cause) {
    throw new HaError('docker compose is missing, and fetching it failed', { where: 'lab', mend, cause })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
  await run('docker', ['compose', 'version', '--short'], { seconds: 15 })
}

async function unpack(folder: string): Promise<void> {
  const unpacked = await unpackFromDebian('docker-compose', 'trixie', folder)
  const plugins = join(process.env['DOCKER_CONFIG'] ?? join(homedir(), '.docker'), 'cli-plugins')
  await mkdir(plugins, { recursive: true })
  const target = join(plugins, 'docker-compose')
  await copyFile(join(unpacked, 'usr/libexec/docker/cli-plugins/docker-compose'), target)
  await chmod(target, 0o755)
}
