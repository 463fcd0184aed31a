import { type Document, isAlias, isMap, isScalar, type Pair, type Scalar, visit } from 'yaml'
import { type Path, showKey } from './yaml-path.ts'

/** Something YAML itself objects to. */
export interface YamlFault {
  readonly rule: 'yaml-syntax' | 'yaml-duplicate-key' | 'yaml-alias' | 'yaml-tag' | 'yaml-key'
  readonly offset: number
  readonly path: Path
  readonly message: string
  readonly mend: string
}

const MENDS: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: 'indent with spaces, not with tabs',
  BAD_INDENT: 'give entries of one mapping the same indent, by spaces, and close each bracket',
  MULTILINE_IMPLICIT_KEY: 'look for a missing colon, or a missing space after one',
  BLOCK_AS_IMPLICIT_KEY: 'look for a missing colon, or put the value into quotes',
  MISSING_CHAR: 'close the quote, bracket or brace that was opened, and put a space after each colon',
  MULTIPLE_DOCS: 'keep one inventory in a file: remove the --- between them',
  BAD_SCALAR_START: 'put a value that begins with @ or ` into quotes',
  BAD_ALIAS: 'put a value that begins with * into quotes',
}

/** Where the parser talks to programmers. */
const MESSAGES: Readonly<Record<string, string>> = {
  MULTIPLE_DOCS: 'there are several documents in the file',
}

/** Everything YAML objects to in a document, with duplicate keys, which would silently lose their first value. */
export function findFaults(doc: Document.Parsed | Document): readonly YamlFault[] {
  const faults = [...syntaxFaults(doc), ...structureFaults(doc)]
  // The parser may stumble twice over one thing.
  return faults.filter((fault, index) => faults.findIndex((other) => sameFault(other, fault)) === index)
}

function sameFault(a: YamlFault, b: YamlFault): boolean {
  return a.offset === b.offset && a.message === b.message
}

function syntaxFaults(doc: Document): readonly YamlFault[] {
  return [...doc.errors, ...doc.warnings].map((error) => {
    const tag = error.code === 'TAG_RESOLVE_FAILED'
    return {
      rule: tag ? 'yaml-tag' : 'yaml-syntax',
      offset: error.pos[0],
      path: [],
      message: tag ? 'YAML tags have no meaning here' : `not valid YAML: ${MESSAGES[error.code] ?? error.message}`,
      mend: tag
        ? 'remove the tag; a secret is written { env: NAME }, { file: PATH } or { command: … }'
        : (MENDS[error.code] ?? 'correct the YAML at this place'),
    }
  })
}

function structureFaults(doc: Document): readonly YamlFault[] {
  const faults: YamlFault[] = []
  visit(doc, {
    Alias: (_key, alias, ancestors) => {
      if (alias.resolve(doc) !== undefined) return
      faults.push({
        rule: 'yaml-alias',
        offset: alias.range?.[0] ?? 0,
        path: pathOf(ancestors),
        message: `*${alias.source} is a YAML alias, and nothing is anchored as &${alias.source}`,
        mend: `to write the text itself, put it into quotes: "*${alias.source}"`,
      })
    },
    Map: (_key, map, ancestors) => {
      const seen = new Set<string>()
      for (const pair of map.items) faults.push(...keyFaults(pair, seen, pathOf(ancestors)))
    },
  })
  return faults
}

function keyFaults(pair: Pair, seen: Set<string>, path: Path): readonly YamlFault[] {
  if (!isScalar(pair.key) || pair.key.value === null || pair.key.value === '__proto__') {
    const offset = isScalar(pair.key) || isMap(pair.key) ? (pair.key.range?.[0] ?? 0) : 0
    return [
      { rule: 'yaml-key', offset, path, message: 'this is no usable key', mend: 'write a plain word before the colon' },
    ]
  }
  const key = keyText(pair.key)
  if (!seen.has(key)) {
    seen.add(key)
    return []
  }
  const offset = pair.key.range?.[0] ?? 0
  const mend = 'keep one of the two: YAML would silently drop the first'
  return [{ rule: 'yaml-duplicate-key', offset, path: [...path, key], message: `${showKey(key)} is given twice`, mend }]
}

function keyText(key: Scalar): string {
  return typeof key.value === 'string' ? key.value : JSON.stringify(key.value)
}

/** The keys on the way to a node, read from the pairs among its ancestors. */
function pathOf(ancestors: readonly unknown[]): Path {
  const path: (string | number)[] = []
  for (const ancestor of ancestors) {
    if (isPairLike(ancestor) && isScalar(ancestor.key)) path.push(keyText(ancestor.key))
  }
  return path
}

function isPairLike(node: unknown): node is { readonly key: unknown; readonly value: unknown } {
  return (
    typeof node === 'object' && node !== null && 'key' in node && 'value' in node && !isAlias(node) && !isScalar(node)
  )
}
