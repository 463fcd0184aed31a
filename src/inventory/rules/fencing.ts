import { suggest } from '../../lib/suggest.ts'
import type { FencingDevice, Pacemaker } from '../model.ts'
import { itemPath } from '../normalise/context.ts'
import { error, type Rule, type RuleFinding, type Subject, warning } from './rule.ts'

const path = ['pacemaker', 'fencing']

function devicesOf({ fencing }: Pacemaker): readonly FencingDevice[] {
  return fencing.kind === 'none' ? [] : fencing.devices
}

export function isFenced(pacemaker: Pacemaker): boolean {
  return devicesOf(pacemaker).length > 0
}

/** To go without is a decision, and nobody makes it by leaving a key out. */
export const fencingUnsaid: Rule = ({ inventory: { pacemaker } }) => {
  const { fencing } = pacemaker
  if (isFenced(pacemaker) || (fencing.kind === 'none' && fencing.explicit)) return []
  const message = 'nothing is said of how a lost member is turned off'
  return [error(path, message, 'name fencing devices; or write fencing: none, if there are none')]
}

export const fencingNone: Rule = ({ inventory: { pacemaker, corosync, loadBalancers } }) => {
  const { fencing } = pacemaker
  if (fencing.kind !== 'none' || !fencing.explicit || loadBalancers.length < 2) return []
  const message =
    loadBalancers.length === 2 && corosync.device === undefined
      ? 'without fencing both members hold the VIP while they cannot reach each other'
      : 'without fencing a member that hangs may still hold the VIP when another takes it'
  return [warning(path, message, 'name fencing devices, or leave it if that is accepted')]
}

export const fencingHostUnknown: Rule = ({ inventory, raw }) => {
  const names = inventory.loadBalancers.map(({ name }) => name)
  const written = raw.pacemaker?.fencing
  return devicesOf(inventory.pacemaker).flatMap((device) =>
    device.hosts.flatMap((host, index) => {
      if (names.includes(host)) return []
      const near = suggest(host, names)
      const mend = near === undefined ? `write ${names.join(', ')}` : `did you mean ${near}?`
      const hosts = typeof written === 'object' ? written[device.name]?.hosts : undefined
      return [
        error(itemPath([...path, device.name, 'hosts'], hosts, index), `no load balancer is named "${host}"`, mend),
      ]
    }),
  )
}

/** A member that cannot be fenced stops the others from taking over what it may still hold. */
export const fencingUncovered: Rule = ({ inventory: { pacemaker, loadBalancers } }) => {
  const devices = devicesOf(pacemaker)
  if (devices.length === 0 || devices.some(({ hosts }) => hosts.length === 0)) return []
  const fenced = new Set(devices.flatMap(({ hosts }) => hosts))
  return loadBalancers
    .filter(({ name }) => !fenced.has(name))
    .map(({ name }) =>
      error(
        path,
        `no device can fence ${name}: when it is lost, nobody takes the VIP`,
        `add ${name} to the hosts of a device`,
      ),
    )
}

/** Both of two have quorum (two_node), and each would turn the other off. */
export const fencingRace: Rule = ({ inventory: { pacemaker, corosync, loadBalancers } }) => {
  const devices = devicesOf(pacemaker)
  if (devices.length === 0 || loadBalancers.length !== 2 || corosync.device !== undefined) return []
  const isDelayed = devices.some(({ options }) => DELAYS.some((option) => options.has(option)))
  if (isDelayed || pacemaker.properties.has('priority-fencing-delay')) return []
  const message = 'two members that do not see each other turn each other off at the same moment'
  return [warning(path, message, 'give one device options: { pcmk_delay_base: 10s }: the member it turns off wins')]
}

/** pacemaker-fenced(7). */
const DELAYS = ['pcmk_delay_base', 'pcmk_delay_max']

function eachOption(
  check: (option: string, value: unknown) => Pick<RuleFinding, 'message' | 'mend'> | undefined,
): Rule {
  return ({ raw }: Subject) => {
    const fencing = raw.pacemaker?.fencing
    if (typeof fencing !== 'object') return []
    return Object.entries(fencing).flatMap(([device, { options = {} }]) =>
      Object.entries(options).flatMap(([option, value]) => {
        const wrong = check(option, value)
        return wrong === undefined ? [] : [error([...path, device, 'options', option], wrong.message, wrong.mend)]
      }),
    )
  }
}

export const fencingHostList = eachOption((option) =>
  option === 'pcmk_host_list'
    ? { message: 'the hosts of a device are said by the tool', mend: 'write hosts beside agent' }
    : undefined,
)

/** `passwd`, `snmp_priv_passwd`, `secret_key`, `api_token`; what `password_script` names is no secret. */
const SECRET_OPTION = /(^|_)(pass(wd|word|phrase)?|secret(_key)?|(api_?|private_)?key|(api_?)?token)$/i

export const fencingSecret = eachOption((option, value) =>
  SECRET_OPTION.test(option) && typeof value !== 'object'
    ? {
        message: 'a secret is not written into an inventory',
        mend: 'name its source: { env: NAME }, { file: PATH }, { command: … } or { age: PATH }',
      }
    : undefined,
)
