import type { Command } from 'commander'
import { hostCommand, names, type HostOptions } from './options.ts'
import type { Shell } from './shell.ts'

/** `ha-provision ping`: who is reached, how, and with what rights. */
export function pingCommand(shell: Shell): Command {
  return hostCommand('ping', 'reach the hosts, log in and become root, and tell what is in the way; changes nothing')
    .option('--limit <hosts>', 'reach only these load balancers', names)
    .action(async (files: readonly string[], options: HostOptions) => {
      const { overInventories } = await import('./session.ts')
      const { ping } = await import('../engine/ping.ts')
      const session = { ...options, command: 'ping', outOfSight: 'tell', meetOnly: 'limit', patience: 0 } as const
      await overInventories(files, shell, session, ping)
    })
}
