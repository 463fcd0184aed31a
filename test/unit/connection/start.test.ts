import { afterAll, beforeAll, expect, test } from 'vitest'
import { LineQueue } from '../../../src/connection/execution/line-queue.ts'
import { createPool } from '../../../src/connection/pool.ts'
import type { Connection } from '../../../src/connection/types.ts'
import { UnreachableError } from '../../../src/lib/errors.ts'
import { startServer } from './server.ts'
import type { TestServer } from './server.ts'

let server: TestServer
let host: Connection
const pool = createPool()
const start = async (script: string, timeoutSeconds = 30) => await host.start({ label: 'stay', script, timeoutSeconds })

beforeAll(async () => {
  server = await startServer()
  host = await pool.connect(server.target())
})
afterAll(async () => {
  pool.closeAll()
  await server.stop()
})

async function collect(lines: AsyncIterable<string>): Promise<string[]> {
  const all: string[] = []
  for await (const line of lines) all.push(line)
  return all
}

test('lines come as they are printed, and answer what is sent', async () => {
  const running = await start(`echo "it's held"; while read -r l; do echo "got $l"; done; echo bye; exit 4`)
  running.send('one')
  running.send('two')
  const lines = collect(running.lines)
  await running.close()
  expect(await lines).toEqual(["it's held", 'got one', 'got two', 'bye'])
  expect((await running.done).code).toBe(4)
})

test('it ends by its end of input when the connection goes', async () => {
  const other = await startServer()
  const connection = await pool.connect(other.target())
  const running = await connection.start({ label: 'stay', script: 'echo held; cat', timeoutSeconds: 30 })
  const lines = collect(running.lines)
  setTimeout(() => {
    other.clients.forEach((client) => client.end())
  }, 100)
  await expect(running.done).rejects.toThrow(UnreachableError)
  await expect(lines).rejects.toThrow(UnreachableError)
  await running.close()
  await other.stop()
})

test('its deadline kills it', async () => {
  const running = await start('sleep 60', 1)
  await expect(running.done).rejects.toThrow('stay: did not finish within 1 s')
})

test('much output that nobody reads is drained', async () => {
  const running = await start('yes | head -c 30000000; echo; echo end')
  const { stdout } = await running.done
  expect(stdout.endsWith('end\n')).toBe(true)
  expect(stdout.length).toBeLessThan(200_000)
})

test('it holds one of the eight channels until it ends, and what comes when all are held gets a connection of its own', async () => {
  // A server of its own: a channel of the test before may still be closing, and would count.
  const other = await startServer()
  const connection = await pool.connect(other.target())
  const one = { label: 'stay', script: 'cat', timeoutSeconds: 30 }
  const running = await Promise.all(Array.from({ length: 8 }, async () => await connection.start(one)))
  expect(other.clients.size).toBe(1)
  await connection.run({ label: 'ninth', script: 'true', timeoutSeconds: 5 })
  expect(other.clients.size).toBe(2)
  await Promise.all(
    running.map(async (held) => {
      await held.close()
    }),
  )
  await other.stop()
})

test('a script too long for a command line is refused', async () => {
  await expect(start(': '.repeat(20_000))).rejects.toThrow('may have 32768 bytes')
})

test('a queue keeps lines whole, and the last one without its end', async () => {
  const queue = new LineQueue()
  queue.push('a\nb')
  queue.push('c\n')
  queue.push('d')
  queue.end()
  expect(await collect(queue)).toEqual(['a', 'bc', 'd'])
})
