/** What `ssh -G` prints: keywords in small letters, each with its values in order. */
export type ConfigOutput = ReadonlyMap<string, readonly string[]>

/** Reads what `ssh -G` prints: a keyword and its value a line; what may be given several times has several lines. */
export function parseOutput(text: string): ConfigOutput {
  const output = new Map<string, string[]>()
  for (const line of text.split('\n')) {
    const [, keyword, value] = /^(\S+) (.*?)\r?$/.exec(line) ?? []
    if (keyword === undefined || value === undefined) continue
    const name = keyword.toLowerCase()
    output.set(name, [...(output.get(name) ?? []), value])
  }
  return output
}

/** Paths in one line, as `ssh -G` prints lists of files. It puts no quotes, so a piece that begins like no path belongs to the one before. */
export function splitPaths(line: string): string[] {
  const paths: string[] = []
  for (const piece of line.split(' ')) {
    const last = paths.pop()
    if (last === undefined) paths.push(piece)
    else if (/^[/~%$]/.test(piece)) paths.push(last, piece)
    else paths.push(`${last} ${piece}`)
  }
  return paths.filter((path) => path !== '')
}
