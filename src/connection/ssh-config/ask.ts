import { HaError } from '../../lib/errors.ts'
import { type Answer, runInShell } from './batch.ts'
import { type ConfigOutput, parseOutput } from './output.ts'
import { configRefusal } from './refusal.ts'
import { type Asked, type ConfigSettings, settingsOf } from './settings.ts'

/** `Match exec` runs programs, which may hang. */
const SECONDS = 10
/** Shells at once. */
const SHELLS = 2
/** What a shell says of a program that is not there. */
const NOT_FOUND = 127

interface Question {
  readonly words: readonly string[]
  readonly answer: (answer: Answer) => void
  readonly fail: (error: unknown) => void
}

/** Asks ssh what its configuration says, once for each host, user and port; what is asked in one moment is asked together. */
export class SshConfig {
  readonly #file: string | undefined
  readonly #environment: NodeJS.ProcessEnv
  readonly #asked = new Map<string, Promise<ConfigOutput | undefined>>()
  #waiting: Question[] = []

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

  /** The inventory names a file. */
  get isNamed(): boolean {
    return this.#file !== undefined && this.isFollowed
  }

  /** Whether this machine has an ssh. */
  async isThere(): Promise<boolean> {
    return (await this.#output(this.isFollowed ? BASELINE : ['-V'], '')) !== undefined
  }

  async #output(words: readonly string[], alias: string): Promise<ConfigOutput | undefined> {
    const key = words.join('\0')
    const output = this.#asked.get(key) ?? this.#ask(words, alias)
    this.#asked.set(key, output)
    return await output
  }

  async #ask(words: readonly string[], alias: string): Promise<ConfigOutput | undefined> {
    const { code, text } = await new Promise<Answer>((answer, fail) => {
      if (this.#waiting.length === 0) setImmediate(this.#askAll)
      this.#waiting.push({ words, answer, fail })
    })
    if (code === 0) return parseOutput(text)
    if (code === NOT_FOUND) return undefined
    if (code !== undefined) throw configRefusal(alias, text)
    throw new HaError(`ssh -G ${alias} did not end within ${SECONDS} s`, {
      where: 'ssh_config',
      mend: 'a program of a Match exec line there may hang; or CanonicalizeHostname, which asks DNS',
    })
  }

  readonly #askAll = (): void => {
    const questions = this.#waiting
    this.#waiting = []
    for (let shell = 0; shell < SHELLS; shell += 1) {
      const own = questions.filter((_, index) => index % SHELLS === shell)
      if (own.length > 0) void this.#askTogether(own)
    }
  }

  async #askTogether(questions: readonly Question[]): Promise<void> {
    try {
      const commands = questions.map(({ words }) => ['ssh', ...words])
      const answers = await runInShell(commands, this.#environment, SECONDS)
      questions.forEach(({ answer }, index) => {
        answer(answers[index] ?? { code: undefined, text: '' })
      })
    } catch (error) {
      for (const { fail } of questions) fail(error)
    }
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
