import { HaError } from '../lib/errors.ts'

/** The variable of the environment that chooses one of several labs of a checkout. */
const variable = 'HA_PROVISION_LAB'

/** Folders that the lab without a name has beside those of named labs. */
const reserved = ['hostkeys', 'inventories']

/**
 * The lab that the environment names; undefined for the one without a name. Throws an HaError when it is no name, since
 * it becomes part of a folder, a Compose project and the names of containers.
 */
export function labName(environment: Readonly<Record<string, string | undefined>>): string | undefined {
  const name = environment[variable]
  if (name === undefined || name === '') return undefined
  if (/^[a-z0-9][a-z0-9-]{0,19}$/.test(name) && !reserved.includes(name)) return name
  throw new HaError(`'${name}' is no name for a lab`, {
    where: variable,
    mend: `1 to 20 of a-z, 0-9 and -, not first -, and not ${reserved.join(' or ')}`,
  })
}
