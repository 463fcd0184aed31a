import { execFile, execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { HaError } from '../lib/errors.ts'
import { Secret } from '../lib/secret.ts'
import type { AgeReference, Outcome, SecretReference } from './secrets.ts'

/** A program that prints a code does so at once. */
const CODE_MS = 30_000

type Plain = Exclude<SecretReference, AgeReference>

/** Looks up what needs no decryption. */
export function resolveSecret(reference: Plain): Outcome {
  return valueOf(reference, lookUp(reference))
}

/** Looks a secret up while hosts are waiting for it, so without the terminal. Throws HaError that names `field`. */
export async function resolveFresh(reference: SecretReference, field: string): Promise<Secret> {
  const found = await freshly(reference)
  if (found instanceof Secret) return found
  throw new HaError(`${field}: ${found.message}`, { mend: found.mend })
}

/** Decrypts, by a library that is loaded only here. */
export async function resolveAge(reference: AgeReference): Promise<Outcome> {
  const { decryptAge } = await import('./age.ts')
  return valueOf(reference, await decryptAge(reference))
}

type Found = string | { readonly message: string; readonly mend: string }

async function freshly(reference: SecretReference): Promise<Outcome> {
  if (reference.from === 'age') return await resolveAge(reference)
  if (reference.from !== 'command') return resolveSecret(reference)
  const run = promisify(execFile)('/bin/sh', ['-c', reference.command], {
    cwd: reference.directory,
    timeout: CODE_MS,
  })
  run.child.stdin?.end()
  return valueOf(
    reference,
    await run.then(
      ({ stdout }) => stdout,
      () => FAILED,
    ),
  )
}

function valueOf(reference: SecretReference, found: Found): Outcome {
  if (typeof found !== 'string') return found
  // What a file or a command ends with is the line's end, not the secret's.
  const value = reference.from === 'env' ? found : found.replace(/\r?\n$/, '')
  if (value === '') return { message: 'the secret is empty', mend: 'put a value there, or remove the key' }
  return new Secret(value)
}

const FAILED = {
  message: 'the command that should print the secret failed',
  mend: 'run it by hand to see why',
} as const

function lookUp(reference: Plain): Found {
  switch (reference.from) {
    case 'env': {
      const mend = `export ${reference.name} before you run the tool`
      return process.env[reference.name] ?? { message: `the environment has no variable ${reference.name}`, mend }
    }
    case 'file':
      return attempt(() => readFileSync(reference.path, 'utf8'), {
        message: `${reference.path} cannot be read`,
        mend: 'create the file, or correct the path',
      })
    case 'command': {
      const { command, directory } = reference
      // Its stderr is the terminal's: a password manager may have something to say or to ask.
      const run = () =>
        execFileSync('/bin/sh', ['-c', command], {
          cwd: directory,
          encoding: 'utf8',
          stdio: ['inherit', 'pipe', 'inherit'],
        })
      return attempt(run, FAILED)
    }
  }
}

function attempt(run: () => string, failed: Found): Found {
  try {
    return run()
  } catch {
    return failed
  }
}
