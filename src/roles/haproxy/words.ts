import { isIPv6 } from 'node:net'
import { HaError } from '../../lib/errors.ts'
import { Secret } from '../../lib/secret.ts'
import { supports } from './features.ts'

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

/** `address:port`; an IPv6 address in brackets where haproxy knows them, elsewhere its last colon separates the port. */
export function endpoint(host: string, port: number, version: string): string {
  return isIPv6(host) && supports(version, 'ipv6-brackets') ? `[${host}]:${port}` : `${host}:${port}`
}

/**
 * One word of haproxy.cfg: inside '…' nothing is special, so only a quote itself needs care
 * (configuration manual 2.2, "Quoting and escaping"). A line break cannot be written at all.
 */
export function word(value: string, version: string): string {
  if (/[\r\n\0]/.test(value)) throw new HaError('a line break cannot be written into haproxy.cfg')
  if (/^[A-Za-z0-9_@%+=:,./-]+$/.test(value)) return value
  if (!supports(version, 'quotes')) return value.replaceAll(/[\t "#'\\]/g, escaped)
  return `'${value.replaceAll("'", String.raw`'\''`)}'`
}

/** `\x20` for a space: the escape that every version reads, also where a quote is a letter like others (manual 1.5, 2.2). */
function escaped(character: string): string {
  return String.raw`\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`
}

/** A secret as one word; it stays one secret, the quotes with it. */
export function secretWord(secret: Secret, version: string): Secret {
  return new Secret(word(secret.reveal(), version))
}

/** What `word` made, or what an operator wrote by hand, as the plain value. */
export function unword(written: string): string {
  return written.replaceAll(
    /'([^']*)'|"((?:[^"\\]|\\.)*)"|\\x([0-9A-Fa-f]{2})|\\(.)/g,
    (_, strong?: string, weak?: string, code?: string, plain?: string) =>
      strong ??
      weak?.replaceAll(/\\([\\"$])/g, '$1') ??
      (code === undefined ? plain : String.fromCharCode(Number.parseInt(code, 16))) ??
      '',
  )
}
