import type { Path } from '../../lib/yaml.ts'
import { itemPath } from '../normalise/context.ts'
import { error, type Rule, type RuleFinding } from './rule.ts'

/** What the kernel takes for the name of an interface: 15 bytes at most (IFNAMSIZ). */
export const interfaceName: Rule = ({ inventory, raw }) => [
  ...inventory.vips.flatMap((vip) => judge(vip.interface, ['vips', vip.name, 'interface'])),
  ...(inventory.ha === 'keepalived' ? inventory.keepalived.trackInterfaces : []).flatMap((name, index) =>
    judge(name, itemPath(['keepalived', 'track_interfaces'], raw.keepalived?.track_interfaces, index)),
  ),
]

function judge(name: string, path: Path): readonly RuleFinding[] {
  const mend = 'write the name that `ip link` shows'
  if (name.includes(':'))
    return [error(path, `"${name}" is the label of an address, not an interface`, 'write what is before the colon')]
  if (name.length > 15) return [error(path, `"${name}" is longer than the 15 characters an interface may have`, mend)]
  return /^[A-Za-z0-9_.@-]+$/.test(name) && !/^\.+$/.test(name)
    ? []
    : [error(path, `"${name}" is no name of an interface`, mend)]
}
