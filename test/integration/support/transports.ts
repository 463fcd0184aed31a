/** What speaks SSH. Whatever is claimed of connections is tried with each. */
export const transports = ['ssh2'] as const
