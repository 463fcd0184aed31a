import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, resolve } from 'node:path'
import { InputError, type Problem } from '../lib/problem.ts'
import { Secret } from '../lib/secret.ts'
import type { Inventory } from './model.ts'
import { parseInventory, type ParseEnvironment } from './parse.ts'
import { readInventoryText } from './read-text.ts'
import { placeholderSecret, type SecretReference } from './secrets.ts'

export interface LoadOptions {
  /** `placeholder`: do not look secrets up. For what only judges or shows the inventory. */
  readonly secrets: 'resolve' | 'placeholder'
}

/** Reads an inventory. Throws InputError with all its problems if any is an error. */
export async function loadInventory(
  path: string,
  options: LoadOptions = { secrets: 'resolve' },
): Promise<{ readonly inventory: Inventory; readonly warnings: readonly Problem[] }> {
  const text = await readInventoryText(path)
  const { inventory, problems } = parseInventory(text, path, {
    home: homedir(),
    directory: dirname(resolve(path)),
    secret: options.secrets === 'resolve' ? resolveSecret : placeholderSecret,
  })
  if (inventory === undefined) throw new InputError(problems)
  return { inventory, warnings: problems }
}

type Outcome = ReturnType<ParseEnvironment['secret']>

function resolveSecret(reference: SecretReference): Outcome {
  const found = lookUp(reference)
  if (typeof found !== 'string') return found
  // What a file or a command ends with is the line's end, not the secret's.
  const value = reference.from === 'env' ? found : found.replace(/\r?\n$/, '')
  if (value === '') return { message: 'the secret is empty', mend: 'put a value there, or remove the key' }
  return new Secret(value)
}

function lookUp(reference: SecretReference): string | { message: string; mend: string } {
  switch (reference.from) {
    case 'env': {
      const mend = `export ${reference.name} before you run the tool`
      return process.env[reference.name] ?? { message: `the environment has no variable ${reference.name}`, mend }
    }
    case 'file':
      return attempt(
        () => readFileSync(reference.path, 'utf8'),
        `${reference.path} cannot be read`,
        'create the file, or correct the path',
      )
    case 'command': {
      const { command, directory } = reference
      // Its stderr is the terminal's: a password manager may have something to say or to ask.
      const run = () =>
        execFileSync('/bin/sh', ['-c', command], {
          cwd: directory,
          encoding: 'utf8',
          stdio: ['inherit', 'pipe', 'inherit'],
        })
      return attempt(run, 'the command that should print the secret failed', 'run it by hand to see why')
    }
  }
}

function attempt(run: () => string, message: string, mend: string): string | { message: string; mend: string } {
  try {
    return run()
  } catch {
    return { message, mend }
  }
}
