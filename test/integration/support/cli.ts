import { execa } from 'execa'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import type { Event } from '../../../src/engine/events.ts'

const BIN = fileURLToPath(new URL('../../../dist/main.js', import.meta.url))

/** How a run of the real, compiled program ended. */
export interface Ran {
  readonly code: number
  readonly events: readonly Event[]
  readonly stdout: string
  readonly stderr: string
}

const event = z.custom<Event>((value) => z.object({ type: z.string() }).loose().safeParse(value).success)

/** The events in JSON lines. A line that is none is a defect, and throws. */
export function parseEvents(stdout: string): readonly Event[] {
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => event.parse(JSON.parse(line)))
}

/** Runs the program with `--json` and waits for its end, whatever that is. */
export async function cli(words: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ran> {
  const { exitCode, stdout, stderr } = await execa('node', [BIN, ...words, '--json'], {
    reject: false,
    env,
    stdin: 'ignore',
    timeout: 240_000,
  })
  return { code: exitCode ?? -1, events: parseEvents(stdout), stdout, stderr }
}

/** Runs the program as a person would, without `--json`. */
export async function cliText(
  words: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Omit<Ran, 'events'>> {
  const { exitCode, stdout, stderr } = await execa('node', [BIN, ...words], {
    reject: false,
    env,
    stdin: 'ignore',
    timeout: 240_000,
  })
  return { code: exitCode ?? -1, stdout, stderr }
}

export interface Started {
  /** The first event that fits. Rejects when the program ends without one. */
  seen(fits: (event: Event) => boolean): Promise<Event>
  kill(signal: NodeJS.Signals): void
  readonly ended: Promise<Ran>
}

/** Starts the program with `--json`, to be killed at a named event. */
export function startCli(words: readonly string[]): Started {
  const child = execa('node', [BIN, ...words, '--json'], { reject: false, stdin: 'ignore', timeout: 240_000 })
  const events: Event[] = []
  const waiting: {
    fits: (event: Event) => boolean
    resolve: (event: Event) => void
    reject: (error: Error) => void
  }[] = []
  const reading = (async () => {
    for await (const line of child) {
      const [one] = parseEvents(line)
      if (one === undefined) continue
      events.push(one)
      for (const waiter of waiting.filter(({ fits }) => fits(one))) waiter.resolve(one)
    }
  })().catch(() => undefined)
  const ended = (async (): Promise<Ran> => {
    const { exitCode, stdout, stderr } = await child
    await reading
    for (const { reject } of waiting) reject(new Error(`the program ended without the event:\n${stdout}\n${stderr}`))
    return { code: exitCode ?? -1, events, stdout, stderr }
  })()
  return {
    seen: (fits) =>
      new Promise((resolve, reject) => {
        const before = events.find(fits)
        if (before !== undefined) resolve(before)
        else waiting.push({ fits, resolve, reject })
      }),
    kill: (signal) => child.kill(signal),
    ended,
  }
}

/** The events of one type. */
export function ofType<T extends Event['type']>(
  events: readonly Event[],
  type: T,
): readonly Extract<Event, { type: T }>[] {
  return events.filter((one): one is Extract<Event, { type: T }> => one.type === type)
}

/** The last event, which is the outcome. */
export function outcome({ events }: Pick<Ran, 'events'>): Extract<Event, { type: 'finished' }> {
  const [last] = ofType(events.slice(-1), 'finished')
  if (last === undefined) throw new Error('the last event is not the outcome')
  return last
}
