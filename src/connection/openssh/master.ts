import { existsSync } from 'node:fs'
import type { Readable } from 'node:stream'
import { Mux } from './mux.ts'
import type { Transcript } from './transcript.ts'

/** How ssh is started. */
export interface Start {
  readonly arguments: readonly string[]
  readonly environment: NodeJS.ProcessEnv
  /** Where the control socket appears. */
  readonly socket: string
  /** Gets what it says. */
  readonly transcript: Transcript
  /** Ends it before it has logged in. */
  readonly abort: AbortSignal
  readonly onProcess: (pid: number) => void
}

/** A control master that has logged in, with our connection to it. */
export interface Master {
  readonly mux: Mux
  readonly transcript: Transcript
  /** Its stderr, which ends with it. */
  readonly stderr: Readable
}

/**
 * Starts a control master; undefined when it did not log in. With ControlPersist ssh goes into the background as soon as
 * it has logged in and its socket is there, so its first process ends then, by 0. In a session of its own: a Ctrl-C at
 * the terminal is for us to handle, and ssh has no terminal to ask questions at.
 */
export async function startMaster({ transcript, ...start }: Start): Promise<Master | undefined> {
  const { execa } = await import('execa')
  const child = execa('ssh', start.arguments, {
    env: start.environment,
    extendEnv: false,
    stdin: 'ignore',
    stdout: 'ignore',
    stderr: 'pipe',
    buffer: false,
    reject: false,
    cleanup: false,
    detached: true,
  })
  // Settles only when the background process has ended too, for it holds stderr.
  void child.catch(() => undefined)
  if (child.pid !== undefined) start.onProcess(child.pid)
  const { stderr } = child
  stderr.setEncoding('utf8')
  stderr.on('data', (text: string) => {
    transcript.push(text)
  })
  const kill = (): void => {
    child.kill('SIGTERM')
    setTimeout(() => child.kill('SIGKILL'), 1000).unref()
  }
  start.abort.addEventListener('abort', kill)
  if (start.abort.aborted) kill()
  const code = await new Promise<number | null>((resolve) => {
    child.once('exit', resolve)
    child.once('error', () => {
      resolve(null)
    })
  })
  start.abort.removeEventListener('abort', kill)
  if (code === 0 && existsSync(start.socket)) {
    try {
      const mux = await Mux.to(start.socket)
      transcript.forget()
      return { mux, transcript, stderr }
    } catch (error) {
      transcript.push(`${String(error)}\n`)
    }
  }
  await ended(stderr)
  return undefined
}

const LAST_WORDS_MS = 500

/** Waits for the last words; not long, for a program that ssh has started may hold the stream. */
export async function ended(stderr: Readable): Promise<void> {
  if (!stderr.closed) {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, LAST_WORDS_MS)
      stderr.once('close', () => {
        clearTimeout(timer)
        resolve()
      })
    })
  }
  stderr.destroy()
}
