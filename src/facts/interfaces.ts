import type { InterfaceAddress, NetworkInterface } from './types.ts'

/** `2: eth0    inet 10.0.0.11/24 brd 10.0.0.255 scope global eth0\…`: iproute2's and BusyBox's one-line form. */
const LINE = /^\d+:\s+(\S+?)(?:@\S+)?\s+(inet6?)\s+([0-9a-fA-F.:]+)(?:\/(\d+))?\s/

/** The addresses that `ip -o addr` names, by interface. */
export function parseAddresses(output: string): ReadonlyMap<string, readonly InterfaceAddress[]> {
  const found = new Map<string, InterfaceAddress[]>()
  for (const line of output.split('\n')) {
    const [, name, kind, address, prefix] = LINE.exec(`${line} `) ?? []
    if (name === undefined || address === undefined) continue
    const family = kind === 'inet' ? 4 : 6
    const list = found.get(name) ?? []
    list.push({ address, prefix: Number(prefix ?? (family === 4 ? 32 : 128)), family })
    found.set(name, list)
  }
  return found
}

/** Every interface there is, with or without an address. */
export function parseInterfaces(links: string, addresses: string): readonly NetworkInterface[] {
  const byName = parseAddresses(addresses)
  return links
    .split(/\s+/)
    .filter((name) => name !== '' && name !== 'bonding_masters')
    .map((name) => ({ name, addresses: byName.get(name) ?? [] }))
}
