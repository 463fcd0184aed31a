import { endpointDefaults } from '../connection/endpoint.ts'
import type { Endpoint, Target } from '../connection/types.ts'
import type { Inventory } from '../inventory/model.ts'

/** A host as it is logged in to: the inventory's settings, and what ssh would take for the rest. */
export function targetOf(
  inventory: Inventory,
  host: { readonly name: string; readonly host: string; readonly port: number; readonly user: string | undefined },
): Target {
  const { connection } = inventory
  const endpoint = endpointDefaults({
    ...shared(inventory),
    name: host.name,
    host: host.host,
    port: host.port,
    user: host.user ?? connection.user,
  })
  return { ...endpoint, jump: jumpOf(inventory), become: connection.become, becomePassword: connection.becomePassword }
}

/** The jump host of an inventory, with its own user, port and keys where it has them. */
export function jumpOf(inventory: Inventory): Endpoint | undefined {
  const { connection } = inventory
  const { jump } = connection
  if (jump === undefined) return undefined
  return endpointDefaults({
    ...shared(inventory),
    name: jump.host,
    host: jump.host,
    port: jump.port,
    user: jump.user ?? connection.user,
    ...(jump.identityFiles.length > 0 ? { identityFiles: jump.identityFiles } : {}),
  })
}

function shared({ connection }: Inventory) {
  return {
    identityFiles: connection.identityFiles,
    agent: connection.agent,
    knownHosts: connection.knownHosts,
    hostKeyPolicy: connection.hostKeys,
    connectTimeoutSeconds: connection.connectTimeout / 1000,
    passphrase: connection.passphrase,
    password: connection.password,
  }
}
