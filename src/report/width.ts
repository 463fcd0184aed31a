/** Scripts and emoji that take two columns on a terminal. */
const WIDE =
  /^(?:\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6])/u
const COMBINING = /^\p{Mark}/u

/** Printable ASCII, which is nearly everything, is as wide as it is long. */
const SIMPLE = /^[ -~]*$/

/** How many columns a printable text takes. */
export function width(text: string): number {
  if (SIMPLE.test(text)) return text.length
  let sum = 0
  for (const character of text) sum += columns(character)
  return sum
}

function columns(character: string): number {
  if (COMBINING.test(character)) return 0
  return WIDE.test(character) ? 2 : 1
}

/** The text, or as much of it as fits, with an ellipsis. */
export function cut(text: string, most: number): string {
  if (width(text) <= most) return text
  let kept = ''
  let used = 1
  for (const character of text) {
    used += columns(character)
    if (used > most) break
    kept += character
  }
  return most < 1 ? '' : `${kept}…`
}

/** The text with spaces after it, so that what follows stands in a column. */
export function pad(text: string, to: number): string {
  return text + ' '.repeat(Math.max(0, to - width(text)))
}
