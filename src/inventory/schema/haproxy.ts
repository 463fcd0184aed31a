import * as z from 'zod'
import { options, proxy, timeouts } from './proxies.ts'
import { duration, line, name, oneOrMore, port, raw, secret, word } from './words.ts'

const bindObject = z.strictObject({
  at: word.optional().describe('any, address (the host’s own), the name of a VIP, or an IP address'),
  port: port.describe('The port'),
  options: line.optional().describe('More words for the bind line'),
})
const bind = z
  .union([line, bindObject])
  .describe('"*:6443" is every IPv4 address, ":::6443" every address, "api:6443" a VIP')

const global = z
  .strictObject({
    maxconn: z.int().min(1).optional().describe('Connections of the whole process; haproxy works it out unless given'),
    log: oneOrMore(line).optional().describe('Where logs go, with the facility'),
    hard_stop_after: duration.optional().describe('How long a reload may keep old connections alive'),
    extra: raw.optional().describe('Raw lines of the global section'),
  })
  .describe('haproxy’s global section')

const mode = z.enum(['tcp', 'http'])

const defaults = z
  .strictObject({
    mode: mode.optional().describe('What frontends and backends speak unless they say otherwise'),
    options: options.optional(),
    retries: z.int().min(0).optional().describe('How often a failed connection to a server is tried again'),
    maxconn: z.int().min(1).optional().describe('Connections of one frontend'),
    timeouts: timeouts.optional(),
    extra: raw.optional().describe('Raw lines of the defaults section'),
  })
  .describe('haproxy’s defaults section')

const resolvers = z.strictObject({
  nameservers: oneOrMore(word).describe('Name servers: an IP address, or address:port'),
  extra: raw.optional().describe('Raw lines of the resolvers section'),
})

const frontend = z.strictObject({
  bind: z
    .union([bind, z.array(bind).min(1)])
    .optional()
    .describe('Where it listens'),
  default_backend: name.optional().describe('Where its connections go, if it has no servers of its own'),
  maxconn: z.int().min(1).optional(),
  ...proxy,
})

const backend = z.strictObject(proxy)

const stats = z
  .strictObject({
    bind: bind.optional().describe('Where the page is'),
    uri: word.optional().describe('Its path'),
    realm: line.optional().describe('What the browser shows when it asks for the password'),
    user: word.optional().describe('Who may see it'),
    password: z
      .union([z.literal('generate'), secret])
      .optional()
      .describe('The password of the page'),
    refresh: duration.optional().describe('The page loads itself again this often'),
    hide_version: z.boolean().optional().describe('Keep haproxy’s version off the page'),
    admin: z.boolean().optional().describe('Let the page disable servers'),
  })
  .describe('The statistics page; none unless given')

export const haproxySchema = z
  .strictObject({
    global: global.optional(),
    defaults: defaults.optional(),
    resolvers: z.record(name, resolvers).optional().describe('Who resolves the names of servers'),
    frontends: z.record(name, frontend).describe('What clients connect to'),
    backends: z.record(name, backend).optional().describe('Groups of servers that frontends share'),
    stats: stats.optional(),
    health_port: port.optional().describe('The loopback page that keepalived’s check and verify ask'),
    extra: raw.optional().describe('Raw text at the end of haproxy.cfg'),
    version: word
      .optional()
      .describe('The version of the package, 2.8* for any that begins so; the newest there is unless given'),
  })
  .describe('haproxy: what is balanced')
