import * as z from 'zod'
import { duration, hostName, port, raw, secret, word } from './words.ts'

const device = z
  .strictObject({
    host: hostName.describe('Where its corosync-qnetd runs: not on a load balancer'),
    port: port.optional().describe('Its TCP port; 5403 unless given'),
    algorithm: z
      .enum(['ffsplit', 'lms'])
      .optional()
      .describe('ffsplit: half of an even number of members goes on; lms: the last one goes on'),
    tls: z
      .enum(['off', 'on', 'required'])
      .optional()
      .describe(
        'Whether the members talk to it in TLS; off unless given: the certificates are made by hand, with corosync-qdevice-net-certutil',
      ),
  })
  .describe('A quorum device: breaks a tie from outside')

const extra = z.strictObject({
  totem: raw.optional().describe('Raw lines of the totem section'),
  quorum: raw.optional().describe('Raw lines of the quorum section'),
  file: raw.optional().describe('Raw lines at the end of the file'),
})

export const corosyncSchema = z
  .strictObject({
    authkey: z
      .union([z.literal('generate'), secret])
      .optional()
      .describe('The key of the members as base64; kept from the cluster, else made, unless given'),
    token: duration.optional().describe('How long a member may be silent before it counts as lost'),
    crypto_cipher: z.enum(['aes256', 'aes192', 'aes128', 'none']).optional().describe('How messages are encrypted'),
    crypto_hash: z
      .enum(['sha256', 'sha384', 'sha512', 'sha1', 'md5', 'none'])
      .optional()
      .describe('How messages are authenticated'),
    port: port.optional().describe('The UDP port of the first link; each further link has the next one'),
    device: device.optional(),
    extra: extra.optional(),
    version: word
      .optional()
      .describe('The version of the package, 3.1* for any that begins so; the newest there is unless given'),
  })
  .describe('corosync, of ha: pacemaker: who is a member, and whether enough of them are there')
