import { execa } from 'execa'
import { HaError } from '../lib/errors.ts'

/** How a program of this machine is run. */
export interface RunOptions {
  /** Killed after this many seconds. */
  readonly seconds: number
  readonly input?: string
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
}

/** How it ended. `missing` says that there is no such program. */
export interface Ran {
  readonly ok: boolean
  readonly missing: boolean
  readonly stdout: string
  /** Why it failed, with the last lines it wrote; empty when it did not. */
  readonly why: string
}

/** Runs a program and tells how it ended. Never throws. */
export async function attempt(file: string, args: readonly string[], options: RunOptions): Promise<Ran> {
  const result = await execa(file, args, {
    reject: false,
    timeout: options.seconds * 1000,
    stdin: options.input === undefined ? 'ignore' : 'pipe',
    ...(options.input === undefined ? {} : { input: options.input }),
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    env: { LC_ALL: 'C.UTF-8', ...options.env },
  })
  if (!result.failed) return { ok: true, missing: false, stdout: result.stdout, why: '' }
  const said = lastLines(`${result.stdout}\n${result.stderr}`)
  const reason = result.timedOut ? `no end after ${options.seconds} s` : (result.originalMessage ?? '')
  const why = [reason, said].filter((text) => text !== '').join('\n') || `exit status ${result.exitCode ?? 'unknown'}`
  return { ok: false, missing: result.code === 'ENOENT', stdout: result.stdout, why }
}

/** Runs a program and returns its output. Throws an HaError with the last lines it wrote. */
export async function run(file: string, args: readonly string[], options: RunOptions): Promise<string> {
  const ran = await attempt(file, args, options)
  if (ran.ok) return ran.stdout
  throw new HaError(`${[file, ...args].slice(0, 4).join(' ')} failed: ${ran.why}`, {
    where: 'lab',
    ...(ran.missing ? { mend: `install ${file}` } : {}),
  })
}

function lastLines(text: string): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  return lines.slice(-8).join('\n')
}
