import { endpointDefaults } from '../connection/endpoint.ts'
import type { Endpoint, Target } from '../connection/types.ts'
import type { Inventory, JumpHost, LoadBalancer } from '../inventory/model.ts'
import { resolveFresh } from '../inventory/resolve-secret.ts'
import type { SecretReference } from '../inventory/secrets.ts'

/** Who is reached: a load balancer, or a member that left and is known by its address only. */
export type Reached = Pick<LoadBalancer, 'name' | 'host' | 'port' | 'user'> & { readonly own?: LoadBalancer['own'] }

/** A host as it is logged in to: the inventory's settings, and what ssh would take for the rest. */
export function targetOf(inventory: Inventory, host: Reached): Target {
  const { connection } = inventory
  const { own } = host
  const endpoint = endpointDefaults({
    ...shared(inventory),
    ...(own === undefined || own.identityFiles.length === 0 ? {} : { identityFiles: own.identityFiles }),
    name: host.name,
    host: host.host,
    port: host.port,
    user: host.user ?? connection.user,
    pinnedKeys: own?.pinnedKeys,
    password: own?.password ?? connection.password,
    oneTimeCode: codes(own?.oneTimeCode ?? connection.oneTimeCode),
    transport: own?.transport ?? connection.transport,
  })
  return {
    ...endpoint,
    jumps: (own?.jumps ?? connection.jumps ?? []).map((jump) => jumpOf(inventory, jump)),
    become: own?.become ?? connection.become,
    becomePassword: own?.becomePassword ?? connection.becomePassword,
  }
}

/** A jump host, with its own user, port, keys and passwords where it has them: the hosts' password is not for it. */
function jumpOf(inventory: Inventory, jump: JumpHost): Endpoint {
  const { connection } = inventory
  return endpointDefaults({
    ...shared(inventory),
    ...(jump.identityFiles.length > 0 ? { identityFiles: jump.identityFiles } : {}),
    name: jump.host,
    host: jump.host,
    port: jump.port,
    user: jump.user ?? connection.user,
    pinnedKeys: jump.pinnedKeys,
    password: jump.password,
    oneTimeCode: codes(jump.oneTimeCode),
    passphrase: jump.passphrase ?? connection.passphrase,
    transport: connection.transport,
  })
}

function shared({ connection }: Inventory) {
  const { identityFiles, agent, knownHosts, hostKeys, connectTimeout, passphrase, sshConfig } = connection
  return {
    identityFiles,
    agent,
    knownHosts,
    hostKeyPolicy: hostKeys,
    connectTimeoutSeconds: connectTimeout === undefined ? undefined : connectTimeout / 1000,
    passphrase,
    sshConfig,
  }
}

function codes(reference: SecretReference | undefined): Endpoint['oneTimeCode'] {
  return reference && (async () => await resolveFresh(reference, 'connection.one_time_code'))
}
