import { BlockList, isIPv4, isIPv6 } from 'node:net'

/** Whether an address lies in `10.0.0.0/8`, `10.0.0.1` or `10.0.0.1-10.0.0.9`; undefined where the text is none of these. */
export function contains(network: string, address: string): boolean | undefined {
  const type = isIPv6(address) ? 'ipv6' : 'ipv4'
  const list = new BlockList()
  const [from = '', to] = network.split('-')
  const [base = '', prefix] = from.split('/')
  if (!isIPv4(base) && !isIPv6(base)) return undefined
  if (isIPv6(base) !== (type === 'ipv6')) return false
  try {
    if (to !== undefined) list.addRange(base, to, type)
    else if (prefix === undefined) list.addAddress(base, type)
    else list.addSubnet(base, prefixLength(prefix), type)
    return list.check(address, type)
  } catch {
    return undefined
  }
}

/** `24`, or the old `255.255.255.0`. */
function prefixLength(prefix: string): number {
  if (!prefix.includes('.')) return Number(prefix)
  return prefix
    .split('.')
    .map((part) => Number(part).toString(2).replaceAll('0', '').length)
    .reduce((sum, ones) => sum + ones, 0)
}
