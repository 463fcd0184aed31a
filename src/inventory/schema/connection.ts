import * as z from 'zod'
import { duration, filePath, fingerprint, hostName, oneOrMore, port, secret, userName, word } from './words.ts'

const hostKey = z
  .union([
    fingerprint,
    z.array(fingerprint).min(1, 'this list is empty, so any key would do; write a fingerprint, or remove the key'),
  ])
  .describe(
    'Fingerprints as ssh-keygen -l prints them: its host key has to have one of them, and known_hosts is not asked',
  )

const oneTimeCode = secret.describe(
  'Where the one-time code comes from that is asked for at the login, looked up anew for each: { command: "oathtool …" }',
)

const jumpHost = z.strictObject({
  host: hostName.describe('Name or address of the jump host'),
  port: port.optional().describe('Its SSH port'),
  user: userName.optional().describe('Who logs in there; the user of the connection unless given'),
  identity_file: oneOrMore(filePath).optional().describe('Private keys for it; those of the connection unless given'),
  host_key: hostKey.optional(),
  password: secret.optional().describe('The password to log in with there'),
  one_time_code: oneTimeCode.optional(),
  passphrase: secret.optional().describe('The passphrase of its private keys'),
})

const oneJump = z.union([word, jumpHost])
const jump = z
  .union([word, jumpHost, z.array(oneJump).min(1, 'this list is empty; write none where there is no jump host')])
  .describe(
    'The host to go through: user@host:port, or its parts; several in a list, the nearest first; none: no jump host',
  )

const transport = z
  .enum(['auto', 'ssh2', 'openssh'])
  .describe(
    'ssh2 is built in; openssh is the ssh of this machine, for certificates, hardware keys, GSSAPI and ProxyCommand; auto takes it where a key needs it',
  )

const become = z
  .enum(['auto', 'sudo', 'doas', 'su', 'none'])
  .describe('How to get root rights; auto is sudo where a host has it, else doas')

export type RawJump = z.infer<typeof jumpHost>
export type RawJumps = z.infer<typeof jump>

/** What a load balancer may have of its own. */
export const ownConnection = {
  identity_file: oneOrMore(filePath).optional().describe('Private keys for it; those of the connection unless given'),
  host_key: hostKey.optional(),
  jump: jump.optional(),
  transport: transport.optional(),
  become: become.optional(),
  password: secret.optional().describe('The password to log in with'),
  one_time_code: oneTimeCode.optional(),
  become_password: secret.optional().describe('The password sudo or su asks for'),
}

export const connectionSchema = z
  .strictObject({
    user: userName.optional().describe('Who logs in; what ssh_config says, or your own name, unless given'),
    port: port.optional().describe('The SSH port'),
    identity_file: oneOrMore(filePath).optional().describe('Private keys, tried in this order'),
    agent: z.boolean().optional().describe('Use the agent that SSH_AUTH_SOCK names'),
    known_hosts: oneOrMore(filePath).optional().describe('Files with known host keys'),
    host_keys: z
      .enum(['strict', 'accept-new'])
      .optional()
      .describe('strict refuses a host that is not known; accept-new writes it down'),
    connect_timeout: duration.optional().describe('How long to wait for a connection'),
    become: become.optional(),
    password: secret.optional().describe('The password to log in with'),
    one_time_code: oneTimeCode.optional(),
    passphrase: secret.optional().describe('The passphrase of the private keys'),
    become_password: secret.optional().describe('The password sudo or su asks for'),
    jump: jump.optional(),
    transport: transport.optional(),
    ssh_config: filePath.optional().describe("The ssh_config file to follow instead of ssh's usual ones; none: none"),
  })
  .describe('How the load balancers are reached')
