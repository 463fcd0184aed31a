import { error, type Rule } from './rule.ts'

/** As package managers write them, with `*` for any text: `2.8*`, `2.8.5-1ubuntu3`, `1:2.2.7-1+b2`. */
const FORM = /^\d[\w.:+~*-]*$/

export const versionForm: Rule = ({ inventory }) =>
  (['haproxy', 'keepalived'] as const).flatMap((program) => {
    const { version } = inventory[program]
    if (version === undefined || FORM.test(version)) return []
    const message = `"${version}" is no version and no beginning of one; comparisons and names are not known`
    return [error([program, 'version'], message, 'write it like "2.8*", or leave it out for the newest there is')]
  })
