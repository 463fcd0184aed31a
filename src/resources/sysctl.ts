import { quote } from '../lib/shell.ts'
import { resource, type Kind, type Resource } from './kind.ts'

interface SysctlSpec {
  readonly key: string
  readonly value: string
}

/** The kernel's file of a key: `net.ipv4.ip_nonlocal_bind`; an interface name keeps its dots when written with slashes. */
export function sysctlPath(key: string): string {
  return `/proc/sys/${key.includes('/') ? key : key.replaceAll('.', '/')}`
}

/** The running value of a kernel setting. That it survives a reboot is the business of a file in sysctl.d. */
export const sysctlKind: Kind<SysctlSpec, string> = {
  kind: 'sysctl',
  probe: (spec) => `cat ${quote(sysctlPath(spec.key))} 2>/dev/null || echo absent`,
  parse: (output) => output.trim().replaceAll(/\s+/g, ' '),
  diff: (spec, observed) =>
    observed === spec.value ? [] : [{ property: 'value', before: observed, after: spec.value }],
  actions: (spec) => [{ do: 'sysctl', key: spec.key, value: spec.value }],
}

/** A kernel setting that shall have this value now. */
export function sysctlResource(key: string, value: string): Resource {
  return resource(sysctlKind, key, { key, value })
}
