import { Command } from 'commander'
import type { Shell } from './shell.ts'

/** `ha-provision validate`: every problem of inventories at once, with no host contacted and no secret looked up. */
export function validateCommand(shell: Shell): Command {
  return new Command('validate')
    .description('judge inventories without contacting a host; exit code 1 when one has errors')
    .argument('<inventory...>', 'inventory files')
    .option('--json', 'one problem a line, as JSON; the last line is the outcome')
    .action(async (files: readonly string[], options: { readonly json?: true }) => {
      const { loadInventory } = await import('../inventory/load.ts')
      const { InputError, renderProblem } = await import('../lib/problem.ts')
      let errors = 0
      for (const file of files) {
        const problems = await loadInventory(file, { secrets: 'placeholder' }).then(
          ({ warnings }) => warnings,
          (error: unknown) => {
            if (error instanceof InputError) return error.problems
            throw error
          },
        )
        errors += problems.filter(({ severity }) => severity === 'error').length
        for (const problem of problems) {
          process.stdout.write(
            `${options.json === true ? JSON.stringify({ type: 'problem', ...problem }) : renderProblem(problem)}\n`,
          )
        }
        if (options.json !== true && problems.length === 0) process.stdout.write(`${file}: no problems\n`)
      }
      if (options.json === true)
        process.stdout.write(`${JSON.stringify({ type: 'finished', errors, exitCode: errors === 0 ? 0 : 1 })}\n`)
      shell.exitCode = errors === 0 ? 0 : 1
    })
}
