import { atLeast } from '../lib/version.ts'

/** Something an inventory asks for that a host's program cannot do, and what the operator can do about it. */
export interface Objection {
  readonly problem: string
  readonly mend: string
}

/** Words of a configuration that came with a version. */
export interface Word {
  /** How a line with them looks. */
  readonly line: RegExp
  readonly name: string
  readonly since: readonly number[]
}

/** A program as a host has it. */
export interface Program {
  readonly name: 'haproxy' | 'keepalived' | 'pacemaker'
  readonly version: string
}

/** One objection for each of the words that stand in a configuration although the program does not know them yet. */
export function tooNew(program: Program, config: string, words: readonly Word[]): readonly Objection[] {
  const lines = config.split('\n').filter((line) => !/^\s*[#!]/.test(line))
  return words
    .filter(({ since, line }) => !atLeast(program.version, since) && lines.some((one) => line.test(one)))
    .map(({ name, since }) => notBefore(program, name, since))
}

export function notBefore({ name, version }: Program, what: string, since: readonly number[]): Objection {
  const wanted = since.join('.')
  return {
    problem: `the inventory asks for ${what}, which ${name} ${version} does not know`,
    mend: `install ${name} ${wanted} or later there (${name}.version in the inventory), or take it out of the inventory`,
  }
}
