import type { Path } from '../../lib/yaml.ts'
import { error, type Rule, type RuleFinding, warning } from './rule.ts'

export const checkPort: Rule = ({ inventory: { keepalived } }) =>
  keepalived.check.kind === 'port' && keepalived.check.port === undefined
    ? [error(['keepalived', 'check', 'port'], 'the port to check is missing', 'add port, or write kind: reply')]
    : []

/** A script that may run longer than its interval is still running when its turn comes again. */
export const timeoutOverInterval: Rule = ({ inventory: { keepalived } }) => {
  const { check, scripts } = keepalived
  const timed = [
    { ...check, path: ['keepalived', 'check', 'timeout'] },
    ...scripts.map((script) => ({ ...script, path: ['keepalived', 'scripts', script.name, 'timeout'] })),
  ]
  return timed
    .filter(({ timeout, interval }) => timeout > interval)
    .map(({ path }) =>
      error(path, 'the timeout is longer than the interval', 'write a timeout no longer than the interval'),
    )
}

/** keepalived counts these in whole seconds; the versions in use differ in what they make of a fraction. */
export const wholeSeconds: Rule = ({ inventory: { keepalived } }) => {
  const { check, scripts, mail, garp, preemptDelay } = keepalived
  const at = ['keepalived']
  const times: readonly (readonly [Path, number | undefined])[] = [
    [[...at, 'check', 'interval'], check.interval],
    [[...at, 'check', 'timeout'], check.timeout],
    ...scripts.flatMap((script) => [
      [[...at, 'scripts', script.name, 'interval'], script.interval] as const,
      [[...at, 'scripts', script.name, 'timeout'], script.timeout] as const,
    ]),
    [[...at, 'preempt_delay'], preemptDelay],
    [[...at, 'mail', 'connect_timeout'], mail?.connectTimeout],
    [[...at, 'garp', 'master_delay'], garp.masterDelay],
    [[...at, 'garp', 'master_refresh'], garp.masterRefresh],
  ]
  return times.flatMap(([path, time]) => judge(path, time))
}

const MAY_BE_ZERO = new Set(['preempt_delay', 'master_delay', 'master_refresh'])

function judge(path: Path, time: number | undefined): readonly RuleFinding[] {
  if (time === undefined) return []
  if (time % 1000 !== 0) return [error(path, 'keepalived counts this in whole seconds', 'write it like 1s')]
  return time === 0 && !MAY_BE_ZERO.has(String(path.at(-1)))
    ? [error(path, 'this cannot be zero', 'write 1s or more')]
    : []
}

export const unwatchedHaproxy: Rule = ({ inventory: { keepalived } }) => {
  const { check, scripts, trackProcess } = keepalived
  if (check.kind !== 'none' || scripts.length > 0 || trackProcess !== undefined) return []
  const message = 'nothing watches haproxy: the VIP stays where it is dead'
  return [warning(['keepalived', 'check'], message, 'leave check out, or name scripts or track_process')]
}

export const scriptSecurity: Rule = ({ inventory: { keepalived } }) =>
  keepalived.scriptSecurity
    ? []
    : [
        warning(
          ['keepalived', 'script_security'],
          'keepalived runs scripts that others than root could change',
          'leave it out, and make script and folders writable by root alone',
        ),
      ]
