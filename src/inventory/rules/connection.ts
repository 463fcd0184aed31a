import { isDeepStrictEqual } from 'node:util'
import type { Path } from '../../lib/yaml.ts'
import { renderPath } from '../../lib/yaml-path.ts'
import type { JumpHost } from '../model.ts'
import { error, type Rule } from './rule.ts'

export const doasByPassword: Rule = ({ inventory, raw }) => {
  const { become } = inventory.connection
  const shared = become === 'doas' && raw.connection?.become_password !== undefined
  const own = inventory.loadBalancers.filter((lb) => lb.own.becomePassword && (lb.own.become ?? become) === 'doas')
  return [...(shared ? [['connection']] : []), ...own.map(({ name }) => ['load_balancers', name])].map((path) =>
    error(
      [...path, 'become_password'],
      'doas takes a password from a terminal only',
      "leave it out, and let the user in without one: 'permit nopass USER' in /etc/doas.conf",
    ),
  )
}

/** All hosts share the connection to a jump host: whose settings open it would be left to chance. */
export const jumpTwoWays: Rule = ({ inventory: { connection, loadBalancers } }) => {
  const chains = [
    { at: ['connection', 'jump'], jumps: connection.jumps },
    ...loadBalancers.map(({ name, own }) => ({ at: ['load_balancers', name, 'jump'], jumps: own.jumps })),
  ]
  const met = new Map<string, { readonly at: Path; readonly settings: unknown }>()
  return chains.flatMap(({ at, jumps = [] }) => {
    const twins = jumps.flatMap((jump, index) => {
      const way = JSON.stringify(jumps.slice(0, index + 1).map(({ user, host, port }) => [user, host, port]))
      const settings = settingsOf(jump)
      const first = met.get(way) ?? { at, settings }
      met.set(way, first)
      return isDeepStrictEqual(first.settings, settings) ? [] : [{ jump, first }]
    })
    return twins.map(({ jump, first }) =>
      error(
        at,
        `jump host ${jump.host} is described otherwise in ${renderPath(first.at)}, and there is one connection to it`,
        'describe it the same way in both, or once in connection.jump',
      ),
    )
  })
}

function settingsOf({ password, passphrase, ...plain }: JumpHost): unknown {
  return { ...plain, password: password?.reveal(), passphrase: passphrase?.reveal() }
}
