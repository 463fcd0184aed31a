import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createPool, type Pool } from '../../src/connection/pool.ts'
import type { Command, Connection, Endpoint, Target } from '../../src/connection/types.ts'
import { asHaError, ConnectionLostError } from '../../src/lib/errors.ts'
import { type Server, type SshBox, startBox } from './support/ssh-box.ts'
import { endServer, freeze, underWay } from './support/ssh-faults.ts'
import { startProxy } from './support/tcp-proxy.ts'
import { transports } from './support/transports.ts'

type Transport = Endpoint['transport']

const hello: Command = { label: 'hello', script: 'echo in', timeoutSeconds: 30 }

// Each of them waits as long as an operator would have to: so all of them wait at the same time.
describe.concurrent('a connection that does not come back', { timeout: 120_000 }, () => {
  let box: SshBox
  let sshd: Server
  const ends = new Map<Transport, { readonly gone: Server; readonly silent: Server }>()
  const pools: Pool[] = []
  beforeAll(async () => {
    box = await startBox('patience')
    sshd = await box.server('sshd')
    for (const transport of transports)
      ends.set(transport, {
        gone: await box.server(`gone-${transport}`),
        silent: await box.server(`silent-${transport}`),
      })
  })
  afterAll(async () => {
    for (const pool of pools) pool.closeAll()
    await box.remove()
  })

  const end = (transport: Transport, what: 'gone' | 'silent'): Server =>
    ends.get(transport)?.[what] ?? expect.fail('no such server')

  async function connect(server: Server, wish: Partial<Target>): Promise<Connection> {
    const pool = createPool()
    pools.push(pool)
    return await pool.connect(box.target(server, wish))
  }

  const failure = async (doing: Promise<unknown>): Promise<unknown> => await doing.catch((error: unknown) => error)

  it.each(transports)('because the host fell silent, is noticed, by %s', async (transport) => {
    const silent = end(transport, 'silent')
    const connection = await connect(silent, { transport })
    const { done } = await underWay(connection, { label: 'change', script: 'sleep 300', timeoutSeconds: 400 })
    await freeze(box, silent, 'STOP')
    expect(asHaError(await failure(done)).describe()).toMatch(
      /; it had been started, and whether it finished is not known\n {2}→ .*it is safe to start again/,
    )
    await freeze(box, silent, 'CONT')
    expect((await connection.run(hello)).stdout).toBe('in\n')
  })

  it.each(transports)('is told, with what was not done, by %s', async (transport) => {
    const gone = end(transport, 'gone')
    const connection = await connect(gone, { transport })
    const { done } = await underWay(connection, { label: 'stay', script: 'sleep 60', timeoutSeconds: 90 })
    await endServer(box, gone)
    // By then the loss is known.
    expect(await failure(done)).toBeInstanceOf(ConnectionLostError)
    const labels = ['one', 'two']
    const looks = labels.map(async (label) => await failure(connection.run({ ...hello, label })))
    for (const [index, error] of (await Promise.all(looks)).entries()) {
      expect(error).toBeInstanceOf(ConnectionLostError)
      expect(asHaError(error).describe()).toMatch(
        new RegExp(
          `^gone-${transport}: connection lost before “${labels[index] ?? ''}” was started, and not opened again: ` +
            '127.0.0.1 port \\d+ .*\\n.*it is safe to start again',
        ),
      )
    }
  })

  it.each(transports)('because each login is cut, is told after a while, by %s', async (transport) => {
    const proxy = await startProxy(sshd.port ?? 0, () => ({ cutAfterOut: 100 }))
    const wish = { transport, port: proxy.port, hostKeyAlias: `[127.0.0.1]:${sshd.port}` }
    const error = asHaError(await failure(connect(sshd, wish)))
    expect(error.describe()).toMatch(/^sshd: 127.0.0.1 port \d+ broke off the SSH handshake: .*\n.*MaxStartups/)
    expect(proxy.connections).toBeGreaterThan(3)
    proxy.close()
  })
})
