import { renderMembers } from '../facts/members.ts'
import type { Inventory } from '../inventory/model.ts'
import { text } from '../lib/secret.ts'
import { rootFile } from '../resources/file.ts'
import type { Resource } from '../resources/kind.ts'

/** The members as a later run reads them, so that one that has left the inventory by then can be retired. */
export function membersFile({ loadBalancers }: Inventory): Resource {
  const members = loadBalancers.map(({ name, address, host, port }) => ({
    name,
    address,
    host,
    // The file's bytes stay what they were before ports could be left to ssh_config.
    port: port ?? 22,
  }))
  return rootFile('/var/lib/ha-provision/members.json', text`${renderMembers(members)}`)
}
