import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createServer as createHttpServer } from 'node:http'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'
import { createServer as createTlsServer } from 'node:tls'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Request } from '../../../src/checks/question.ts'
import { ForwardError } from '../../../src/connection/forward-error.ts'
import { ask, type Dial } from '../../../src/engine/ask.ts'
import { temporaryFolder } from '../support/temporary.ts'

const dialled: Socket[] = []

const dial: Dial = (address, port) =>
  new Promise((resolve, reject) => {
    const socket = connect(port, address, () => {
      dialled.push(socket)
      resolve(socket)
    })
    socket.on('error', reject)
  })

/** Listens on loopback until the test ends. */
function listen(server: Server): Promise<number> {
  const open = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    open.add(socket)
    socket.on('error', () => undefined)
  })
  onTestFinished(() => {
    for (const socket of open) socket.destroy()
    server.close()
  })
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const at = server.address()
      resolve(typeof at === 'object' && at !== null ? at.port : 0)
    })
  })
}

function request(port: number, protocol: Request['protocol'] = 'http'): Request {
  return { address: '127.0.0.1', port, protocol, path: '/readyz?verbose' }
}

function certificate(): { key: Buffer; cert: Buffer } {
  const folder = temporaryFolder()
  const [key, cert] = [join(folder, 'key'), join(folder, 'cert')]
  const subject = ['-subj', '/CN=api', '-days', '2', '-nodes', '-keyout', key, '-out', cert]
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', ...subject], {
    stdio: 'ignore',
  })
  return { key: readFileSync(key), cert: readFileSync(cert) }
}

describe('answered', () => {
  test('status and body, and no credential is sent', async () => {
    const asked: string[] = []
    const port = await listen(
      createHttpServer((message, response) => {
        asked.push(
          `${message.method ?? ''} ${message.url ?? ''} ${JSON.stringify(Object.keys(message.headers).sort())}`,
        )
        response.writeHead(401, { 'content-type': 'text/plain' }).end('no\r\n\r\nentry')
      }),
    )
    expect(await ask(dial, request(port))).toEqual({ kind: 'answered', status: 401, body: 'no\r\n\r\nentry' })
    expect(asked).toEqual(['GET /readyz?verbose ["connection","host","user-agent"]'])
  })

  test('over TLS, whoever signed the certificate', async () => {
    const server = createTlsServer(certificate(), (socket) => {
      socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\n\r\nok'))
    })
    expect(await ask(dial, request(await listen(server), 'https'))).toEqual({
      kind: 'answered',
      status: 200,
      body: 'ok',
    })
  })

  test('in many pieces', async () => {
    const port = await listen(
      createServer((socket) => {
        const pieces = ['HT', 'TP/1.0 20', '0 OK\r', '\n\r', '\na', 'b']
        const next = (): void => {
          const piece = pieces.shift()
          if (piece === undefined) socket.end()
          else socket.write(piece, () => setTimeout(next, 5))
        }
        next()
      }),
    )
    expect(await ask(dial, request(port))).toEqual({ kind: 'answered', status: 200, body: 'ab' })
  })
})

describe('closed: haproxy has no server for it', () => {
  test.each<readonly [what: string, act: (socket: Socket) => void]>([
    ['at once', (socket) => socket.end()],
    ['reset', (socket) => socket.once('data', () => socket.resetAndDestroy())],
    ['after the request', (socket) => socket.once('data', () => socket.end())],
    ['after what is no HTTP', (socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n')],
  ])('%s', async (_, act) => {
    const port = await listen(createServer(act))
    expect(await ask(dial, request(port))).toEqual({ kind: 'closed' })
  })

  test('before TLS begins', async () => {
    const port = await listen(createServer((socket) => socket.end()))
    expect(await ask(dial, request(port, 'https'))).toEqual({ kind: 'closed' })
  })

  test('where nothing else is known than that it is TCP', async () => {
    const port = await listen(createServer((socket) => socket.end()))
    expect(await ask(dial, request(port, 'tcp'))).toEqual({ kind: 'closed' })
  })
})

describe('silent', () => {
  test.each(['http', 'https'] as const)('%s: accepted, and never answered', async (protocol) => {
    const port = await listen(createServer(() => undefined))
    expect(await ask(dial, request(port, protocol))).toEqual({ kind: 'silent' })
    expect(dialled.at(-1)?.destroyed).toBe(true)
  })

  test('an answer that begins and does not end', async () => {
    const port = await listen(createServer((socket) => socket.write('HTTP/1.0 200 OK\r\n\r\npart')))
    expect(await ask(dial, request(port))).toEqual({ kind: 'silent' })
  })

  test('but of TCP alone it means accepted', async () => {
    const since = performance.now()
    const port = await listen(createServer(() => undefined))
    expect(await ask(dial, request(port, 'tcp'))).toEqual({ kind: 'accepted' })
    expect(performance.now() - since).toBeLessThan(2000)
  })
})

describe('refused', () => {
  test('nobody listens', async () => {
    const server = createServer()
    const port = await listen(server)
    await new Promise((resolve) => server.close(resolve))
    const reply = await ask(dial, request(port))
    expect(reply.kind === 'refused' ? reply.why : reply.kind).toContain('ECONNREFUSED')
  })

  test('an answer that does not end is cut off', async () => {
    const port = await listen(
      createServer((socket) => {
        const piece = Buffer.alloc(256 * 1024, 'x')
        const more = (): void => {
          socket.write(piece, (error) => {
            if (error === undefined || error === null) more()
          })
        }
        socket.write('HTTP/1.0 200 OK\r\n\r\n')
        more()
      }),
    )
    expect(await ask(dial, request(port))).toEqual({ kind: 'refused', why: 'the answer does not end' })
    expect(dialled.at(-1)?.destroyed).toBe(true)
  })

  test('a connection that comes too late is refused and closed', async () => {
    const port = await listen(createServer())
    let late: Duplex | undefined
    const slow: Dial = async (address, at) => {
      await new Promise((resolve) => setTimeout(resolve, 2800))
      late = await dial(address, at)
      return late
    }
    expect(await ask(slow, request(port))).toEqual({ kind: 'refused', why: 'no connection within 2.5 s' })
    await expect.poll(() => late?.destroyed, { timeout: 3000 }).toBe(true)
  })

  test('a connection that fails too late disturbs nobody', async () => {
    const slow: Dial = async () => {
      await new Promise((resolve) => setTimeout(resolve, 2800))
      throw new Error('too late')
    }
    expect(await ask(slow, request(1))).toMatchObject({ kind: 'refused' })
    await new Promise((resolve) => setTimeout(resolve, 500))
  })

  test('the far end did not answer the forwarding member', async () => {
    const failing: Dial = () => Promise.reject(new ForwardError('failed', 'no route to host'))
    expect(await ask(failing, request(1))).toEqual({ kind: 'refused', why: 'no route to host' })
  })
})

test('forwarding that is prohibited means not asked, and never refused', async () => {
  const prohibited: Dial = () => Promise.reject(new ForwardError('prohibited', 'lb2 does not forward'))
  expect(await ask(prohibited, request(1))).toEqual({ kind: 'not-asked', why: 'lb2 does not forward' })
})
