import pLimit from 'p-limit'
import { HaError } from '../../lib/errors.ts'
import { type ConfigOutput, parseOutput } from './output.ts'
import { configRefusal } from './refusal.ts'
import { type Asked, type ConfigSettings, settingsOf } from './settings.ts'

/** `Match exec` runs programs, which may hang. */
const SECONDS = 10
const AT_ONCE = 32

/** Asks ssh what its configuration says, once for each host, user and port. */
export class SshConfig {
  readonly #file: string | undefined
  readonly #environment: NodeJS.ProcessEnv
  readonly #asked = new Map<string, Promise<ConfigOutput | undefined>>()
  readonly #limit = pLimit(AT_ONCE)

  /** `file` instead of ssh's usual ones; `none`: nothing is asked. */
  constructor(file: string | undefined, environment: NodeJS.ProcessEnv) {
    this.#file = file
    this.#environment = environment
  }

  /** Undefined when this machine has no ssh. Throws HaError when ssh refuses its configuration. */
  async settings(asked: Asked): Promise<ConfigSettings | undefined> {
    if (!this.isFollowed) return {}
    const [output, baseline] = await Promise.all([
      this.#output(questionOf(this.#file, asked), asked.alias),
      this.#output(BASELINE, ''),
    ])
    if (output === undefined || baseline === undefined) return undefined
    return settingsOf(output, baseline, asked, this.#environment)
  }

  /** Some ssh_config is followed, if this machine has an ssh. */
  get isFollowed(): boolean {
    return this.#file !== 'none'
  }

  /** Whether this machine has an ssh. */
  async isThere(): Promise<boolean> {
    return (await this.#output(this.isFollowed ? BASELINE : ['-V'], '')) !== undefined
  }

  async #output(words: readonly string[], alias: string): Promise<ConfigOutput | undefined> {
    const key = words.join('\0')
    const output = this.#asked.get(key) ?? this.#limit(async () => await this.#run(words, alias))
    this.#asked.set(key, output)
    return await output
  }

  async #run(words: readonly string[], alias: string): Promise<ConfigOutput | undefined> {
    const { execa } = await import('execa')
    const result = await execa('ssh', words, {
      reject: false,
      stdin: 'ignore',
      timeout: SECONDS * 1000,
      env: this.#environment,
      extendEnv: false,
    })
    if (!result.failed) return parseOutput(result.stdout)
    if (result.code === 'ENOENT') return undefined
    if (result.timedOut) {
      throw new HaError(`ssh -G ${alias} did not end within ${SECONDS} s`, {
        where: 'ssh_config',
        mend: 'a program of a Match exec line there may hang; or CanonicalizeHostname, which asks DNS',
      })
    }
    throw configRefusal(alias, result.stderr)
  }
}

function questionOf(file: string | undefined, { alias, user, port }: Asked): string[] {
  return [
    ...['-G', '-T'],
    ...(file === undefined ? [] : ['-F', file]),
    ...(user === undefined ? [] : ['-l', user]),
    ...(port === undefined ? [] : ['-p', String(port)]),
    ...['--', alias],
  ]
}

/** What ssh does without a configuration. */
const BASELINE = questionOf('none', { alias: 'localhost', user: undefined, port: undefined })
