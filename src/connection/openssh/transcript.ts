import { printable } from '../../lib/printable.ts'

const KEPT_LINES = 400
const STAGE = 'debug1: '
/** Stages and figures, which -v adds to what ssh says. */
const ADDED = /^(debug\d: |OpenSSH_|Authenticated (to|using) |Transferred: sent |Bytes per second: )/

/** What an ssh process says on stderr, called with -v in the C locale: its own words, and its stages. */
export class Transcript {
  readonly #lines: string[] = []
  #rest = ''

  push(chunk: string): void {
    const lines = `${this.#rest}${chunk}`.split(/\r?\n/)
    this.#rest = lines.pop() ?? ''
    this.#lines.push(...lines.map(printable))
    if (this.#lines.length > KEPT_LINES) this.#lines.splice(0, this.#lines.length - KEPT_LINES)
  }

  /** What was said up to now is no news any more. */
  forget(): void {
    this.#lines.length = 0
  }

  /** Its own words, without the stages. */
  get said(): readonly string[] {
    return this.#lines.filter((line) => line.trim() !== '' && !ADDED.test(line))
  }

  /** A TCP connection was made. */
  get connected(): boolean {
    return this.#stages(/^Connection established/).length > 0
  }

  /** An SSH server has answered. */
  get greeted(): boolean {
    return this.#stages(/^Remote protocol version/).length > 0
  }

  /** What a server said in place of SSH's greeting. */
  get otherGreeting(): string | undefined {
    return this.#stages(/^kex_exchange_identification: banner line 0: (.*)$/)[0]?.[1]
  }

  /** The login was done. */
  get letIn(): boolean {
    return this.#lines.some((line) => line.startsWith('Authenticated to '))
  }

  /** What the host said for the question that it asks now. */
  get instructions(): string {
    const method = this.#lines.findLastIndex((line) => line.startsWith(`${STAGE}Next authentication method: `))
    const since = this.#lines.slice(method + 1)
    return since.filter((line) => line.trim() !== '' && !ADDED.test(line)).join('\n')
  }

  /** The methods the host accepts, when it has told. */
  get accepted(): readonly string[] | undefined {
    const told = this.#stages(/^Authentications that can continue: (.*)$/).at(-1)
    return told?.[1]?.split(',')
  }

  /** The keys that were offered, as messages name them. */
  get offered(): readonly string[] {
    return this.#stages(/^Offering public key: (.*) (\S+) (SHA256:\S+)((?: \w+)*)$/).map(
      ([, comment = '', type = '', fingerprint = '', notes = '']) => {
        if (type.endsWith('-CERT')) return `certificate ${comment}`
        return notes.includes('agent') ? `key ${fingerprint} of the agent` : `key ${comment}`
      },
    )
  }

  #stages(pattern: RegExp): RegExpExecArray[] {
    return this.#lines.flatMap((line) => {
      const found = line.startsWith(STAGE) ? pattern.exec(line.slice(STAGE.length)) : null
      return found === null ? [] : [found]
    })
  }
}
