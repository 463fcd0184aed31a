import { HungUpError, NoHandshakeError } from '../reach-errors.ts'
import type { Endpoint } from '../types.ts'
import { PinError } from './host-key-errors.ts'
import type { HostKeys } from './host-keys.ts'

/**
 * Logs in, told which types of host keys are not wanted: a host has several keys, and which of them was pinned is not
 * known, so that it is asked for the others when it shows a wrong one.
 */
export async function withPinnedKey<T>(
  endpoint: Endpoint,
  hostKeys: HostKeys,
  login: (unwanted: readonly string[]) => Promise<T>,
): Promise<T> {
  let refusal: PinError | undefined
  for (const unwanted: string[] = []; ;) {
    try {
      return await login(unwanted)
    } catch (error) {
      const exhausted = error instanceof NoHandshakeError || error instanceof HungUpError
      if (exhausted && refusal !== undefined) throw refusal
      if (!(error instanceof PinError)) throw error
      unwanted.push(error.type)
      refusal ??= error
      if (hostKeys.algorithms(endpoint, unwanted).length === 0) throw refusal
    }
  }
}
