import type { Facts } from './types.ts'

/** Reads os-release(5): shell-like assignments; the first of a name counts, since /etc comes before /usr/lib. */
export function parseOsRelease(output: string): Facts['os'] {
  const values = new Map<string, string>()
  for (const line of output.split('\n')) {
    const match = /^([A-Z_]+)=(.*)$/.exec(line)
    const [, name, raw] = match ?? []
    if (name === undefined || raw === undefined || values.has(name)) continue
    values.set(name, raw.replace(/^(["'])(.*)\1$/, '$2').replaceAll(/\\(.)/g, '$1'))
  }
  return {
    id: values.get('ID') ?? '',
    idLike: (values.get('ID_LIKE') ?? '').split(' ').filter((id) => id !== ''),
    version: values.get('VERSION_ID') ?? '',
    name: values.get('PRETTY_NAME') ?? values.get('NAME') ?? '',
  }
}
