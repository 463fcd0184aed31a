import { Secret } from '../lib/secret.ts'

/** Where a secret comes from. `path` is absolute. */
export type SecretReference =
  | { readonly from: 'env'; readonly name: string }
  | { readonly from: 'file'; readonly path: string }
  | { readonly from: 'command'; readonly command: string; readonly directory: string }

/** Stands for a secret nobody has looked up. As long as a VRRP password may be. */
const PLACEHOLDER = '********'

/** For `validate` and `render`, which need to know that there is a secret, not which. */
export function placeholderSecret(): Secret {
  return new Secret(PLACEHOLDER)
}
