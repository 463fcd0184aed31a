import type { Command } from 'commander'
import { hostCommand, type HostOptions } from './options.ts'
import type { Shell } from './shell.ts'

/** `ha-provision facts`: what the hosts are. */
export function factsCommand(shell: Shell): Command {
  return hostCommand('facts', 'show what the hosts are: system, addresses, versions; changes nothing').action(
    async (files: readonly string[], options: HostOptions) => {
      const { overInventories } = await import('./session.ts')
      const { describe } = await import('../engine/describe.ts')
      await overInventories(files, shell, { ...options, command: 'facts', outOfSight: 'tell', patience: 0 }, describe)
    },
  )
}
