import { describe, expect, it } from 'vitest'
import { endpointDefaults } from '../../../src/connection/endpoint.ts'
import type { Command, Connection, Running, Target } from '../../../src/connection/types.ts'
import type { Event } from '../../../src/engine/events.ts'
import { ping } from '../../../src/engine/ping.ts'
import { ConnectionLostError, HostError, UnreachableError } from '../../../src/lib/errors.ts'
import { fakeConnection } from '../support/fake-connection.ts'
import { inventoryOf } from '../support/inventory.ts'
import { runOf } from './run-of.ts'

type Ping = Extract<Event, { type: 'ping' }>

const target: Target = {
  ...endpointDefaults({ name: 'lb1', host: '10.0.0.1', user: 'ops' }, {}),
  ...{ jumps: [], become: 'auto', becomePassword: undefined },
}

/** A shell that says these words first, and then every line back; after so many lines it breaks. */
function shell(words: string, { asked = false, breaksAfter = Infinity, by = new Error('broken') } = {}): Running {
  const said = [words]
  let sent = 0
  let wake: () => void = () => undefined
  async function* lines(): AsyncGenerator<string, void, undefined> {
    for (;;) {
      const line = said.shift()
      if (line !== undefined) yield line
      else if (sent > breaksAfter) throw by
      else await new Promise<void>((resolve) => (wake = resolve))
    }
  }
  return {
    ...{ asked, lines: lines(), done: Promise.resolve({ code: 0, stdout: '', stderr: '' }) },
    send: (line) => {
      sent += 1
      if (sent <= breaksAfter) said.push(line)
      wake()
    },
    close: () => Promise.resolve(),
  }
}

async function pinged(start: Connection['start'] | undefined, missing: readonly UnreachableError[] = []) {
  const events: Event[] = []
  const connections = new Map(start === undefined ? [] : [['lb1', fakeConnection('lb1', { start })] as const])
  const ending = await ping(
    runOf(inventoryOf(), { targets: [target], missing, connections, emit: (event) => events.push(event) }),
  )
  const pings = events.filter((event): event is Ping => event.type === 'ping')
  return { ending, pings, events }
}

describe('a ping', () => {
  it.each([
    ['0 ', false, 'already root'],
    ['0 sudo', false, 'sudo'],
    ['0 sudo', true, 'sudo with password'],
    ['0 doas', false, 'doas'],
    ['0 ', true, 'su'],
  ])('of a shell that says “%s” (password asked for: %s) is %s', async (words, asked, become) => {
    const { ending, pings } = await pinged(() => Promise.resolve(shell(words, { asked })))
    expect(ending).toEqual({ outcome: 'done', exitCode: 0 })
    expect(pings).toMatchObject([{ host: 'lb1', state: 'well', become, problem: undefined }])
  })

  it('that is cut off is a host out of sight, and is not tried again', async () => {
    const by = new ConnectionLostError('connection lost while “ping” ran', { where: 'lb1' })
    const commands: Command[] = []
    const { ending, pings, events } = await pinged((command) => {
      commands.push(command)
      return Promise.resolve(shell('0 sudo', { breaksAfter: 2, by }))
    })
    expect(ending).toEqual({ outcome: 'unreachable', exitCode: 4 })
    expect(pings).toMatchObject([{ state: 'unreachable', roundTrip: undefined, problem: { message: by.message } }])
    expect(events).toContainEqual({ type: 'unreachable', host: 'lb1', message: by.message, mend: undefined })
    expect(commands).toHaveLength(1)
  })

  it('where root is refused and the login shell too is told with the first error', async () => {
    const tried: (boolean | undefined)[] = []
    const { ending, pings } = await pinged(({ plain }) => {
      tried.push(plain)
      return Promise.reject(new HostError(plain === true ? 'the second' : 'the first', { mend: 'mend it' }))
    })
    expect(ending).toEqual({ outcome: 'failed', exitCode: 1 })
    expect(pings).toMatchObject([
      { state: 'no root', roundTrip: undefined, problem: { message: 'the first', mend: 'mend it' } },
    ])
    expect(tried).toEqual([false, true])
  })

  it('of a host that was not reached is a row with what is known of the way there', async () => {
    const error = new UnreachableError('nothing listens there', { where: 'lb1', mend: 'start sshd' })
    const { ending, pings } = await pinged(undefined, [error])
    expect(ending.exitCode).toBe(4)
    expect(pings).toMatchObject([
      { state: 'unreachable', user: 'ops', way: [], transport: 'ssh2', problem: { message: error.message } },
    ])
  })
})
