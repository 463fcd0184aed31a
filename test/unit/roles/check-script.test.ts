import { execFile } from 'node:child_process'
import { createServer, type Server } from 'node:http'
import { type AddressInfo, createServer as createTcpServer, type Server as TcpServer } from 'node:net'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { checkScript } from '../../../src/roles/keepalived/check-script.ts'
import { readCase } from './cases.ts'

/** The real script, run by the real bash, against ports of this process. */
const CASE = readCase(join(import.meta.dirname, '../../golden/check-script/reply.yaml'))
const open: (Server | TcpServer)[] = []

afterEach(() => {
  for (const server of open.splice(0)) server.close()
})

async function listen(server: Server | TcpServer): Promise<number> {
  open.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return portOf(server.address())
}

function portOf(address: AddressInfo | string | null): number {
  return typeof address === 'object' && address !== null ? address.port : 0
}

function run(port: number): Promise<{ readonly code: number; readonly took: number }> {
  const haproxy = { ...CASE.inventory.haproxy, healthPort: port }
  const script = checkScript({ ...CASE.inventory, haproxy }, CASE.lb, 'bash')
  const started = Date.now()
  return new Promise((resolve) => {
    const child = execFile('bash', ['-c', script], () => {
      resolve({ code: child.exitCode ?? -1, took: Date.now() - started })
    })
  })
}

test.each([
  [200, 0],
  [503, 1],
])('an answer of %i is exit %i', async (status, code) => {
  const port = await listen(createServer((_, reply) => reply.writeHead(status).end()))
  expect((await run(port)).code).toBe(code)
})

test('a frozen process is found before keepalived’s own time-out', async () => {
  const port = await listen(createTcpServer())
  const { code, took } = await run(port)
  expect(code).toBe(1)
  expect(took).toBeGreaterThan(800)
  expect(took).toBeLessThan(2000)
})

test('nobody listens', async () => {
  const port = await listen(createTcpServer())
  open.splice(0).forEach((server) => server.close())
  expect((await run(port)).code).toBe(1)
})
