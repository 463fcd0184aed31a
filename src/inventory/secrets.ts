import { Secret } from '../lib/secret.ts'

/** Where a secret comes from. Paths are absolute. */
export type SecretReference =
  | { readonly from: 'env'; readonly name: string }
  | { readonly from: 'file'; readonly path: string }
  | { readonly from: 'command'; readonly command: string; readonly directory: string }
  | AgeReference

/** A file encrypted with age, and the file with the identities that open it: age's usual one when undefined. */
export interface AgeReference {
  readonly from: 'age'
  readonly path: string
  readonly identity: string | undefined
}

/** A secret, or why there is none. */
export type Outcome = Secret | { readonly message: string; readonly mend: string }

/** Stands for a secret nobody has looked up. As long as a VRRP password may be. */
const PLACEHOLDER = new Secret('********')

/** For `validate` and `render`, which need to know that there is a secret, not which. */
export function placeholderSecret(): Secret {
  return PLACEHOLDER
}

/** Nothing can be said of the form of a secret that nobody has looked up. */
export function isPlaceholder(secret: Secret): boolean {
  return secret === PLACEHOLDER
}
