/** A server line of haproxy's statistics. */
export interface ServerState {
  readonly backend: string
  readonly server: string
  /** `UP`, `UP 1/3` (still up, and failing), `DOWN`, `MAINT`, `no check`, … */
  readonly status: string
  /** Its last check: `L7OK`, `L4TOUT`, `INI` before the first; a star says that the next is under way. */
  readonly check: string
}

/**
 * Reads haproxy's statistics in CSV (management guide, 9.1): a header `# pxname,svname,…`, then a line a proxy or server.
 * Undefined for what is something else.
 */
export function parseStats(csv: string): readonly ServerState[] | undefined {
  const [header = '', ...lines] = csv.trim().split('\n')
  if (!header.startsWith('# pxname,svname,')) return undefined
  const names = header.replace(/^# /, '').split(',')
  const at = (name: string) => names.indexOf(name)
  return lines
    .map((line) => line.split(','))
    .filter((fields) => !['FRONTEND', 'BACKEND'].includes(fields[at('svname')] ?? 'FRONTEND'))
    .map((fields) => ({
      backend: fields[at('pxname')] ?? '',
      server: fields[at('svname')] ?? '',
      status: fields[at('status')] ?? '',
      check: (fields[at('check_status')] ?? '').replace(/^\* /, ''),
    }))
}
