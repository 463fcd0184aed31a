import { randomUUID } from 'node:crypto'
import { words } from '../../lib/shell.ts'

/** What a command printed, on both streams, and how it ended; undefined: it had not when its time was over. */
export interface Answer {
  readonly code: number | undefined
  readonly text: string
}

/**
 * Runs commands one after the other in one shell, which starts them in a tenth of the time that this process needs.
 * After so many seconds all that still runs is killed.
 */
export async function runInShell(
  commands: readonly (readonly string[])[],
  environment: NodeJS.ProcessEnv,
  seconds: number,
): Promise<Answer[]> {
  const { execa } = await import('execa')
  const mark = randomUUID()
  const lines = commands.map((command) => `${words(...command)} </dev/null 2>&1; printf '\\n%s\\n' "${mark} $?"\n`)
  // A group of its own: what a command has started holds its output open, and is to be killed with it.
  const child = execa('/bin/sh', ['-s'], {
    ...{ reject: false, input: lines.join(''), env: environment, extendEnv: false, detached: true },
  })
  const timer = setTimeout(() => {
    killGroup(child.pid)
    // What left the group may hold the output open.
    child.stdout.destroy()
  }, seconds * 1000)
  const { stdout } = await child
  clearTimeout(timer)
  const parts = `${stdout}\n`.split(new RegExp(`\n${mark} (\\d+)\n`))
  return commands.map((_, index) => {
    const code = parts[index * 2 + 1]
    return { code: code === undefined ? undefined : Number(code), text: parts[index * 2] ?? '' }
  })
}

function killGroup(leader: number | undefined): void {
  try {
    if (leader !== undefined) process.kill(-leader, 'SIGKILL')
  } catch {
    // All of it has ended.
  }
}
