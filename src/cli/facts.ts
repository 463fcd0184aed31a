import type { Command } from 'commander'
import { hostCommand, type HostOptions } from './options.ts'
import type { Shell } from './shell.ts'

/** `ha-provision facts`: what the hosts are. */
export function factsCommand(shell: Shell): Command {
  return hostCommand('facts', 'show what the hosts are: system, addresses, versions; changes nothing')
    .option('--connection', 'show how each host would be reached, and who said so; contacts no host')
    .action(
      async (files: readonly string[], { connection, ...options }: HostOptions & { readonly connection?: true }) => {
        if (connection === true) {
          const { tellConnections } = await import('./connection-facts.ts')
          await tellConnections(files, shell, options)
          return
        }
        const { overInventories } = await import('./session.ts')
        const { describe } = await import('../engine/describe.ts')
        await overInventories(files, shell, { ...options, command: 'facts', outOfSight: 'tell', patience: 0 }, describe)
      },
    )
}
