import { error, type Rule } from './rule.ts'

export const haSupported: Rule = ({ raw }) =>
  raw.ha === 'pacemaker' ? [error(['ha'], 'pacemaker is not supported yet', 'write keepalived, or leave it out')] : []
