import { Address4, Address6 } from 'ip-address'

/** One notation for one address, so that `2001:db8:0::1` and `2001:db8::1` are the same. Throws for what is no IP address. */
export function canonicalAddress(address: string): string {
  return address.includes(':') ? new Address6(address).correctForm() : new Address4(address).correctForm()
}
