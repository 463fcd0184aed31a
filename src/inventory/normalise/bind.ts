import { parseIp } from '../addresses.ts'
import type { Bind } from '../model.ts'
import type { Path } from '../../lib/yaml.ts'
import { type Context, note } from './context.ts'
import { isPort } from './endpoint.ts'

/** A bind as it is written: haproxy's own text, or its parts. */
type RawBind =
  string | { readonly at?: string | undefined; readonly port: number; readonly options?: string | undefined }

/**
 * haproxy's words keep haproxy's meaning: `*:6443` is every IPv4 address, `:::6443` every address. `at: any` is every
 * address too. A word that is none of these and no IP address is the name of a VIP; a rule sees whether there is one.
 */
export function normaliseBind(raw: RawBind, path: Path, context: Context): Bind {
  if (typeof raw !== 'string') return { at: place(raw.at ?? 'any'), port: raw.port, options: raw.options ?? '' }
  const [, at, digits, options] = /^(.*):(\d{1,5})(?:\s+(.+))?$/.exec(raw.trim()) ?? []
  const port = Number(digits)
  if (at === undefined || !isPort(port)) {
    const mend = 'write it like "*:6443", ":::6443" or { at: address, port: 6443 }'
    note(context, 'bind-form', path, `"${raw}" does not say where to listen`, mend)
    return { at: { kind: 'any4' }, port: 0, options: '' }
  }
  return withFamily(at, port, options ?? '')
}

function withFamily(at: string, port: number, options: string): Bind {
  const rest = options.split(/\s+/).filter((option) => option !== 'v4v6' && option !== '')
  // `v6only` makes `::` one family, which is what `ip` says.
  const v6only = rest.includes('v6only')
  return { at: v6only && at === '::' ? { kind: 'ip', value: '::' } : place(at), port, options: rest.join(' ') }
}

function place(at: string): Bind['at'] {
  if (at === 'any' || at === 'address') return { kind: at }
  if (at === '*' || at === '' || at === '0.0.0.0') return { kind: 'any4' }
  const bare = /^\[.*\]$/.test(at) ? at.slice(1, -1) : at
  if (bare === '::') return { kind: 'any' }
  const ip = parseIp(bare)
  return ip === undefined ? { kind: 'vip', value: bare } : { kind: 'ip', value: ip.text }
}
