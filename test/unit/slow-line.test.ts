import { once } from 'node:events'
import { type Socket, connect, createServer } from 'node:net'
import { describe, expect, it } from 'vitest'
import { type DelayOptions, type DelayProxy, startDelayProxy } from '../integration/support/delay-proxy.ts'
import { manyLines, sha256 } from '../integration/support/many-lines.ts'

/** A server, and a slow line to it, for as long as `use` takes. */
async function withLine(
  serve: (socket: Socket) => void,
  options: Omit<DelayOptions, 'to'>,
  use: (line: DelayProxy) => Promise<void>,
): Promise<void> {
  const server = createServer({ allowHalfOpen: true }, serve)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const to = typeof address === 'object' && address !== null ? address.port : 0
  const line = await startDelayProxy({ to, ...options })
  try {
    await use(line)
  } finally {
    line.close()
    server.close()
  }
}

/** Says how much it was told, when it has been told all. */
const listener = (socket: Socket): void => {
  let told = ''
  socket.on('data', (chunk) => (told += chunk.toString()))
  socket.on('end', () => socket.end(`${told.length} bytes: ${sha256(told)}`))
}

describe('the slow line that tests use', () => {
  it('delivers late, in order and whole, tells the end of one direction, and counts round trips', async () => {
    await withLine(listener, { delayMs: 50, loss: { seed: 3, chance: 0.01 } }, async (line) => {
      const text = manyLines(2, 2 ** 20)
      const since = performance.now()
      const client = connect({ host: '127.0.0.1', port: line.port, allowHalfOpen: true })
      client.end(text)
      const answer = (await client.toArray()).join('')
      expect(answer).toBe(`${text.length} bytes: ${sha256(text)}`)
      // TCP's handshake, and one round trip: not less, however fast the machine. A timer may be a millisecond early.
      expect(performance.now() - since).toBeGreaterThan(195)
      expect(line.passages).toEqual([{ trips: 2, sent: text.length, received: answer.length }])
    })
  })

  it('counts one round trip for each question that waits for the answer before it', async () => {
    const echo = (socket: Socket): void => {
      socket.on('data', (chunk) => socket.write(chunk))
    }
    await withLine(echo, { delayMs: 20 }, async (line) => {
      const client = connect({ host: '127.0.0.1', port: line.port })
      for (let question = 1; question <= 5; question += 1) {
        client.write('?')
        await once(client, 'data')
        expect(line.passages[0]?.trips).toBe(1 + question)
      }
      client.destroy()
    })
  })

  it('hands on a reset as one', async () => {
    const reset = (socket: Socket): void => {
      socket.once('data', () => socket.resetAndDestroy())
    }
    await withLine(reset, { delayMs: 5 }, async (line) => {
      const client = connect({ host: '127.0.0.1', port: line.port })
      client.write('hello')
      await expect(once(client, 'end')).rejects.toThrow('ECONNRESET')
    })
  })
})
