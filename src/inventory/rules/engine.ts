import { error, type Rule } from './rule.ts'

export const haSupported: Rule = ({ raw }) =>
  raw.ha === 'pacemaker' ? [error(['ha'], 'pacemaker is not supported yet', 'write keepalived, or leave it out')] : []

export const doasByPassword: Rule = ({ raw: { connection } }) =>
  connection?.become === 'doas' && connection.become_password !== undefined
    ? [
        error(
          ['connection', 'become_password'],
          'doas takes a password from a terminal only',
          "leave it out, and let the user in without one: 'permit nopass USER' in /etc/doas.conf",
        ),
      ]
    : []
