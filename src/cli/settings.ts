import type { SourcedEndpoint } from '../connection/endpoint.ts'
import { DEFAULT, type SettingName, type Source } from '../connection/sources.ts'
import type { Endpoint, Target } from '../connection/types.ts'
import type { Event, ReachSetting } from '../engine/events.ts'
import type { Secret } from '../lib/secret.ts'
import type { Reachable } from './targets.ts'

type ConnectionEvent = Extract<Event, { type: 'connection' }>

/** What connecting would go by, besides the hosts. */
interface World {
  /** The inventory, as the operator named it. */
  readonly file: string
  readonly environment: NodeJS.ProcessEnv
}

/** How the jump hosts, each once, and then the hosts are reached. */
export function connectionEvents(reachable: readonly Reachable[], world: World): readonly ConnectionEvent[] {
  const jumps = new Map<string, ConnectionEvent>()
  for (const { target, way } of reachable) {
    for (const jump of way.jumps) {
      const settings = endpointSettings(jump, { ...world, environment: withoutPassword(world.environment) })
      const key = JSON.stringify(settings)
      const before = new Set([...(jumps.get(key)?.before ?? []), target.name])
      jumps.set(key, { type: 'connection', host: jump.endpoint.name, before: [...before], settings })
    }
  }
  const hosts = reachable.map((one) => ({
    type: 'connection' as const,
    host: one.target.name,
    before: [],
    settings: hostSettings(one, world),
  }))
  return [...jumps.values(), ...hosts]
}

/** The password of the environment is for the hosts: a jump host is another machine. */
function withoutPassword(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { ...environment, HA_PROVISION_PASSWORD: undefined }
}

function hostSettings({ target, way, becomeAt }: Reachable, world: World): ReachSetting[] {
  const by = (at: string | undefined): Source => (at === undefined ? DEFAULT : { from: 'inventory', at })
  const { become, becomePassword } = target
  return [
    ...endpointSettings(way.host, world),
    told('jump', wayText(target), way.jumpsSource, world),
    told('become', become, by(becomeAt.become), world),
    secret('become_password', becomePassword, 'HA_PROVISION_BECOME_PASSWORD', by(becomeAt.password), world),
  ]
}

/** The jump hosts in order, each as it is reached. */
function wayText({ jumps }: Target): readonly string[] {
  return jumps.map(({ host, name, port, user }) => {
    const at = `${user}@${host} port ${port}`
    return name === host ? at : `${name}, ${at}`
  })
}

/** In the order of an inventory, then what only ssh_config can say. */
function endpointSettings({ endpoint, sources }: SourcedEndpoint, world: World): ReachSetting[] {
  const source = (name: SettingName): Source => sources.get(name) ?? DEFAULT
  const row = (name: string, setting: SettingName, value: ReachSetting['value'] | undefined): ReachSetting =>
    told(name, value, source(setting), world)
  const { connectTimeoutSeconds, password, passphrase, sshConfig, transportReason } = endpoint
  const configAt: Source = sshConfig === undefined ? DEFAULT : { from: 'inventory', at: 'connection.ssh_config' }
  return [
    row('host', 'host', endpoint.host),
    row('port', 'port', endpoint.port),
    row('user', 'user', endpoint.user),
    row('identity_file', 'identityFiles', endpoint.identityFiles),
    row('identities_only', 'identitiesOnly', endpoint.identitiesOnly),
    row('certificate_file', 'certificateFiles', endpoint.certificateFiles),
    row('agent', 'agent', endpoint.agent),
    secret('password', password, 'HA_PROVISION_PASSWORD', source('password'), world),
    secret('one_time_code', endpoint.oneTimeCode, 'HA_PROVISION_ONE_TIME_CODE', source('oneTimeCode'), world),
    secret('passphrase', passphrase, 'HA_PROVISION_PASSPHRASE', source('passphrase'), world),
    row('known_hosts', 'knownHosts', endpoint.knownHosts),
    row('host_keys', 'hostKeyPolicy', endpoint.hostKeyPolicy),
    row('host_key', 'pinnedKeys', endpoint.pinnedKeys),
    row('host_key_alias', 'hostKeyAlias', endpoint.hostKeyAlias),
    row('hash_known_hosts', 'hashKnownHosts', endpoint.hashKnownHosts),
    row('connect_timeout', 'connectTimeoutSeconds', `${connectTimeoutSeconds}s`),
    told('ssh_config', sshConfig ?? "ssh's usual files", configAt, world),
    row('proxy_command', 'proxyCommand', endpoint.proxyCommand),
    { ...row('transport', 'transport', endpoint.transport), why: transportReason },
  ]
}

function told(name: string, value: ReachSetting['value'] | undefined, source: Source, { file }: World): ReachSetting {
  return { name, value: value ?? null, from: source.from, where: placeOf(source, file), why: undefined }
}

function placeOf(source: Source, file: string): string | undefined {
  switch (source.from) {
    case 'inventory':
      return `${file} ${source.at}`
    case 'ssh_config':
      return source.keyword
    case 'environment':
      return source.variable
    case 'default':
      return undefined
  }
}

/** Of a secret only that there is one; what the environment gives, and is asked for otherwise. */
function secret(
  name: string,
  value: Secret | Endpoint['oneTimeCode'],
  variable: string,
  source: Source,
  world: World,
): ReachSetting {
  if (value !== undefined) return told(name, 'given', source, world)
  const given = (world.environment[variable] ?? '') !== ''
  return given ? told(name, 'given', { from: 'environment', variable }, world) : told(name, null, DEFAULT, world)
}
