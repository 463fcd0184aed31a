import type { Endpoint } from '../../../src/connection/types.ts'

/** What the tests of the way in are run with. */
export const transports: readonly Endpoint['transport'][] = ['ssh2', 'openssh']
