import { HaError } from '../../lib/errors.ts'
import { Secret } from '../../lib/secret.ts'
import { askPassphrases } from './passphrases.ts'
import { promptSecret } from './prompt.ts'
import type { Accept } from './prompt.ts'
import type { Target } from '../types.ts'

export interface CredentialOptions {
  /** `--ask-password`: one login password for all hosts, whatever the inventory says. */
  readonly askPassword?: boolean
  /** `--ask-become-password`: the same for sudo. */
  readonly askBecomePassword?: boolean
  readonly environment?: NodeJS.ProcessEnv
  /** Someone is there to be asked; unless given: stdin is a terminal. */
  readonly interactive?: boolean
  /** How a secret is asked for. */
  readonly ask?: (question: string, accept: Accept) => Promise<string>
}

/**
 * Fills in the secrets that connecting needs and nobody gave: from the environment, else by asking, each once, before
 * the run begins. While it runs nothing is asked.
 */
export async function askCredentials(targets: readonly Target[], options: CredentialOptions = {}): Promise<Target[]> {
  const environment = options.environment ?? process.env
  const interactive = options.interactive ?? process.stdin.isTTY
  const ask = interactive ? (options.ask ?? promptSecret) : refuse
  const fromEnvironment = (name: string): Secret | undefined => {
    const value = environment[name]
    return value === undefined || value === '' ? undefined : new Secret(value)
  }
  const passphrase = fromEnvironment('HA_PROVISION_PASSPHRASE')
  const password = fromEnvironment('HA_PROVISION_PASSWORD')
  const becomePassword = fromEnvironment('HA_PROVISION_BECOME_PASSWORD')
  const askedPassword = options.askPassword === true ? await answer(ask, 'SSH password', password) : undefined
  const askedBecome =
    options.askBecomePassword === true ? await answer(ask, 'sudo password', becomePassword) : undefined
  // A jump host is another machine: the hosts' password is not for it.
  const filled = targets.map((target) => ({
    ...target,
    jumps: target.jumps.map((jump) => ({ ...jump, passphrase: jump.passphrase ?? passphrase })),
    passphrase: target.passphrase ?? passphrase,
    password: askedPassword ?? target.password ?? password,
    becomePassword: askedBecome ?? target.becomePassword ?? becomePassword,
  }))
  const endpoints = filled.flatMap((target) => [...target.jumps, target])
  const passphrases = await askPassphrases(endpoints, ask)
  return filled.map((target) => ({
    ...target,
    passphrases,
    jumps: target.jumps.map((jump) => ({ ...jump, passphrases })),
  }))
}

/** What the environment gives need not be asked for. */
async function answer(ask: typeof promptSecret, question: string, given: Secret | undefined): Promise<Secret> {
  return given ?? new Secret(await ask(question, async () => await Promise.resolve(true)))
}

const VARIABLES: readonly { readonly about: RegExp; readonly variable: string; readonly field: string }[] = [
  { about: /^passphrase/, variable: 'HA_PROVISION_PASSPHRASE', field: 'connection.passphrase' },
  { about: /^SSH/, variable: 'HA_PROVISION_PASSWORD', field: 'connection.password' },
  { about: /^sudo/, variable: 'HA_PROVISION_BECOME_PASSWORD', field: 'connection.become_password' },
]

async function refuse(question: string): Promise<string> {
  const way = VARIABLES.find(({ about }) => about.test(question))
  const mend = way === undefined ? undefined : `set ${way.variable} or ${way.field}, or run it on a terminal`
  return await Promise.reject(new HaError(`the ${question} is needed, and there is no terminal to ask on`, { mend }))
}
