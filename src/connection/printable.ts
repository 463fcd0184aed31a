/** Text of a host as it may be shown on a terminal: control characters, which could move the cursor or worse, are spelled out. */
export function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}]/gu, (character) => {
    if (character === '\n' || character === '\t') return character
    return `\\x${(character.codePointAt(0) ?? 0).toString(16).padStart(2, '0')}`
  })
}

/** The last lines of a host's output, for an error message. */
export function lastLines(text: string, count = 5): string {
  const lines = text.trimEnd().split(/\r?\n/)
  return printable(lines.slice(-count).join('\n').slice(-2000))
}
