import { isIPv6 } from 'node:net'
import { HaError } from '../../lib/errors.ts'
import { Secret } from '../../lib/secret.ts'

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
] as const

/** Milliseconds as haproxy writes them, in the largest unit that needs no fraction: `4h`, `1500ms`. */
export function duration(milliseconds: number): string {
  if (milliseconds === 0) return '0'
  const unit = UNITS.find(([, size]) => milliseconds % size === 0)
  return unit === undefined ? `${milliseconds}ms` : `${milliseconds / unit[1]}${unit[0]}`
}

/** `address:port`; an IPv6 address in brackets, or its last group would be read as the port. */
export function endpoint(host: string, port: number): string {
  return isIPv6(host) ? `[${host}]:${port}` : `${host}:${port}`
}

/**
 * One word of haproxy.cfg: inside '…' nothing is special, so only a quote itself needs care
 * (configuration manual 2.2, "Quoting and escaping"). A line break cannot be written at all.
 */
export function word(value: string): string {
  if (/[\r\n\0]/.test(value)) throw new HaError('a line break cannot be written into haproxy.cfg')
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(value) ? value : `'${value.replaceAll("'", String.raw`'\''`)}'`
}

/** A secret as one word; it stays one secret, the quotes with it. */
export function secretWord(secret: Secret): Secret {
  return new Secret(word(secret.reveal()))
}

/** What `word` made, or what an operator wrote by hand, as the plain value. */
export function unword(written: string): string {
  return written.replaceAll(
    /'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)/g,
    (_, strong?: string, weak?: string, escaped?: string) =>
      strong ?? weak?.replaceAll(/\\([\\"$])/g, '$1') ?? escaped ?? '',
  )
}
