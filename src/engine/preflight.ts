import type { Facts } from '../facts/types.ts'
import type { Inventory, LoadBalancer } from '../inventory/model.ts'
import { canonicalAddress } from '../lib/address.ts'
import { HostError } from '../lib/errors.ts'
import { platformNamed } from '../platform/index.ts'
import { haproxyUnsupported } from '../roles/haproxy/unsupported.ts'
import { clusterUnsupported } from '../roles/corosync/unsupported.ts'
import { prefixOf } from '../roles/keepalived/prefix.ts'
import { keepalivedUnsupported } from '../roles/keepalived/unsupported.ts'

/** What is installed for an engine, by the names that an inventory has for them. */
const PROGRAMS = {
  keepalived: ['haproxy', 'keepalived'],
  pacemaker: ['haproxy', 'corosync', 'pacemaker'],
} as const

/** Less than this much room and a package or a configuration does not fit, in bytes. */
const ROOM = { etc: 1024 * 1024, var: 64 * 1024 * 1024, varWithPackages: 2 * 1024 * 1024 } as const

/** What a host's facts say against the inventory, before anything is changed. All of it, not the first. */
export function preflight(inventory: Inventory, facts: ReadonlyMap<string, Facts>): readonly HostError[] {
  return inventory.loadBalancers.flatMap((host) => {
    const own = facts.get(host.name)
    return own === undefined
      ? []
      : [
          ...interfaces(inventory, host, own),
          ...room(inventory, host, own),
          ...versions(inventory, host, own),
          ...prefixes(inventory, host, own),
          ...pins(inventory, host, own),
        ]
  })
}

function interfaces({ ha, vips, keepalived }: Inventory, host: LoadBalancer, facts: Facts): readonly HostError[] {
  const there = facts.interfaces.map(({ name }) => name)
  const tracked = ha === 'keepalived' ? keepalived.trackInterfaces : []
  const wanted = [...new Set([...vips.map((vip) => vip.interface), ...tracked])]
  const missing = wanted
    .filter((name) => !there.includes(name))
    .map(
      (name) =>
        new HostError(`there is no interface ${name}`, {
          where: host.name,
          mend: `set vips.*.interface to one of: ${there.filter((other) => other !== 'lo').join(', ')}`,
        }),
    )
  const own = facts.interfaces.flatMap(({ addresses }) => addresses.map(({ address }) => address))
  const addresses = [
    { key: 'address', address: host.address },
    ...(ha === 'pacemaker' ? host.links.map((address, index) => ({ key: `links.${index}`, address })) : []),
  ]
  const foreign = addresses
    .filter(({ address }) => !own.some((one) => canonicalAddress(one) === canonicalAddress(address)))
    .map(
      ({ key, address }) =>
        new HostError(`${address} is not an address of this host`, {
          where: host.name,
          mend: `set load_balancers.${host.name}.${key} to one of: ${own.filter((one) => isItsOwn(one, vips)).join(', ')}`,
        }),
    )
  return [...missing, ...foreign]
}

/** pacemaker's agent looks for a network of the VIP's own on its interface, and fails where there is none. */
function prefixes(inventory: Inventory, host: LoadBalancer, facts: Facts): readonly HostError[] {
  if (inventory.ha !== 'pacemaker') return []
  return inventory.vips
    .filter(
      (vip) =>
        facts.interfaces.some(({ name }) => name === vip.interface) && prefixOf(vip, inventory, facts) === undefined,
    )
    .map(
      ({ name, address, interface: through }) =>
        new HostError(`${through} has no address in the network of the VIP ${address}, so its prefix is not known`, {
          where: host.name,
          mend: `write the prefix: vips.${name}.address: ${address}/24, or whatever it is`,
        }),
    )
}

/**
 * What the installed programs do not know. A usual version is a guess and refuses nothing: after the packages are
 * installed the host is looked at again, before anything is configured.
 */
function versions(inventory: Inventory, host: LoadBalancer, facts: Facts): readonly HostError[] {
  const { haproxy, keepalived } = facts.versions
  return [
    ...(haproxy.installed ? haproxyUnsupported(inventory, host, facts) : []),
    ...(inventory.ha === 'keepalived' && keepalived.installed ? keepalivedUnsupported(inventory, host, facts) : []),
    ...(inventory.ha === 'pacemaker' ? clusterUnsupported(inventory, facts) : []),
  ].map(({ problem, mend }) => new HostError(problem, { where: host.name, mend: `${mend}; nothing was configured` }))
}

/** A version that the host's package manager cannot be asked for. */
function pins(inventory: Inventory, host: LoadBalancer, facts: Facts): readonly HostError[] {
  const packages = platformNamed(facts.platform)?.packages
  return PROGRAMS[inventory.ha].flatMap((program) => {
    const { version } = inventory[program]
    const reason = version === undefined ? undefined : packages?.refuses?.(version)
    return reason === undefined
      ? []
      : [new HostError(reason, { where: host.name, mend: `change ${program}.version in the inventory` })]
  })
}

function room({ ha }: Inventory, host: LoadBalancer, { free, versions }: Facts): readonly HostError[] {
  const packagesThere = PROGRAMS[ha].every((program) => versions[program].installed)
  const needed = { '/etc': ROOM.etc, '/var': packagesThere ? ROOM.varWithPackages : ROOM.var }
  const there = { '/etc': free.etc, '/var': free.var }
  return (['/etc', '/var'] as const)
    .filter((folder) => there[folder] < needed[folder])
    .map(
      (folder) =>
        new HostError(`${folder} has ${mebibytes(there[folder])} free, and ${mebibytes(needed[folder])} are needed`, {
          where: host.name,
          mend: `make room in ${folder}; nothing was changed`,
        }),
    )
}

/** Neither loopback nor link-local, nor a VIP that it holds at the moment. */
function isItsOwn(address: string, vips: Inventory['vips']): boolean {
  const reserved = address.startsWith('127.') || address === '::1' || address.startsWith('fe80')
  return !reserved && !vips.some((vip) => canonicalAddress(vip.address) === canonicalAddress(address))
}

function mebibytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MiB`
}
