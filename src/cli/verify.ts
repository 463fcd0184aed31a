import type { Command } from 'commander'
import { hostCommand, seconds, type HostOptions } from './options.ts'
import type { Shell } from './shell.ts'

interface VerifyOptions extends HostOptions {
  readonly requireServers?: true
  readonly wait: number
}

/** `ha-provision verify`: judges the running service; exit code 3 when it is not as it should be. */
export function verifyCommand(shell: Shell): Command {
  return hostCommand('verify', 'prove that exactly one member holds each VIP and that it serves; changes nothing')
    .option('--require-servers', 'servers that are down are a failure, not a warning')
    .option('--wait <seconds>', 'how long to wait before a failure is final', seconds, 10)
    .action(async (files: readonly string[], options: VerifyOptions) => {
      const { overInventories } = await import('./session.ts')
      const { check } = await import('../engine/check.ts')
      const { wait, ...rest } = options
      await overInventories(files, shell, { ...rest, command: 'verify', outOfSight: 'tell', patience: wait }, check)
    })
}
