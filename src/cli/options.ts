import { Command, InvalidArgumentError } from 'commander'

/** What every command that meets hosts can be told. */
export interface HostOptions {
  readonly json?: true
  readonly verbose?: true
  readonly limit?: readonly string[]
  readonly askPassword?: true
  readonly askBecomePassword?: true
}

/** A command over inventories, with the options that all of them have. */
export function hostCommand(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .argument('<inventory...>', 'inventory files, one a cluster')
    .option('--json', 'one event a line, as JSON; the last one is the outcome')
    .option('-v, --verbose', 'tell more: what was unchanged, checks that passed, executions')
    .option('--ask-password', 'ask once for the password of the logins')
    .option('--ask-become-password', 'ask once for the password of sudo, or of root for su')
}

/** `lb1,lb2`. */
export function names(text: string): readonly string[] {
  return text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
}

/** A number of seconds that is not negative. */
export function seconds(text: string): number {
  const value = Number(text)
  if (!Number.isFinite(value) || value < 0 || text.trim() === '')
    throw new InvalidArgumentError('a number of seconds is needed')
  return value
}
