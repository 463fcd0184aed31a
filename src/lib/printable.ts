/**
 * Text of a host as it may be shown on a terminal: control characters, which could move the cursor or worse, and
 * invisible ones, which could make a line read as another, are spelled out. Newlines and tabs stay.
 */
export function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}]/gu, (character) => {
    if (character === '\n' || character === '\t') return character
    const code = (character.codePointAt(0) ?? 0).toString(16)
    return code.length > 2 ? `\\u{${code}}` : `\\x${code.padStart(2, '0')}`
  })
}
