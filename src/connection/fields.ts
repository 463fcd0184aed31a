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
