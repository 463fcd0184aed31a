import { connect as tlsConnect } from 'node:tls'
import type { Duplex } from 'node:stream'
import type { Reply, Request } from '../checks/question.ts'
import { ForwardError } from '../connection/forward-error.ts'

/** Opens a connection somewhere: on a member, on the jump host, or here. */
export type Dial = (address: string, port: number) => Promise<Duplex>

/** How long an answer may take, in milliseconds. */
const PATIENCE = 2500
/** How long a connection of unknown protocol has to stay open to count as accepted. */
const SETTLING = 300
/** A page of statistics is some kilobytes; more than this is not one. */
const MOST = 4 * 1024 * 1024

/** Sends a request over a channel and tells what became of it. Never throws: every outcome is a reply. */
export async function ask(dial: Dial, request: Request): Promise<Reply> {
  let channel: Duplex
  try {
    channel = await withDeadline(dial(request.address, request.port), PATIENCE)
  } catch (error) {
    if (error instanceof ForwardError && error.reason === 'prohibited') return { kind: 'not-asked', why: error.message }
    return { kind: 'refused', why: error instanceof Error ? error.message : String(error) }
  }
  try {
    return await converse(channel, request)
  } finally {
    channel.destroy()
  }
}

function converse(channel: Duplex, request: Request): Promise<Reply> {
  return new Promise((resolve) => {
    const deadline = setTimeout(
      () => {
        resolve(request.protocol === 'tcp' ? { kind: 'accepted' } : { kind: 'silent' })
      },
      request.protocol === 'tcp' ? SETTLING : PATIENCE,
    )
    const settle = (reply: Reply): void => {
      clearTimeout(deadline)
      resolve(reply)
    }
    // The certificate is the API server's business: this asks whether somebody answers, and sends no credential.
    const stream: Duplex =
      request.protocol === 'https' ? tlsConnect({ socket: channel, rejectUnauthorized: false }) : channel
    let received = ''
    const closed = (): void => {
      settle(parseReply(received) ?? { kind: 'closed' })
    }
    for (const end of new Set([stream, channel])) end.on('error', closed).on('close', closed).on('end', closed)
    stream.on('data', (chunk: Buffer) => {
      received += chunk.toString('latin1')
      if (received.length > MOST) settle({ kind: 'refused', why: 'the answer does not end' })
    })
    if (request.protocol !== 'tcp') {
      stream.write(
        `GET ${request.path} HTTP/1.0\r\nHost: ${request.address}\r\nUser-Agent: ha-provision\r\nConnection: close\r\n\r\n`,
      )
    }
  })
}

/** Status and body of an HTTP/1 reply that has ended. */
function parseReply(received: string): Reply | undefined {
  const status = /^HTTP\/1\.[01] (\d{3})/.exec(received)?.[1]
  if (status === undefined) return undefined
  const end = received.indexOf('\r\n\r\n')
  const head = end < 0 ? received : received.slice(0, end)
  const rest = end < 0 ? '' : received.slice(end + 4)
  // haproxy's statistics come in chunks, to a request of version 1.0 as well.
  const body = /^transfer-encoding:[^\r\n]*chunked/im.test(head) ? joinChunks(rest) : rest
  return { kind: 'answered', status: Number(status), body }
}

/** The content of chunks (RFC 9112, 7.1), up to the last whole one. */
function joinChunks(chunked: string): string {
  let content = ''
  for (let rest = chunked; ;) {
    const size = /^([0-9a-f]+)[^\r\n]*\r\n/i.exec(rest)
    const length = Number.parseInt(size?.[1] ?? '0', 16)
    if (size === null || length === 0) return content
    const from = size[0].length
    content += rest.slice(from, from + length)
    rest = rest.slice(from + length + 2)
  }
}

async function withDeadline(dialing: Promise<Duplex>, milliseconds: number): Promise<Duplex> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`no connection within ${milliseconds / 1000} s`))
      // A connection that comes too late is closed, not leaked.
      dialing.then(
        (channel) => channel.destroy(),
        () => undefined,
      )
    }, milliseconds)
  })
  try {
    return await Promise.race([dialing, late])
  } finally {
    clearTimeout(timer)
  }
}
