import { spawn, spawnSync } from 'node:child_process'

/** A POSIX shell as it is started: the reference shells, as far as this machine has them. */
export interface Shell {
  readonly name: string
  readonly program: string
  readonly args: readonly string[]
}

/** The one that is everywhere. */
export const sh: Shell = { name: '/bin/sh', program: '/bin/sh', args: ['-s'] }

const busybox = spawnSync('sh', ['-c', 'command -v busybox'], { encoding: 'utf8' }).stdout.trim()

/** `/bin/sh` always (dash on Debian), BusyBox's where it is installed. */
export const shells: readonly Shell[] = [
  sh,
  ...(busybox === '' ? [] : [{ name: 'busybox sh', program: busybox, args: ['sh', '-s'] }]),
]

/** What a script did. */
export interface Ran {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs a script that comes in on stdin, as it does on a host. */
export function runShell(
  shell: Shell,
  script: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn(shell.program, shell.args, { env: { ...process.env, LC_ALL: 'C', ...environment } })
    const out: Buffer[] = []
    const err: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk))
    child.on('error', reject)
    // A script may end before it was read to its end.
    child.stdin.on('error', () => undefined)
    child.on('close', (code, signal) => {
      if (code === null) reject(new Error(`the shell was killed by ${String(signal)}`))
      else resolve({ code, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString() })
    })
    child.stdin.end(script)
  })
}
