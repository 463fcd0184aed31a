import { basename } from 'node:path'
import { Command, InvalidArgumentError } from 'commander'
import type { Say } from '../lab/say.ts'
import type { Shell } from './shell.ts'

/** `ha-provision lab`: disposable hosts on this machine to try everything on. */
export function labCommand(shell: Pick<Shell, 'signal'>): Command {
  const lab = new Command('lab')
    .description('disposable test hosts on this machine (Docker Compose)')
    .addHelpText('after', '\nHA_PROVISION_LAB=NAME in the environment chooses one of several labs of this checkout.')

  lab
    .command('up')
    .description('start the lab, or bring it to what is asked for')
    .option('--hosts <count>', 'load balancers, 2 to 4 (as many as last time; 2 at first)', wholeNumber)
    .option('--platform <names>', 'what they are, a list that goes round: debian-12,debian-13 …', list)
    .option(
      '--topology <name>',
      'a reference topology with its own addresses: alpine-pair, stacked-masters, kubesphere-pair, under-the-hood',
    )
    .option('--fresh', 'make the load balancers bare again')
    .action(async (options: UpOptions) => {
      const { labUp } = await import('../lab/up.ts')
      const { paths } = await import('../lab/paths.ts')
      await labUp({ ...options, platforms: options.platform, signal: shell.signal }, print)
      print(`inventory: inventories/${basename(paths.inventory)}`)
    })

  lab
    .command('down')
    .description('remove the containers, the network and the volumes of the lab')
    .option('--all', 'of all labs of this checkout')
    .option('--images', 'remove the images too')
    .action(async (options: { all?: boolean; images?: boolean }) => {
      const { labDown } = await import('../lab/down.ts')
      await labDown(options, print)
    })

  lab
    .command('status')
    .description('list the hosts, their state and address')
    .option('--json', 'one JSON object')
    .action(async (options: { json?: boolean }) => {
      const { labStatus } = await import('../lab/status.ts')
      const { renderStatus } = await import('../lab/render-status.ts')
      const status = await labStatus()
      print(options.json === true ? JSON.stringify(status ?? null) : renderStatus(status))
    })

  return lab
}

interface UpOptions {
  readonly hosts?: number
  readonly platform?: readonly string[]
  readonly topology?: string
  readonly fresh?: boolean
}

const print: Say = (line) => {
  process.stdout.write(`${line}\n`)
}

function list(text: string): readonly string[] {
  return text.split(',').map((item) => item.trim())
}

function wholeNumber(text: string): number {
  const value = Number(text)
  if (!Number.isInteger(value)) throw new InvalidArgumentError('a whole number is needed')
  return value
}
