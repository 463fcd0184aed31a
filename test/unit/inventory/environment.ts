import type { ParseEnvironment } from '../../../src/inventory/parse.ts'
import { placeholderSecret } from '../../../src/inventory/secrets.ts'
import { Secret } from '../../../src/lib/secret.ts'

/** A world with a home, a folder, and these environment variables; other secrets do not exist. */
export function environment(variables: Readonly<Record<string, string>> = {}): ParseEnvironment {
  return {
    home: '/home/op',
    directory: '/work/inventories',
    secret: (reference) => {
      const value = reference.from === 'env' ? variables[reference.name] : undefined
      if (value !== undefined) return new Secret(value)
      const what = reference.from === 'env' ? reference.name : reference.from
      return { message: `there is no ${what}`, mend: 'provide it' }
    },
  }
}

/** Where every secret exists and none is known. */
export const placeholders: ParseEnvironment = { ...environment(), secret: placeholderSecret }
