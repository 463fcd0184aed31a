import { Address4, Address6 } from 'ip-address'

/** An IP address, with its prefix where one is written. */
export interface Ip {
  readonly family: 4 | 6
  /** The one right way to write it. */
  readonly text: string
  readonly number: bigint
  readonly prefix: number | undefined
}

/** Strict: `010.0.0.1` and `127.1` are no addresses, and a zone (`%eth0`) is none of an address. */
export function parseIp(text: string): Ip | undefined {
  if (!/^[0-9A-Fa-f:.]+(\/\d{1,3})?$/.test(text)) return undefined
  const prefix = text.includes('/') ? Number(text.slice(text.indexOf('/') + 1)) : undefined
  if (Address4.isValid(text)) {
    const address = new Address4(text)
    return { family: 4, text: address.correctForm(), number: address.bigInt(), prefix }
  }
  if (!Address6.isValid(text)) return undefined
  const address = new Address6(text)
  return { family: 6, text: address.correctForm(), number: address.bigInt(), prefix }
}

/** The first and the last address of the network an address lies in. */
export function networkOf(ip: Ip, prefix: number): { readonly first: bigint; readonly last: bigint } {
  const hostBits = BigInt((ip.family === 4 ? 32 : 128) - prefix)
  const first = (ip.number >> hostBits) << hostBits
  return { first, last: first + (1n << hostBits) - 1n }
}

export function sameAddress(a: string, b: string): boolean {
  const [first, second] = [parseIp(a), parseIp(b)]
  if (first === undefined || second === undefined) return a.toLowerCase() === b.toLowerCase()
  return first.family === second.family && first.number === second.number
}

/** An address that one host of a network can have: not the unspecified one, loopback, multicast or the class after it. */
export function isUsable({ family, number }: Ip): boolean {
  if (family === 6) return number > 1n && number >> 120n !== 0xffn
  const first = Number(number >> 24n)
  return first !== 0 && first !== 127 && first < 224
}

export function isLoopback({ family, number }: Ip): boolean {
  return family === 6 ? number === 1n : number >> 24n === 127n
}
