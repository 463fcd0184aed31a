import { resource, type Change, type Kind, type Resource } from './kind.ts'

/** What lets haproxy listen on and connect to every port. */
const BOOLEAN = 'haproxy_connect_any'
/** The label that is given to a port that has none of its own. */
const LABEL = 'http_port_t'
/** Labels that SELinux' policy for haproxy knows. */
const ALLOWED = [LABEL, 'http_cache_port_t', 'commplex_main_port_t']
/** Ranges that belong to nobody. */
const NOBODYS = /^(unreserved|ephemeral|reserved|hi_reserved)_port_t$/

interface SelinuxSpec {
  /** Every port that haproxy listens on or connects to. */
  readonly ports: readonly number[]
}

interface ObservedSelinux {
  /** Everything is allowed already: the boolean is on, or the policy does not know haproxy. */
  readonly allowed: boolean
  /** Ports can be given a label here. */
  readonly labels: boolean
  /** Ports that the policy does not let haproxy use, and the label of another program where there is one. */
  readonly refused: readonly { readonly port: number; readonly label: string | undefined }[]
}

/**
 * haproxy may use its ports under SELinux. A port gets a label; where that cannot be, because semanage is not there or the port is another
 * program's, the boolean is set. SELinux itself is never turned off. The label of a port is asked only where the boolean is off.
 */
export const selinuxKind: Kind<SelinuxSpec, ObservedSelinux> = {
  kind: 'selinux',
  probe: () => `boolean=$(cat /sys/fs/selinux/booleans/${BOOLEAN} 2>/dev/null)
echo "boolean=$boolean"
case $boolean in 0*) if command -v semanage >/dev/null; then echo labels; semanage port -l; fi ;; esac
true`,
  parse(output, { ports }) {
    const boolean = /^boolean=(.*)$/m.exec(output)?.[1] ?? ''
    const rows = output.split('\n').flatMap(parseRow)
    return {
      allowed: !boolean.startsWith('0'),
      labels: /^labels$/m.test(output) && rows.length > 0,
      refused: ports.flatMap((port) => {
        const own = rows.filter(({ from, to }) => from <= port && port <= to).map(({ label }) => label)
        if (own.some((label) => ALLOWED.includes(label))) return []
        return [{ port, label: own.find((label) => !NOBODYS.test(label)) }]
      }),
    }
  },
  diff(_spec, { allowed, labels, refused }): readonly Change[] {
    if (allowed || refused.length === 0) return []
    if (!labels || refused.some(({ label }) => label !== undefined))
      return [{ property: BOOLEAN, before: 'off', after: 'on' }]
    return refused.map(({ port }) => ({ property: `tcp port ${port}`, before: 'no label', after: LABEL }))
  },
  actions: (_spec, changes, { refused }) =>
    changes.some(({ property }) => property === BOOLEAN)
      ? [{ do: 'selinux-boolean', name: BOOLEAN }]
      : refused.map(({ port }) => ({ do: 'selinux-port', port, label: LABEL })),
}

/** `http_port_t   tcp   80, 81, 443, 8000-8010`. */
function parseRow(line: string): readonly { readonly label: string; readonly from: number; readonly to: number }[] {
  const [, label, ports] = /^(\w+_t)\s+tcp\s+([\d, -]+)$/.exec(line.trim()) ?? []
  if (label === undefined || ports === undefined) return []
  return ports.split(/,\s*/).map((range) => {
    const [from = 0, to = from] = range.split('-').map(Number)
    return { label, from, to }
  })
}

/** Ports that haproxy may use. */
export function selinuxResource(spec: SelinuxSpec): Resource {
  return resource(selinuxKind, 'haproxy', spec)
}
