import type { EndpointWish } from '../connection/endpoint.ts'
import { resolveFresh } from '../inventory/resolve-secret.ts'
import type { SecretReference } from '../inventory/secrets.ts'
import type { SettingName, Source, WishedBy } from '../connection/sources.ts'
import type { WayWish } from '../connection/ssh-config/ways.ts'
import type { Inventory, JumpHost, LoadBalancer } from '../inventory/model.ts'

/** Who is reached: a load balancer, or a member that left and is known by its address only. */
export type Wanted = Pick<LoadBalancer, 'name' | 'host' | 'port' | 'user'> & { readonly own?: LoadBalancer['own'] }

/** What an inventory says of a host and of the way to it, each with its place; the rest is open. */
export function wishOf(inventory: Inventory, host: Wanted): WayWish {
  const { connection } = inventory
  const { own } = host
  const at = `load_balancers.${host.name}`
  const ownKeys = own !== undefined && own.identityFiles.length > 0
  const common = shared(inventory)
  return {
    host: {
      ...common,
      ...(ownKeys ? { identityFiles: own.identityFiles } : {}),
      name: host.name,
      host: host.host,
      port: host.port,
      user: host.user ?? connection.user,
      pinnedKeys: own?.pinnedKeys,
      password: own?.password ?? connection.password,
      oneTimeCode:
        own?.oneTimeCode === undefined ? codes(connection.oneTimeCode, 'connection') : codes(own.oneTimeCode, at),
      transport: own?.transport ?? connection.transport,
      wishedBy: {
        ...common.wishedBy,
        ...(ownKeys ? keysBy(`${at}.identity_file`) : {}),
        host: inventoryAt(host.host === host.name ? at : `${at}.host`),
        port: inventoryAt(host.port === connection.port ? 'connection.port' : `${at}.port`),
        user: inventoryAt((host.user ?? connection.user) === connection.user ? 'connection.user' : `${at}.user`),
        pinnedKeys: inventoryAt(`${at}.host_key`),
        password: inventoryAt(own?.password === undefined ? 'connection.password' : `${at}.password`),
        oneTimeCode: inventoryAt(own?.oneTimeCode === undefined ? 'connection.one_time_code' : `${at}.one_time_code`),
        transport: inventoryAt(own?.transport === undefined ? 'connection.transport' : `${at}.transport`),
        jumps: inventoryAt(own?.jumps === undefined ? 'connection.jump' : `${at}.jump`),
      },
    },
    jumps:
      own?.jumps?.map(jumpWish(inventory, `${at}.jump`)) ??
      connection.jumps?.map(jumpWish(inventory, 'connection.jump')),
    hop: common,
  }
}

/** A jump host, with its own user, port, keys and passwords where it has them: the hosts' password is not for it. */
function jumpWish(
  inventory: Inventory,
  path: string,
): (jump: JumpHost, index: number, all: readonly JumpHost[]) => EndpointWish {
  const { connection } = inventory
  const common = shared(inventory)
  return (jump, index, all) => {
    const at = all.length === 1 ? path : `${path}[${index}]`
    const ownKeys = jump.identityFiles.length > 0
    return {
      ...common,
      ...(ownKeys ? { identityFiles: jump.identityFiles } : {}),
      name: jump.host,
      host: jump.host,
      port: jump.port,
      user: jump.user ?? connection.user,
      pinnedKeys: jump.pinnedKeys,
      password: jump.password,
      oneTimeCode: codes(jump.oneTimeCode, at),
      passphrase: jump.passphrase ?? connection.passphrase,
      wishedBy: {
        ...common.wishedBy,
        ...(ownKeys ? keysBy(at) : {}),
        host: inventoryAt(at),
        port: inventoryAt(at),
        user: inventoryAt((jump.user ?? connection.user) === connection.user ? 'connection.user' : at),
        pinnedKeys: inventoryAt(`${at}.host_key`),
        password: inventoryAt(`${at}.password`),
        oneTimeCode: inventoryAt(`${at}.one_time_code`),
        passphrase: inventoryAt(jump.passphrase === undefined ? 'connection.passphrase' : `${at}.passphrase`),
      },
    }
  }
}

/** What holds for the hosts and for all that is on the way to them. */
function shared({ connection }: Inventory) {
  const { identityFiles, agent, knownHosts, hostKeys, connectTimeout, passphrase, transport, sshConfig } = connection
  return {
    identityFiles,
    agent,
    knownHosts,
    hostKeyPolicy: hostKeys,
    connectTimeoutSeconds: connectTimeout === undefined ? undefined : connectTimeout / 1000,
    passphrase,
    transport,
    sshConfig,
    wishedBy: SHARED_BY,
  }
}

/** Each login asks for a code of its own. */
function codes(reference: SecretReference | undefined, at: string): EndpointWish['oneTimeCode'] {
  return reference && (async () => await resolveFresh(reference, `${at}.one_time_code`))
}

function inventoryAt(at: string): Source {
  return { from: 'inventory', at }
}

function keysBy(at: string): WishedBy {
  return { identityFiles: inventoryAt(at), identitiesOnly: inventoryAt(at) }
}

const SHARED_BY: Readonly<Partial<Record<SettingName, Source>>> = {
  ...keysBy('connection.identity_file'),
  agent: inventoryAt('connection.agent'),
  knownHosts: inventoryAt('connection.known_hosts'),
  hostKeyPolicy: inventoryAt('connection.host_keys'),
  connectTimeoutSeconds: inventoryAt('connection.connect_timeout'),
  passphrase: inventoryAt('connection.passphrase'),
  transport: inventoryAt('connection.transport'),
}
