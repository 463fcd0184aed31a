import { access, chmod, mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ensureProgram } from './machine.ts'
import { paths } from './paths.ts'
import { run } from './run.ts'
import type { Say } from './say.ts'
import { writeIfNew } from './write-if-new.ts'

/** The client keys of the lab, one a kind that operators have; all of them open every account. */
const clientKeys = {
  id_ed25519: ['-t', 'ed25519', '-N', ''],
  id_encrypted: ['-t', 'ed25519', '-N', 'lab-passphrase'],
  id_rsa_pem: ['-t', 'rsa', '-b', '2048', '-m', 'PEM', '-N', ''],
  id_pkcs8: ['-t', 'rsa', '-b', '2048', '-m', 'PKCS8', '-N', ''],
} as const

/** Who may log in with a certificate of the lab's authority. */
const principals = 'root,ops,jump'

const hostKeyTypes = { ed25519: [], ecdsa: [], rsa: ['-b', '2048'] } as const

/**
 * Makes the keys that are missing: the clients', and those of each host, which stay the same when a host is made anew.
 * Throws an HaError when ssh-keygen is missing and cannot be installed.
 */
export async function ensureKeys(hosts: readonly string[], say: Say): Promise<void> {
  await mkdir(paths.dir, { recursive: true, mode: 0o700 })
  const wanted = [
    ...Object.entries(clientKeys).map(([name, args]) => ({ file: join(paths.dir, name), args })),
    // Opens nothing by itself: only with its certificate, where a topology has them.
    ...[paths.userCa, paths.certified].map((file) => ({ file, args: clientKeys.id_ed25519 })),
    ...hosts.flatMap((host) =>
      Object.entries(hostKeyTypes).map(([type, args]) => ({
        file: join(paths.hostKeys, host, `ssh_host_${type}_key`),
        args: ['-t', type, '-N', '', ...args],
      })),
    ),
  ]
  const missing = await filterAsync(wanted, async ({ file }) => !(await exists(file)))
  if (missing.length > 0) {
    await ensureProgram('ssh-keygen', 'openssh-client', say)
    for (const host of hosts) await mkdir(join(paths.hostKeys, host), { recursive: true })
    await Promise.all(missing.map(({ file, args }) => generate(file, args)))
  }
  await authorize()
  await certify()
}

/** The public half of a host's ed25519 key: type and base64. */
export async function publicHostKey(host: string): Promise<string> {
  const line = await readFile(join(paths.hostKeys, host, 'ssh_host_ed25519_key.pub'), 'utf8')
  return line.split(' ').slice(0, 2).join(' ')
}

async function generate(file: string, args: readonly string[]): Promise<void> {
  await run('ssh-keygen', ['-q', '-C', 'ha-provision-lab', ...args, '-f', file], { seconds: 60 })
  await chmod(file, 0o600)
}

async function authorize(): Promise<void> {
  const lines = await Promise.all(
    Object.keys(clientKeys).map((name) => readFile(join(paths.dir, `${name}.pub`), 'utf8')),
  )
  await writeIfNew(paths.authorizedKeys, lines.join(''))
}

/** Not renewed: it is valid for ever, since a lab may be kept. */
async function certify(): Promise<void> {
  if (await exists(`${paths.certified}-cert.pub`)) return
  const words = ['-q', '-s', paths.userCa, '-I', 'ha-provision-lab', '-n', principals, `${paths.certified}.pub`]
  await run('ssh-keygen', words, { seconds: 60 })
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  )
}

async function filterAsync<T>(items: readonly T[], keep: (item: T) => Promise<boolean>): Promise<T[]> {
  const kept = await Promise.all(items.map(keep))
  return items.filter((_, index) => kept[index])
}
