import { Command, CommanderError } from 'commander'
import { factsCommand } from './facts.ts'
import { labCommand } from './lab.ts'
import { pingCommand } from './ping.ts'
import { planCommand } from './plan.ts'
import { renderCommand } from './render.ts'
import { schemaCommand } from './schema.ts'
import type { Shell } from './shell.ts'
import { statusCommand } from './status.ts'
import { upCommand } from './up.ts'
import { validateCommand } from './validate.ts'
import { verifyCommand } from './verify.ts'

/** Every command there is, in the order an operator meets them. */
const commands: readonly ((shell: Shell) => Command)[] = [
  validateCommand,
  renderCommand,
  pingCommand,
  factsCommand,
  planCommand,
  upCommand,
  verifyCommand,
  statusCommand,
  schemaCommand,
]

/** All commands and their options. */
export function createProgram(shell: Shell, version: string): Command {
  const program = new Command('ha-provision')
    .description(
      'A highly available HAProxy on your hosts, over SSH: haproxy behind a VIP that is on exactly one of them.',
    )
    .version(version)
    .exitOverride()
    .showHelpAfterError("(see 'ha-provision --help')")
  for (const command of commands) program.addCommand(command(shell))
  program.addCommand(labCommand(shell))
  for (const command of program.commands) inherit(command)
  return program
}

/** Reads the words of a command line and does what they say; returns the exit status. */
export async function runProgram(
  words: readonly string[],
  options: { readonly version: string; readonly signal: AbortSignal },
): Promise<number> {
  const shell: Shell = { exitCode: 0, signal: options.signal }
  try {
    await createProgram(shell, options.version).parseAsync([...words], { from: 'user' })
  } catch (error) {
    // commander has said what is wrong already; help and version are no errors.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 1
    throw error
  }
  return shell.exitCode
}

/** A subcommand's words are judged as its parent's are. */
function inherit(command: Command): void {
  command.exitOverride().showHelpAfterError(`(see 'ha-provision ${command.name()} --help')`)
  for (const child of command.commands) inherit(child)
}
