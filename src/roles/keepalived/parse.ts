/** A statement of keepalived.conf: its words, and what stands in its braces. */
export interface Statement {
  readonly words: readonly string[]
  readonly children: readonly Statement[]
}

/** A quoted word, a brace, an end of line, a comment to its end, or a bare word. */
const TOKEN = /"([^"\n]*)"|([{}\n])|[!#][^\n]*|[^\s{}"!#]+/g

interface Open {
  words: string[]
  children: Statement[]
}

/**
 * keepalived.conf as statements: ours, or one made by hand (comments with `!` and `#`, quoted words, a brace on its own
 * line, a whole block in one line). Its preprocessor (`include`, `$NAME`, `@host`) is not followed.
 */
export function parseKeepalived(config: string): readonly Statement[] {
  const top: Open = { words: [], children: [] }
  const open: Open[] = [top]
  let words: string[] = []

  const end = (): void => {
    if (words.length > 0) open.at(-1)?.children.push({ words, children: [] })
    words = []
  }
  const enter = (): void => {
    // `unicast_peer` on one line and `{` on the next: the head has been taken for a statement of its own.
    const head = words.length > 0 ? words : [...(open.at(-1)?.children.pop()?.words ?? [])]
    open.push({ words: head, children: [] })
    words = []
  }
  const leave = (): void => {
    end()
    if (open.length === 1) return
    const closed = open.pop()
    if (closed !== undefined) open.at(-1)?.children.push(closed)
  }

  for (const [token, quoted, mark] of config.matchAll(TOKEN)) {
    if (quoted !== undefined) words.push(quoted)
    else if (mark === '{') enter()
    else if (mark === '}') leave()
    else if (mark === '\n') end()
    else if (!/^[!#]/.test(token)) words.push(token)
  }
  end()
  while (open.length > 1) leave()
  return top.children
}

/** The statements that begin with a keyword. */
export function named(statements: readonly Statement[], keyword: string): readonly Statement[] {
  return statements.filter((statement) => statement.words[0] === keyword)
}

/** The first value of a keyword; the last statement counts, as it does for keepalived. */
export function valueOf(statements: readonly Statement[], keyword: string): string | undefined {
  return named(statements, keyword).at(-1)?.words[1]
}

/** The words inside a block's braces, line by line; in a block of one line they are all in one. */
export function contentOf(statements: readonly Statement[], keyword: string): readonly (readonly string[])[] {
  return named(statements, keyword).flatMap((statement) => statement.children.map((child) => child.words))
}
