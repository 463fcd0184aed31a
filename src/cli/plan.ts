import type { Command } from 'commander'
import { hostCommand, names, type HostOptions } from './options.ts'
import type { Shell } from './shell.ts'

/** `ha-provision plan`: what `up` would do; exit code 2 when that is something. */
export function planCommand(shell: Shell): Command {
  return hostCommand('plan', 'show what up would change, in which order, and whether the VIP moves; changes nothing')
    .option('--limit <hosts>', 'plan without the members that are left out and cannot be reached', names)
    .action(async (files: readonly string[], options: HostOptions) => {
      const { overInventories } = await import('./session.ts')
      const { plan } = await import('../engine/plan.ts')
      await overInventories(files, shell, { ...options, command: 'plan', outOfSight: 'stop', patience: 0 }, plan)
    })
}
