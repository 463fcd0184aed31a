import { inspect } from 'node:util'

/** What is shown wherever a secret would stand. */
export const MASK = '‹secret›'

/** A value that never shows itself: printing, logging and JSON give the mask; only `reveal` gives the value. */
export class Secret {
  readonly #value: string

  constructor(value: string) {
    this.#value = value
  }

  reveal(): string {
    return this.#value
  }

  toString(): string {
    return MASK
  }

  toJSON(): string {
    return MASK
  }

  [inspect.custom](): string {
    return MASK
  }
}

/** Text with secrets in it: `masked` for people, `reveal` only for the host it goes to. */
export class Text {
  readonly #parts: readonly (string | Secret)[]

  constructor(parts: readonly (string | Secret)[]) {
    this.#parts = parts
  }

  reveal(): string {
    return this.#parts.map((part) => (part instanceof Secret ? part.reveal() : part)).join('')
  }

  get masked(): string {
    return this.#parts.map(String).join('')
  }

  get secrets(): readonly Secret[] {
    return this.#parts.filter((part) => part instanceof Secret)
  }

  /** What somebody said about this text, with its secrets masked. A very short one stands everywhere by chance and tells nothing. */
  hide(said: string): string {
    const values = this.secrets.map((secret) => secret.reveal()).filter((value) => value.length >= 4)
    return values.sort((a, b) => b.length - a.length).reduce((shown, value) => shown.replaceAll(value, MASK), said)
  }

  /** The same text with every part changed, secrets staying secret: for quoting. */
  map(change: (part: string) => string): Text {
    return new Text(
      this.#parts.map((part) => (part instanceof Secret ? new Secret(change(part.reveal())) : change(part))),
    )
  }

  toString(): string {
    return this.masked
  }

  toJSON(): string {
    return this.masked
  }

  /** Joins texts and strings; what was secret stays secret. */
  static join(items: readonly (string | Secret | Text)[], separator = ''): Text {
    const parts: (string | Secret)[] = []
    items.forEach((item, index) => {
      if (index > 0 && separator !== '') parts.push(separator)
      if (item instanceof Text) parts.push(...item.#parts)
      else parts.push(item)
    })
    return new Text(parts)
  }
}

/** Template tag: text`stats auth ${user}:${secret}`. */
export function text(strings: TemplateStringsArray, ...values: readonly (string | number | Secret | Text)[]): Text {
  const items: (string | Secret | Text)[] = []
  strings.forEach((fixed, index) => {
    items.push(fixed)
    const value = values[index]
    if (value !== undefined) items.push(typeof value === 'number' ? String(value) : value)
  })
  return Text.join(items)
}
