const ASK_MS = 10_000

/** The ssh program of this machine. */
export interface Program {
  /** `9.2`; `unknown` when it says nothing of itself that we understand. */
  readonly version: string
  /**
   * OpenSSH 8.5 or newer: it asks no terminal when told so (SSH_ASKPASS_REQUIRE), marks a host's own questions as such,
   * so that no host can ask for a key's passphrase, and tells which host key it was shown (KnownHostsCommand).
   */
  readonly modern: boolean
}

/** Asks ssh for its version. Undefined when there is no ssh. */
export async function findProgram(): Promise<Program | undefined> {
  const { execa } = await import('execa')
  const result = await execa('ssh', ['-V'], { reject: false, stdin: 'ignore', timeout: ASK_MS })
  if (result.code === 'ENOENT') return undefined
  const [, major = '', minor = ''] = /OpenSSH_(\d+)\.(\d+)/.exec(result.stderr) ?? []
  if (major === '') return { version: 'unknown', modern: false }
  return { version: `${major}.${minor}`, modern: Number(major) > 8 || (Number(major) === 8 && Number(minor) >= 5) }
}
