import type { Path } from '../../lib/yaml.ts'
import type { Finding } from '../finding.ts'
import { type Outcome, placeholderSecret, type SecretReference } from '../secrets.ts'

/** What an inventory's meaning depends on besides its text; `load` fills it from the world. */
export interface ParseEnvironment {
  /** What `~` stands for. */
  readonly home: string
  /** The folder of the inventory: what relative paths begin at. */
  readonly directory: string
  /** The value behind a reference, or why there is none. */
  readonly secret: (reference: SecretReference) => Outcome
}

/** Passed through the normaliser: the environment, and where what is wrong is noted down. */
export interface Context {
  readonly environment: ParseEnvironment
  readonly findings: Finding[]
}

/** For what is not used: a context that asks for no secret. */
export function withoutSecrets(context: Context): Context {
  return { ...context, environment: { ...context.environment, secret: placeholderSecret } }
}

export function note(context: Context, rule: string, path: Path, message: string, mend: string): void {
  context.findings.push({ rule, severity: 'error', path, message, mend })
}

/** One or several as several. */
export function list<T>(value: T | readonly T[] | undefined, otherwise: readonly T[] = []): readonly T[] {
  if (value === undefined) return otherwise
  return isList(value) ? value : [value]
}

function isList<T>(value: T | readonly T[]): value is readonly T[] {
  return Array.isArray(value)
}

/** The path of an item of `list`: the value itself where only one is written. */
export function itemPath(path: Path, value: unknown, index: number): Path {
  return Array.isArray(value) ? [...path, index] : path
}
