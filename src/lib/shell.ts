/** Quotes one word for a POSIX shell: any text without NUL comes out as exactly itself. */
export function quote(word: string): string {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}

/** Words of a command, each quoted. */
export function words(...parts: readonly string[]): string {
  return parts.map(quote).join(' ')
}
