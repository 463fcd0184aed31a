import { words } from '../../lib/shell.ts'
import type { Endpoint } from '../types.ts'

const KEEPALIVE_SECONDS = 10
const KEEPALIVE_MISSES = 3
/** A master that nobody uses ends after so many seconds: so it does when our process was killed. */
const ORPHAN_SECONDS = 5

/** What a master is told beside the endpoint. */
export interface MasterPlan {
  readonly socket: string
  /** The socket of the jump host's master. */
  readonly via: string | undefined
  /** Questions are answered by our askpass program. */
  readonly answers: boolean
  /** Writes down the host key that is shown, and knows the pinned ones. */
  readonly knownHostsCommand: string | undefined
  /** Algorithms of host keys to ask for, where not the usual ones. */
  readonly hostKeyAlgorithms: readonly string[] | undefined
}

/** How ssh is called to be a control master. What is given by -o wins over ssh_config; all else stands there. */
export function masterArguments(endpoint: Endpoint, plan: MasterPlan): string[] {
  const options = {
    ...behaviour(plan),
    ...way(endpoint, plan),
    ...hostKeys(endpoint, plan),
    ...credentials(endpoint, plan.answers),
  }
  return [
    // Its stages tell what went wrong where its last words do not.
    '-v',
    ...configFile(endpoint),
    ...['-M', '-N', '-T'],
    ...Object.entries(options).flatMap(([name, value]) => ['-o', `${name}=${value}`]),
    ...endpoint.identityFiles.flatMap((file) => ['-o', `IdentityFile=${path(file)}`]),
    ...endpoint.certificateFiles.flatMap((file) => ['-o', `CertificateFile=${path(file)}`]),
    ...['--', alias(endpoint)],
  ]
}

function behaviour(plan: MasterPlan): Record<string, string> {
  return {
    ControlPath: path(plan.socket),
    ControlPersist: String(ORPHAN_SECONDS),
    BatchMode: plan.answers ? 'no' : 'yes',
    ServerAliveInterval: String(KEEPALIVE_SECONDS),
    ServerAliveCountMax: String(KEEPALIVE_MISSES),
    ClearAllForwardings: 'yes',
    ForwardAgent: 'no',
    ForwardX11: 'no',
    PermitLocalCommand: 'no',
    RemoteCommand: 'none',
    RequestTTY: 'no',
    Tunnel: 'no',
    VisualHostKey: 'no',
  }
}

function way(endpoint: Endpoint, { via }: MasterPlan): Record<string, string> {
  const { host, port, user, connectTimeoutSeconds, proxyCommand } = endpoint
  const proxy = via === undefined ? proxyCommand : literal(throughMaster(via, host, port))
  return {
    HostName: literal(host),
    Port: String(port),
    User: quoted(user),
    ConnectTimeout: String(Math.ceil(connectTimeoutSeconds)),
    ConnectionAttempts: '1',
    // Either switches both off that ssh_config may have: what holds of it is in the endpoint, or among the jump hosts.
    ...(proxy === undefined ? { ProxyJump: 'none' } : { ProxyCommand: proxy }),
  }
}

function hostKeys(endpoint: Endpoint, { knownHostsCommand, hostKeyAlgorithms }: MasterPlan): Record<string, string> {
  const { hostKeyAlias, hostKeyPolicy, knownHosts, pinnedKeys, hashKnownHosts } = endpoint
  const pinned = pinnedKeys.length > 0
  return {
    StrictHostKeyChecking: pinned || hostKeyPolicy === 'strict' ? 'yes' : 'accept-new',
    UserKnownHostsFile: pinned || knownHosts.length === 0 ? '/dev/null' : knownHosts.map(path).join(' '),
    GlobalKnownHostsFile: '/dev/null',
    ...(knownHostsCommand === undefined ? {} : { KnownHostsCommand: knownHostsCommand }),
    ...(hostKeyAlias === undefined ? {} : { HostKeyAlias: quoted(hostKeyAlias) }),
    ...(hostKeyAlgorithms === undefined ? {} : { HostKeyAlgorithms: hostKeyAlgorithms.join(',') }),
    HashKnownHosts: hashKnownHosts ? 'yes' : 'no',
    CheckHostIP: 'no',
    NoHostAuthenticationForLocalhost: 'no',
    UpdateHostKeys: 'no',
    ...(pinned ? { VerifyHostKeyDNS: 'no' } : {}),
  }
}

function credentials(endpoint: Endpoint, answers: boolean): Record<string, string> {
  const { agent, identitiesOnly, identityFiles, password } = endpoint
  return {
    IdentityAgent: agent === undefined ? 'none' : path(agent),
    AddKeysToAgent: 'no',
    ...(identitiesOnly ? { IdentitiesOnly: 'yes' } : {}),
    ...(identityFiles.length === 0 ? { IdentityFile: 'none' } : {}),
    NumberOfPasswordPrompts: '1',
    ...(answers && password === undefined ? { PasswordAuthentication: 'no' } : {}),
  }
}

/**
 * The way through a jump host's master: one connection to it carries all. Where the master has gone, this ssh must not
 * connect by itself.
 */
function throughMaster(socket: string, host: string, port: number): string {
  const fixed = ['-F', 'none', '-o', 'ControlMaster=no', '-o', 'ProxyCommand=false', '-o', 'LogLevel=QUIET']
  return words('ssh', ...fixed, '-o', `ControlPath=${path(socket)}`, '-W', `[${host}]:${port}`, '--', 'jump')
}

function alias({ host, sshConfigHost }: Endpoint): string {
  return sshConfigHost ?? host
}

function configFile({ sshConfig }: Endpoint): string[] {
  return sshConfig === undefined ? [] : ['-F', sshConfig]
}

/** ssh puts something else in the place of `%h`, `%r` and the like. */
const literal = (text: string): string => text.replaceAll('%', '%%')

/** A word as ssh's own parser of option values reads it. */
export const quoted = (text: string): string => `"${text.replaceAll(/["\\]/g, '\\$&')}"`

const path = (file: string): string => quoted(literal(file))
