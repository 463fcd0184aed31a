import { Command, InvalidArgumentError } from 'commander'
import type { Say } from '../lab/say.ts'

/** `ha-provision lab`: disposable hosts on this machine to try everything on. */
export function labCommand(): Command {
  const lab = new Command('lab').description('disposable test hosts on this machine (Docker Compose)')

  lab
    .command('up')
    .description('start the lab, or bring it to what is asked for')
    .option('--hosts <count>', 'load balancers, 2 to 4 (as many as last time; 2 at first)', wholeNumber)
    .option('--fresh', 'make the load balancers bare again')
    .action(async (options: { hosts?: number; fresh?: boolean }) => {
      const { labUp } = await import('../lab/up.ts')
      await labUp(options, print)
      print('inventory: inventories/lab.yaml')
    })

  lab
    .command('down')
    .description('remove the containers, the network and the volumes of this checkout')
    .option('--images', 'remove the images too')
    .action(async (options: { images?: boolean }) => {
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

const print: Say = (line) => {
  process.stdout.write(`${line}\n`)
}

function wholeNumber(text: string): number {
  const value = Number(text)
  if (!Number.isInteger(value)) throw new InvalidArgumentError('a whole number is needed')
  return value
}
