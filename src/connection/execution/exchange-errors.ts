import { HostError } from '../../lib/errors.ts'
import { TerminalWantedError } from './become-refused.ts'
import { lastLines } from '../../lib/last-lines.ts'

/** Which command on which host an error is about. */
export interface Subject {
  readonly host: string
  readonly user: string
  readonly label: string
}

export function deadlineError(subject: Subject, seconds: number): HostError {
  return new HostError(`${subject.label}: did not finish within ${seconds} s and was killed`, {
    where: subject.host,
    mend: 'see on the host what it waits for; a package manager may wait for another one to finish',
  })
}

export function signalError(subject: Subject, signal: string, stderr: string): HostError {
  const said = stderr === '' ? '' : `\n${lastLines(stderr)}`
  return new HostError(`${subject.label}: was killed by ${signal}${said}`, {
    where: subject.host,
    mend: 'look for the out-of-memory killer in the kernel log of the host',
  })
}

export function brokenOffError(subject: Subject): HostError {
  const mend = 'it is safe to start again; the log of its sshd may tell why'
  return new HostError(`${subject.label}: ended, but its output broke off`, { where: subject.host, mend })
}

export function overflowError(subject: Subject, mebibytes: number): HostError {
  return new HostError(`${subject.label}: printed more than ${mebibytes} MiB`, { where: subject.host })
}

export function silentBecomeError(subject: Subject, seconds: number, said: string): HostError {
  return new HostError(`${subject.label}: did not begin within ${seconds} s${quoted(said)}`, {
    where: subject.host,
    mend: 'sudo or the login shell may ask for something else than a password: try it by hand with ssh and sudo -S',
  })
}

/** The script never began: sudo refused, the login shell is none, a forced command ran instead. */
export function notBegunError(subject: Subject, code: number, said: string): HostError {
  const known = CAUSES.find((cause) => cause.pattern.test(said))
  const what = known?.what(subject) ?? `${subject.label}: the host did not begin it (exit status ${code})`
  const mend = known?.mend(subject) ?? 'the login user needs an ordinary shell, and the host sh, timeout and setsid'
  const details = { where: subject.host, mend }
  if (WANTS_TERMINAL.test(said)) return new TerminalWantedError(`${what}${quoted(said)}`, details)
  return new HostError(`${what}${quoted(said)}`, details)
}

const WANTS_TERMINAL = /must have a tty|requiretty/

const quoted = (said: string): string => (said.trim() === '' ? '' : `; it said:\n${lastLines(said)}`)

interface Cause {
  readonly pattern: RegExp
  readonly what: (subject: Subject) => string
  readonly mend: (subject: Subject) => string
}

/** Texts of sudo, in the C locale. They choose advice only: that the script did not begin is known by the missing mark. */
const CAUSES: readonly Cause[] = [
  {
    pattern: /^sudo: (a password is required|a terminal is required|no askpass)/m,
    what: (subject) => `sudo asks user ${subject.user} for a password`,
    mend: (subject) =>
      `set connection.become_password, HA_PROVISION_BECOME_PASSWORD or use --ask-become-password; or, if it has no right to sudo yet, give it one: echo '${subject.user} ALL=(ALL) NOPASSWD: ALL' > /etc/sudoers.d/${subject.user}`,
  },
  {
    pattern: /not in the sudoers file|may not run sudo|is not allowed to (execute|run)/,
    what: (subject) => `user ${subject.user} may not use sudo`,
    mend: (subject) =>
      `let it: echo '${subject.user} ALL=(ALL) ALL' > /etc/sudoers.d/${subject.user}; or log in as another user, or as root`,
  },
  {
    pattern: /sudo: (command )?not found/,
    what: () => 'sudo is not installed',
    mend: () => 'install sudo or doas, or log in as root (connection.user: root)',
  },
  {
    pattern: /doas: (command )?not found/,
    what: () => 'doas is not installed',
    mend: () => 'install doas, or log in as root (connection.user: root)',
  },
  {
    pattern: /^doas: (Authentication required|Authorization required|a tty is required)/m,
    what: (subject) => `doas asks user ${subject.user} for a password`,
    mend: (subject) =>
      `it can only be typed at a terminal: let the user in without one ('permit nopass ${subject.user}' in /etc/doas.conf), or log in as root`,
  },
  {
    pattern: /^doas: .*not permitted/m,
    what: (subject) => `user ${subject.user} may not use doas`,
    mend: (subject) =>
      `let it: 'permit nopass ${subject.user}' in /etc/doas.conf; or log in as another user, or as root`,
  },
  {
    pattern: WANTS_TERMINAL,
    what: () => 'sudo is set up to want a terminal, and one was not enough',
    mend: (subject) => `add to sudoers: Defaults:${subject.user} !requiretty`,
  },
  {
    pattern: /^su: (must be run from a terminal|Permission denied|permission denied)/m,
    what: (subject) => `user ${subject.user} may not use su like this`,
    mend: () =>
      'see /etc/pam.d/su on the host: only members of a group may, or it wants a terminal; use sudo, or log in as root',
  },
  {
    pattern: /su: (command )?not found/,
    what: () => 'su is not installed',
    mend: () => 'install util-linux, or log in as root (connection.user: root)',
  },
  {
    pattern: /account is currently not available|nologin|This account is not available/i,
    what: (subject) => `user ${subject.user} has no login shell`,
    mend: (subject) => `give it one: chsh -s /bin/sh ${subject.user}; or log in as another user`,
  },
  {
    pattern: /password has expired|Password change required|Your account has expired/i,
    what: (subject) =>
      `the host wants the password of user ${subject.user} changed before anything runs: it has expired`,
    mend: (subject) =>
      `log in by hand and change it: ssh -t ${subject.user}@HOST; or let it not expire: chage -M -1 ${subject.user}`,
  },
  {
    pattern: /(timeout|setsid|id): (command )?not found/,
    what: (subject) => `${subject.label}: a basic command is missing on the host`,
    mend: () => 'install coreutils and util-linux, or BusyBox with its timeout and setsid',
  },
]
