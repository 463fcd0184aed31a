import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { HaError } from '../lib/errors.ts'
import type { DebianSuite } from './platforms.ts'
import { attempt, run } from './run.ts'

const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg'

/**
 * Fetches a package of Debian into an empty folder and returns where its files are unpacked; nothing is installed.
 * Throws an HaError where this machine has no Debian archive.
 */
export async function unpackFromDebian(name: string, suite: DebianSuite, folder: string): Promise<string> {
  const options = { seconds: 120, env: await privateApt(folder, suite), cwd: folder }
  await run('apt-get', ['update', '-q'], options)
  await run('apt-get', ['download', '-q', name], options)
  const archive = (await readdir(folder)).find((file) => file.startsWith(`${name}_`) && file.endsWith('.deb'))
  if (archive === undefined) throw new HaError(`apt-get download left no package ${name}`, { where: folder })
  const unpacked = join(folder, 'unpacked')
  await run('dpkg', ['-x', archive, unpacked], options)
  return unpacked
}

/**
 * Prepares, in an empty folder, an apt that knows one suite of Debian's archive and nothing of this machine's own
 * sources, lists and caches, which stay as they are. Returns the environment that makes apt-get use it.
 */
async function privateApt(folder: string, suite: DebianSuite): Promise<Record<string, string>> {
  const folders = [
    'etc/apt.conf.d',
    'etc/preferences.d',
    'etc/sources.d',
    'state/lists/partial',
    'cache/archives/partial',
  ]
  for (const name of folders) await mkdir(join(folder, name), { recursive: true })
  const source = `deb [signed-by=${keyring}] ${await debianArchive()} ${suite} main\n`
  await writeFile(join(folder, 'etc/sources.list'), source)
  const config = join(folder, 'apt.conf')
  await writeFile(config, settings(folder))
  return { APT_CONFIG: config }
}

function settings(folder: string): string {
  return [
    `Dir::Etc "${folder}/etc";`,
    'Dir::Etc::sourcelist "sources.list";',
    'Dir::Etc::sourceparts "sources.d";',
    `Dir::State "${folder}/state";`,
    'Dir::State::status "/var/lib/dpkg/status";',
    `Dir::Cache "${folder}/cache";`,
    // The folder is ours alone (0700): apt's own user could not read it.
    'APT::Sandbox::User "root";',
    'Acquire::Languages "none";',
    '',
  ].join('\n')
}

/** The archive this machine's own Debian packages come from. Throws an HaError where it has none (Ubuntu, say). */
async function debianArchive(): Promise<string> {
  const args = ['indextargets', '--format', '$(ORIGIN) $(LABEL) $(REPO_URI)', 'Created-By: Packages']
  const targets = await attempt('apt-get', args, { seconds: 15 })
  const found = targets.stdout.split('\n').find((line) => line.startsWith('Debian Debian '))
  const archive = found?.split(' ')[2]
  if (archive !== undefined) return archive
  throw new HaError("this machine's own packages do not come from a Debian archive", { where: 'lab' })
}
