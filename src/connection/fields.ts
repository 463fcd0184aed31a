import type { WishedBy } from './sources.ts'
import type { Endpoint, Fields } from './types.ts'

const CONNECTION: Fields = {
  user: 'connection.user',
  password: 'connection.password',
  identityFiles: 'connection.identity_file',
  hasFlag: true,
}

/** What an operator has to correct so that a login becomes another. */
export function fieldsOf({ fields }: Endpoint): Fields {
  return fields ?? CONNECTION
}

/** The same from where an inventory says things, or would. */
export function fieldsBy(wishedBy: WishedBy): Fields {
  const at = (name: 'user' | 'password' | 'identityFiles'): string => {
    const source = wishedBy[name]
    return source?.from === 'inventory' ? source.at : CONNECTION[name]
  }
  const password = at('password')
  return { user: at('user'), password, identityFiles: at('identityFiles'), hasFlag: password === CONNECTION.password }
}
