import { HostError } from '../../lib/errors.ts'
import { BecomeRefusedError } from './become-refused.ts'
import { lastLines } from '../../lib/last-lines.ts'
import type { Subject } from './exchange-errors.ts'

type Program = 'sudo' | 'su'

const SOURCES = 'connection.become_password, HA_PROVISION_BECOME_PASSWORD'

/** Whose password the program asks for. */
function owner(program: Program, user: string): string {
  return program === 'su' ? 'root' : `user ${user}`
}

export function wrongPasswordError({ host, user }: Subject, program: Program): BecomeRefusedError {
  const what =
    program === 'su'
      ? `su refused the become password: for su it has to be that of root`
      : `sudo refused the become password of ${owner(program, user)}`
  return new BecomeRefusedError(what, {
    where: host,
    mend: `correct ${SOURCES} or what is typed at --ask-become-password; it was tried once`,
  })
}

export function notTriedError({ host, user }: Subject, program: Program, refusedBy: string): BecomeRefusedError {
  const what = `the become password of ${owner(program, user)} was not tried: ${refusedBy} refused the same password`
  return new BecomeRefusedError(what, {
    where: host,
    mend: `correct ${SOURCES} or what is typed at --ask-become-password; a host with another one has it as load_balancers.${host}.become_password`,
  })
}

/** It asks, and there is nothing to answer. */
export function noPasswordError({ host, user }: Subject, program: Program): HostError {
  return new HostError(`${program} asks for the password of ${owner(program, user)}`, {
    where: host,
    mend: `set ${SOURCES} or use --ask-become-password`,
  })
}

export function expiredPasswordError({ host, user }: Subject, program: Program): HostError {
  return new HostError(`${program} wants the password of ${owner(program, user)} changed: it has expired`, {
    where: host,
    mend: `log in by hand and change it: passwd; or let it not expire: chage -M -1 ${program === 'su' ? 'root' : user}`,
  })
}

/** A code for every command is more than anyone can type. */
export function codeError({ host, user }: Subject, program: Program, said: string): HostError {
  return new HostError(`${program} asks for a one-time code: “${lastLines(said, 1).trim()}”`, {
    where: host,
    mend: `let user ${user} become root without one: see /etc/pam.d/${program} on the host, or give it NOPASSWD in sudoers`,
  })
}
