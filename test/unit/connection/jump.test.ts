import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { once } from 'node:events'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ForwardError } from '../../../src/connection/forward-error.ts'
import { createPool } from '../../../src/connection/pool.ts'
import { UnreachableError } from '../../../src/lib/errors.ts'
import { startServer } from './server.ts'
import type { TestServer } from './server.ts'

let bastion: TestServer
let host: TestServer
const echo = { label: 'echo', script: 'echo in', timeoutSeconds: 5 }

beforeAll(async () => {
  bastion = await startServer()
  host = await startServer()
})
afterAll(async () => {
  await host.stop()
  await bastion.stop()
})

const jump = (wish = {}) => bastion.target({ name: 'bastion', ...wish })

test('many hosts share one connection to the jump host', async () => {
  const pool = createPool()
  const connections = await Promise.all(
    Array.from({ length: 40 }, async () => await pool.connect(host.target({ jumps: [jump()] }))),
  )
  expect(bastion.clients.size).toBe(1)
  const results = await Promise.all(connections.map(async (connection) => await connection.run(echo)))
  expect(results.every((result) => result.stdout === 'in\n')).toBe(true)
  expect(host.peak.logins).toBeLessThanOrEqual(8)
  pool.closeAll()
})

test('a hundred connections at once', async () => {
  const pool = createPool()
  const connections = await Promise.all(Array.from({ length: 100 }, async () => await pool.connect(host.target())))
  expect(connections).toHaveLength(100)
  pool.closeAll()
})

test('a jump host that dies takes its hosts with it, and can be used again', async () => {
  const pool = createPool()
  const target = host.target({ jumps: [jump()] })
  const connection = await pool.connect(target)
  const pending = connection.run({ ...echo, script: 'sleep 20' })
  setTimeout(() => {
    bastion.clients.forEach((client) => client.end())
  }, 200)
  await expect(pending).rejects.toThrow(UnreachableError)
  expect((await (await pool.connect(target)).run(echo)).stdout).toBe('in\n')
  pool.closeAll()
})

test('a jump host that is not there', async () => {
  const outcome = createPool().connect(host.target({ jumps: [jump({ port: 1 })] }))
  await expect(outcome).rejects.toThrow(UnreachableError)
  await expect(outcome).rejects.toThrow('its jump host bastion is not reached: 127.0.0.1 port 1 cannot be reached')
})

test('a host that the jump host does not reach', async () => {
  const pool = createPool()
  const outcome = pool.connect(host.target({ jumps: [jump()], port: 1 }))
  await expect(outcome).rejects.toThrow('not reached through jump host bastion: cannot reach 127.0.0.1:1 from there')
  pool.closeAll()
})

test('forward gives a connection that begins on the host', async () => {
  const server = createServer((socket) => socket.end('hello'))
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const address = server.address()
  const pool = createPool()
  const connection = await pool.connect(host.target())
  const stream = await connection.forward('127.0.0.1', portOf(address))
  const chunks: Buffer[] = []
  stream.on('data', (chunk: Buffer) => chunks.push(chunk))
  await once(stream, 'end')
  expect(Buffer.concat(chunks).toString()).toBe('hello')
  await expect(connection.forward('127.0.0.1', 1)).rejects.toBeInstanceOf(ForwardError)
  pool.closeAll()
  server.close()
})

test('forwards are not counted among the channels', async () => {
  const server = createServer(() => undefined)
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const pool = createPool()
  const connection = await pool.connect(host.target())
  const port = portOf(server.address())
  const streams = await Promise.all(Array.from({ length: 20 }, async () => await connection.forward('127.0.0.1', port)))
  expect((await connection.run(echo)).stdout).toBe('in\n')
  streams.forEach((stream) => stream.destroy())
  pool.closeAll()
  server.close()
})

function portOf(address: AddressInfo | string | null): number {
  return typeof address === 'object' && address !== null ? address.port : 0
}
