import { error, type Rule } from './rule.ts'

/** As package managers write them, with `*` for any text: `2.8*`, `2.8.5-1ubuntu3`, `1:2.2.7-1+b2`. */
const FORM = /^\d[\w.:+~*-]*$/

const PROGRAMS = { keepalived: ['keepalived'], pacemaker: ['corosync', 'pacemaker'] } as const
const EXAMPLES = { haproxy: '2.8*', keepalived: '2.2*', corosync: '3.1*', pacemaker: '2.1*' } as const

export const versionForm: Rule = ({ inventory }) =>
  (['haproxy', ...PROGRAMS[inventory.ha]] as const).flatMap((program) => {
    const { version } = inventory[program]
    if (version === undefined || FORM.test(version)) return []
    const message = `"${version}" is no version and no beginning of one; comparisons and names are not known`
    const mend = `write it like "${EXAMPLES[program]}", or leave it out for the newest there is`
    return [error([program, 'version'], message, mend)]
  })
