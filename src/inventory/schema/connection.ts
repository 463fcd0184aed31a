import * as z from 'zod'
import { duration, filePath, hostName, oneOrMore, port, secret, userName, word } from './words.ts'

const jump = z.strictObject({
  host: hostName.describe('Name or address of the jump host'),
  port: port.optional().describe('Its SSH port'),
  user: userName.optional().describe('Who logs in there; the user of the connection unless given'),
  identity_file: oneOrMore(filePath).optional().describe('Private keys for it; those of the connection unless given'),
})

export const connectionSchema = z
  .strictObject({
    user: userName.optional().describe('Who logs in; your own name unless given'),
    port: port.optional().describe('The SSH port'),
    identity_file: oneOrMore(filePath).optional().describe('Private keys, tried in this order'),
    agent: z.boolean().optional().describe('Use the agent that SSH_AUTH_SOCK names'),
    known_hosts: oneOrMore(filePath).optional().describe('Files with known host keys'),
    host_keys: z
      .enum(['strict', 'accept-new'])
      .optional()
      .describe('strict refuses a host that is not known; accept-new writes it down'),
    connect_timeout: duration.optional().describe('How long to wait for a connection'),
    become: z
      .enum(['auto', 'sudo', 'doas', 'none'])
      .optional()
      .describe('How to get root rights; auto is sudo where a host has it, else doas'),
    password: secret.optional().describe('The password to log in with'),
    passphrase: secret.optional().describe('The passphrase of the private keys'),
    become_password: secret.optional().describe('The password sudo asks for'),
    jump: z.union([word, jump]).optional().describe('The host to go through: user@host:port, or its parts'),
  })
  .describe('How the load balancers are reached')
