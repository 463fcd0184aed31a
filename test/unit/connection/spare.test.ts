import { afterEach, describe, expect, it } from 'vitest'
import { LOADER } from '../../../src/connection/execution/spare.ts'
import { createPool } from '../../../src/connection/pool.ts'
import { type TestServer, type TestServerOptions, runLocally, startServer } from './server.ts'

const first = { label: 'first', script: 'echo one', timeoutSeconds: 10, followed: true }
const second = { label: 'second', script: 'cat; echo two; id -u >&2', timeoutSeconds: 10 }

describe('a channel opened ahead', () => {
  let server: TestServer
  const pool = createPool()
  afterEach(async () => {
    pool.closeAll()
    await server.stop()
  })

  const connect = async (options: TestServerOptions = {}, labels: string[] = []) => {
    server = await startServer(options)
    return await createPool({ onExecution: (_host, label) => labels.push(label) }).connect(server.target())
  }

  it('takes the next command, and is an execution only then', async () => {
    const labels: string[] = []
    const connection = await connect({}, labels)
    expect(await connection.run(first)).toMatchObject({ code: 0, stdout: 'one\n' })
    expect(labels).toEqual(['first'])
    expect(await connection.run(second)).toMatchObject({
      code: 0,
      stdout: 'two\n',
      stderr: `${process.getuid?.() ?? ''}\n`,
    })
    expect(labels).toEqual(['first', 'second'])
    expect(server.commandLines).toHaveLength(2)
    expect(server.commandLines[1]).toBe(LOADER)
    // The one after asks for itself again.
    await connection.run(second)
    expect(server.commandLines).toHaveLength(3)
    connection.close()
  })

  it('is left to one of those that come at the same time', async () => {
    const connection = await connect()
    await connection.run(first)
    const results = await Promise.all([1, 2, 3].map(async () => await connection.run(second)))
    expect(results.map(({ stdout }) => stdout)).toEqual(['two\n', 'two\n', 'two\n'])
    expect(server.commandLines.filter((line) => line === LOADER)).toHaveLength(1)
    connection.close()
  })

  it('is one for a connection, however many commands are followed at the same time', async () => {
    const connection = await connect()
    await Promise.all([1, 2, 3].map(async () => await connection.run(first)))
    expect(server.commandLines.filter((line) => line === LOADER)).toHaveLength(1)
    connection.close()
  })

  it('is done without where the host has ended it', async () => {
    const connection = await connect({
      exec: (channel, commandLine) => {
        if (commandLine !== LOADER) runLocally(channel, commandLine)
        else {
          channel.exit(1)
          channel.end()
        }
      },
    })
    await connection.run(first)
    expect(await connection.run(second)).toMatchObject({ stdout: 'two\n' })
    expect(server.commandLines).toHaveLength(3)
    connection.close()
  })

  it('what the host says on it before the command is none of its output', async () => {
    const connection = await connect({
      exec: (channel, commandLine) => {
        channel.write('welcome\n')
        channel.stderr.write('mind the gap\n')
        runLocally(channel, commandLine)
      },
    })
    await connection.run(first)
    expect(await connection.run(second)).toMatchObject({ stdout: 'two\n', stderr: `${process.getuid?.() ?? ''}\n` })
    connection.close()
  })

  it.each(['echo here; cat', 'echo here\ncat'])('leaves its stdin to a command that stays: %j', async (script) => {
    const connection = await connect()
    await connection.run(first)
    const running = await connection.start({ label: 'stays', script, timeoutSeconds: 10 })
    running.send('and there')
    await running.close()
    expect(await running.done).toMatchObject({ stdout: 'here\nand there\n' })
    connection.close()
  })

  it('runs nothing when no command comes', async () => {
    const ends: (number | null)[] = []
    const connection = await connect({
      exec: (channel, commandLine) => {
        const exit = channel.exit.bind(channel)
        channel.exit = (status: number | string, ...rest: []) => {
          if (commandLine === LOADER && typeof status === 'number') ends.push(status)
          exit(Number(status), ...rest)
        }
        runLocally(channel, commandLine)
      },
    })
    await connection.run(first)
    connection.close()
    await expect.poll(() => ends).toEqual([1])
  })
})
