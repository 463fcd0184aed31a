import type { Command } from 'commander'
import { hostCommand, names, seconds, type HostOptions } from './options.ts'
import type { Shell } from './shell.ts'

interface UpOptions extends HostOptions {
  readonly requireServers?: true
  readonly forceUnlock?: true
  readonly yes?: true
  readonly cleanup?: true
  readonly wait: number
}

/** `ha-provision up`: what the inventory says becomes true, and is proved. */
export function upCommand(shell: Shell): Command {
  return hostCommand('up', 'make the cluster what the inventory says, and prove that it serves')
    .option('--limit <hosts>', 'change only these load balancers (looking is never limited)', names)
    .option('--require-servers', 'servers that are down are a failure, not a warning')
    .option('--force-unlock', 'take the lock from a run that holds it')
    .option('--yes', 'also do what stops corosync on all members at once; the plan says when that is needed')
    .option('--cleanup', 'let pacemaker forget failed actions, once their reason is mended')
    .option('--wait <seconds>', 'how long verification waits before a failure is final', seconds, 45)
    .action(async (files: readonly string[], options: UpOptions) => {
      const { overInventories } = await import('./session.ts')
      const { up } = await import('../engine/up.ts')
      const { wait, ...rest } = options
      await overInventories(files, shell, { ...rest, command: 'up', outOfSight: 'stop', patience: wait }, up)
    })
}
