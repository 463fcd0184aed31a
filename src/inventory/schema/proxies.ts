import * as z from 'zod'
import { duration, hostName, line, name, oneOrMore, port, raw, word } from './words.ts'

export const options = oneOrMore(line).describe('Words after "option": redispatch, forwardfor except 127.0.0.0/8')

/** haproxy's `timeout` settings, in its own words. */
export const timeouts = z
  .strictObject({
    connect: duration.optional().describe('Until a server accepts'),
    client: duration.optional().describe('Silence of a client; too short cuts watches and logs -f'),
    server: duration.optional().describe('Silence of a server; too short cuts watches and logs -f'),
    tunnel: duration.optional().describe('Silence of both, once both have spoken'),
    'client-fin': duration.optional().describe('Silence of a client that has half closed'),
    'server-fin': duration.optional().describe('Silence of a server that has half closed'),
    'http-request': duration.optional().describe('Until a request is complete'),
    'http-keep-alive': duration.optional().describe('Until the next request'),
    queue: duration.optional().describe('Waiting for a free server'),
    check: duration.optional().describe('Until a health check has its answer, after connecting'),
    tarpit: duration.optional().describe('How long tarpitted connections are kept'),
  })
  .describe('haproxy’s time-outs')

const serverOptionShape = {
  inter: duration.optional().describe('Time between two checks'),
  fastinter: duration.optional().describe('The same while the state is changing'),
  downinter: duration.optional().describe('The same while the server is down'),
  rise: z.int().min(1).optional().describe('Good checks until it is up'),
  fall: z.int().min(1).optional().describe('Bad checks until it is down'),
  slowstart: duration.optional().describe('How long it warms up; delays kubeadm init'),
  maxconn: z.int().min(0).optional().describe('Connections to one server'),
  maxqueue: z.int().min(0).optional().describe('Connections waiting for one server'),
  weight: z.int().min(0).max(256).optional().describe('Its share'),
  resolvers: name.optional().describe('The resolvers that resolve its name'),
  on_marked_down: z
    .enum(['shutdown-sessions', 'none'])
    .optional()
    .describe('What happens to its sessions when it goes down'),
  extra: line.optional().describe('More words for the server line'),
}

const serverOptions = z.strictObject(serverOptionShape).describe('What every server gets')

const server = z.union([
  word,
  z.strictObject({
    address: hostName.describe('Name or address'),
    port: port.describe('Its port'),
    backup: z.boolean().optional().describe('Used only when all others are down'),
    ...serverOptionShape,
  }),
])

const checkKind = z.enum(['readyz', 'tcp', 'http', 'tcp-check', 'none'])

const check = z
  .union([
    checkKind,
    z.strictObject({
      kind: checkKind
        .optional()
        .describe('readyz asks over TLS, http in clear text, tcp connects, tcp-check follows rules in extra'),
      method: z.enum(['GET', 'HEAD', 'OPTIONS']).optional(),
      path: word.optional().describe('What is asked for'),
      expect: oneOrMore(z.int().min(100).max(599)).optional().describe('Statuses that mean up'),
    }),
  ])
  .describe('How haproxy judges the servers')

/** What a frontend with servers of its own and a backend have in common. */
export const proxy = {
  mode: z.enum(['tcp', 'http']).optional().describe('What it speaks; that of defaults unless given'),
  balance: line.optional().describe('How connections are spread'),
  check: check.optional(),
  retries: z.int().min(0).optional(),
  default_server: serverOptions.optional(),
  servers: z.record(name, server).optional().describe('The servers: name: "address:port"'),
  options: options.optional(),
  timeouts: timeouts.optional(),
  extra: raw.optional().describe('Raw lines of this section'),
}
