import { dirname, join } from 'node:path'
import { Command } from 'commander'
import { HaError } from '../lib/errors.ts'

/** `ha-provision render`: the files that hosts would get, into a folder, with no host contacted. */
export function renderCommand(): Command {
  return new Command('render')
    .description('write the files that the hosts would get into a folder, secrets as placeholders; contacts no host')
    .argument('<inventory>', 'inventory file')
    .option('--out <folder>', 'where to write: FOLDER/HOST/etc/…', 'rendered')
    .option('--system <name>', 'the distribution of the hosts, with its usual versions', 'debian-12')
    .option('--facts <file>', "what 'facts --json' printed, instead of --system")
    .action(
      async (file: string, options: { readonly out: string; readonly system: string; readonly facts?: string }) => {
        const { mkdir, readFile, writeFile } = await import('node:fs/promises')
        const { loadInventory } = await import('../inventory/load.ts')
        const { loadShippedPlaybook } = await import('../playbook/load.ts')
        const { readFacts } = await import('../facts/read.ts')
        const { renderFiles, renderObjections } = await import('../engine/render.ts')
        const { inventory } = await loadInventory(file, { secrets: 'placeholder' })
        const given =
          options.facts === undefined
            ? options.system
            : readFacts(
                await orHaError(
                  readFile(options.facts, 'utf8'),
                  options.facts,
                  'name the file that --facts shall read',
                ),
                options.facts,
              )
        for (const objection of renderObjections(inventory, given)) process.stderr.write(`warning: ${objection}\n`)
        for (const { host, path, content } of renderFiles(inventory, await loadShippedPlaybook(inventory.ha), given)) {
          const target = join(options.out, host, path)
          const mend = 'name a folder that can be written with --out'
          await orHaError(mkdir(dirname(target), { recursive: true }), target, mend)
          await orHaError(writeFile(target, content), target, mend)
          process.stdout.write(`${target}\n`)
        }
      },
    )
}

async function orHaError<T>(work: Promise<T>, where: string, mend: string): Promise<T> {
  return await work.catch((cause: unknown) => {
    throw new HaError(cause instanceof Error ? cause.message : String(cause), { where, mend, cause })
  })
}
