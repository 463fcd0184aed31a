import type { Command } from 'commander'
import { hostCommand, type HostOptions } from './options.ts'
import type { Shell } from './shell.ts'

/** `ha-provision status`: who is what, in a table; exit code 3 when `verify` would not pass. */
export function statusCommand(shell: Shell): Command {
  return hostCommand(
    'status',
    'show who is in the cluster, what runs there and who holds the VIPs; changes nothing',
  ).action(async (files: readonly string[], options: HostOptions) => {
    const { overInventories } = await import('./session.ts')
    const { status } = await import('../engine/status.ts')
    await overInventories(files, shell, { ...options, command: 'status', outOfSight: 'tell', patience: 0 }, status)
  })
}
