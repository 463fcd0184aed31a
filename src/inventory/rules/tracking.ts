import type { Path } from '../../lib/yaml.ts'
import type { Keepalived } from '../model.ts'
import { error, type Rule, warning } from './rule.ts'

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

/** In whole seconds in every version of keepalived, so what is written would not be what is meant. */
export const wholeSeconds: Rule = ({ inventory: { keepalived } }) => {
  const { mail, garp, preemptDelay } = keepalived
  const times: readonly (readonly [Path, number | undefined])[] = [
    [['keepalived', 'preempt_delay'], preemptDelay],
    [['keepalived', 'mail', 'connect_timeout'], mail?.connectTimeout],
    [['keepalived', 'garp', 'master_delay'], garp.masterDelay],
    [['keepalived', 'garp', 'master_refresh'], garp.masterRefresh],
  ]
  return times
    .filter(([, time]) => (time ?? 0) % 1000 !== 0)
    .map(([path]) => error(path, 'keepalived counts this in whole seconds', 'write it like 1s'))
}

export const scriptSeconds: Rule = ({ inventory: { keepalived } }) =>
  scriptTimes(keepalived).flatMap(({ path, time }) => {
    if (time === 0) return [error(path, 'this cannot be zero', 'write 1s or more')]
    const message = 'keepalived before 2.3 counts this in whole seconds, and is given the next one'
    return time % 1000 === 0 ? [] : [warning(path, message, 'write it like 1s')]
  })

function scriptTimes({ check, scripts }: Keepalived): readonly { readonly path: Path; readonly time: number }[] {
  const timed = [
    { ...check, path: ['keepalived', 'check'] },
    ...scripts.map((script) => ({ ...script, path: ['keepalived', 'scripts', script.name] })),
  ]
  return timed.flatMap(({ path, interval, timeout }) => [
    { path: [...path, 'interval'], time: interval },
    { path: [...path, 'timeout'], time: timeout },
  ])
}

/** Where nothing listens on the port, it is haproxy's health page that is asked, not what was meant. */
export const checkPortUnbound: Rule = ({ inventory: { keepalived, haproxy } }) => {
  const { kind, port } = keepalived.check
  if (kind !== 'port' || port === undefined) return []
  const binds = haproxy.frontends.flatMap((frontend) => frontend.binds)
  if (binds.some((bind) => bind.port === port && bind.at.kind !== 'vip')) return []
  const message = `no frontend listens on port ${port} of the host itself, so haproxy’s health page is asked instead`
  return [warning(['keepalived', 'check', 'port'], message, 'name the port of a frontend, or leave it out')]
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

/** A process that exists need not answer; and killall is part of psmisc, which nothing brings along (kubeasz#59). */
export const scriptLooksForProcess: Rule = ({ inventory: { keepalived } }) =>
  keepalived.scripts
    .filter(({ command }) => /\b(killall|pidof|pgrep)\b/.test(command))
    .map(({ name }) =>
      warning(
        ['keepalived', 'scripts', name, 'command'],
        'this finds a process, which may be frozen, and the program for it may not be installed',
        'leave it to keepalived.check, which asks haproxy for an answer and needs nothing installed',
      ),
    )

/** `grep 9443` finds 19443, a peer's port and a connection as well. */
export const scriptGrepsPort: Rule = ({ inventory: { keepalived } }) =>
  keepalived.scripts
    .filter(({ command }) => /\b(ss|netstat)\b.*\bgrep\b/.test(command))
    .map(({ name }) =>
      warning(
        ['keepalived', 'scripts', name, 'command'],
        'this finds the number anywhere in a list of sockets, and a frozen haproxy listens too',
        'leave it to keepalived.check: kind: reply, or kind: port with the port',
      ),
    )
