/** What the tests of the way in are run with. */
export const transports = ['ssh2'] as const
