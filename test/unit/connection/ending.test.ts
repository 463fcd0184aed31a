import { createServer } from 'node:net'
import type { Server, Socket } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createPool } from '../../../src/connection/pool.ts'
import { startServer, type TestServer } from './server.ts'

/** Accepts and says nothing. */
let silent: Server
let port = 0
let server: TestServer
const sockets = new Set<Socket>()
let closed = 0

beforeEach(async () => {
  closed = 0
  server = await startServer()
  silent = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('close', () => {
      closed += 1
    })
    socket.resume()
  })
  port = await new Promise<number>((resolve) => {
    silent.listen(0, '127.0.0.1', () => {
      const address = silent.address()
      resolve(typeof address === 'object' && address !== null ? address.port : 0)
    })
  })
})
afterEach(async () => {
  for (const socket of sockets) socket.destroy()
  sockets.clear()
  silent.close()
  await server.stop()
})

test.each(['ssh2', 'openssh'] as const)('a login in progress ends with the run: %s', async (transport) => {
  const pool = createPool()
  const login = pool.connect(server.target({ port, connectTimeoutSeconds: 600, transport, sshConfig: 'none' }))
  const outcome = expect(login).rejects.toThrow('the run has ended')
  await expect.poll(() => sockets.size).toBe(1)
  pool.closeAll()
  await outcome
  await expect.poll(() => closed).toBe(1)
})

test('so does one through a jump host', async () => {
  const pool = createPool()
  const jumps = [server.target({ name: 'bastion' })]
  const login = pool.connect(server.target({ port, connectTimeoutSeconds: 600, jumps }))
  const outcome = expect(login).rejects.toThrow('the run has ended')
  await expect.poll(() => sockets.size, { timeout: 5000 }).toBe(1)
  pool.closeAll()
  await outcome
})

test('one that has only just been asked for ends too', async () => {
  const pool = createPool()
  const outcome = expect(pool.connect(server.target({ port, connectTimeoutSeconds: 600 }))).rejects.toThrow(
    'the run has ended',
  )
  // It reads its keys now.
  await Promise.resolve()
  pool.closeAll()
  await outcome
})

test('an interruption ends logins, and leaves connections that are there', async () => {
  const interruption = new AbortController()
  const pool = createPool({ signal: interruption.signal })
  const connection = await pool.connect(server.target())
  const login = pool.connect(server.target({ port, connectTimeoutSeconds: 600 }))
  const outcome = expect(login).rejects.toThrow('the run was interrupted')
  await expect.poll(() => sockets.size).toBe(1)
  interruption.abort()
  await outcome
  await expect(pool.connect(server.target())).rejects.toThrow('the run was interrupted')
  expect(await connection.run({ label: 'still', script: 'echo here', timeoutSeconds: 10 })).toMatchObject({
    stdout: 'here\n',
  })
  pool.closeAll()
})
