import type * as z from 'zod'
import { suggest } from '../lib/suggest.ts'
import type { Path } from '../lib/yaml.ts'
import { renderPath, showKey } from '../lib/yaml-path.ts'
import type { Finding } from './finding.ts'
import { isRequired, knownKeys, placesOf } from './schema-keys.ts'
import { foreignWord } from './foreign-words.ts'

type Issue = z.core.$ZodIssue

/** Says in an operator's words what the schema objects to. A value is never repeated: it may be a secret. */
export function explainIssue(issue: Issue, document: unknown, base: Path = []): readonly Finding[] {
  const path = [...base, ...issue.path.filter((segment) => typeof segment !== 'symbol')]
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownKey(key, path))
    case 'invalid_union':
      return explainUnion(issue, document, path)
    case 'invalid_key':
      return issue.issues.map((inner) => ({ ...spoken('name', path, inner.message), point: 'key' as const }))
    case 'invalid_type':
      return [wrongType(issue, lookUp(document, path), path)]
    case 'invalid_value':
      return [wrongValue(issue.values, lookUp(document, path), path)]
    case 'too_small':
      if (issue.message.includes('; ')) return [spoken('shape', path, issue.message)]
      return [
        shape(
          path,
          'this is too small',
          `write ${issue.origin === 'string' ? 'something' : `${issue.minimum} or more`}`,
        ),
      ]
    case 'too_big':
      return [shape(path, 'this is too big', `write ${issue.maximum} or less`)]
    case 'invalid_format':
    case 'invalid_element':
    case 'not_multiple_of':
    case 'custom':
      return [spoken('shape', path, issue.message)]
  }
}

/** Of the forms a value may have, the one that was meant is the one whose outermost type fits. */
function explainUnion(issue: UnionIssue, document: unknown, path: Path): readonly Finding[] {
  const meant = issue.errors.find((errors) => !errors.some(isMisfit))
  if (meant !== undefined) return meant.flatMap((inner) => explainIssue(inner, document, path))
  const value = lookUp(document, path)
  if (value === undefined) return [missing(path)]
  const all = issue.errors.flat()
  const own = all.find((inner) => inner.message.includes('; '))
  if (own !== undefined) return [spoken('shape', path, own.message)]
  const words = all.flatMap((inner) => (inner.code === 'invalid_value' ? inner.values : []))
  if (typeof value === 'string' && words.length > 0) return [wrongValue(words, value, path)]
  const wanted = new Set(all.flatMap(expectation))
  return [shape(path, `this is ${kindOf(value)}`, `write ${[...wanted].join(', or ')}`)]
}

type UnionIssue = Extract<Issue, { code: 'invalid_union' }>

/** Something is wrong with the value as a whole, not with a part of it. */
function isMisfit(issue: Issue): boolean {
  if (issue.path.length > 0) return false
  if (issue.code === 'invalid_union') return issue.errors.every((errors) => errors.some(isMisfit))
  return issue.code === 'invalid_type' || issue.code === 'invalid_value'
}

function expectation(issue: Issue): readonly string[] {
  if (issue.code === 'invalid_type') return [KINDS[issue.expected] ?? issue.expected]
  if (issue.code === 'invalid_union') return issue.errors.flat().flatMap(expectation)
  return issue.code === 'invalid_value' ? [issue.values.map(String).join(', ')] : []
}

function wrongType(issue: Extract<Issue, { code: 'invalid_type' }>, value: unknown, path: Path): Finding {
  if (value === undefined) return missing(path)
  if (issue.message.includes('; ')) return spoken('shape', path, issue.message)
  const wanted = KINDS[issue.expected] ?? issue.expected
  if (value === null)
    return shape(path, 'this is empty', isRequired(path) ? `write ${wanted}` : `write ${wanted}, or remove the key`)
  const quoted = issue.expected === 'string' && typeof value !== 'object'
  return shape(path, `this is ${kindOf(value)}, not ${wanted}`, quoted ? 'put it into quotes' : `write ${wanted}`)
}

function wrongValue(values: readonly unknown[], value: unknown, path: Path): Finding {
  if (value === undefined) return missing(path)
  const words = values.map(String)
  const near = typeof value === 'string' ? suggest(value, words) : undefined
  const mend =
    near === undefined ? `write ${words.join(' or ')}` : `did you mean ${near}? It can be ${words.join(' or ')}`
  return shape(path, 'this is not one of the possible values', mend)
}

function missing(path: Path): Finding {
  const key = String(path.at(-1))
  return { ...shape(path, `${key} is missing`, 'add it'), rule: 'missing' }
}

function unknownKey(key: string, parent: Path): Finding {
  const known = knownKeys(parent)
  const near = suggest(key, known)
  const [place, another] = placesOf(key).filter((one) => renderPath(one) !== renderPath(parent))
  const elsewhere = place !== undefined && another === undefined ? `it belongs in ${renderPath(place)}` : undefined
  const guess = near === undefined ? undefined : `did you mean ${near}?`
  const mend = foreignWord(key) ?? guess ?? elsewhere ?? `the keys here are ${known.join(', ')}`
  const finding = shape([...parent, key], `unknown key ${showKey(key)}`, mend)
  return { ...finding, rule: 'unknown-key', point: 'key', ...(near === undefined ? {} : { meant: [...parent, near] }) }
}

function spoken(rule: string, path: Path, text: string): Finding {
  const [message = text, ...mend] = text.split('; ')
  return { rule, severity: 'error', path, message, mend: mend.join('; ') || 'correct it' }
}

function shape(path: Path, message: string, mend: string): Finding {
  return { rule: 'shape', severity: 'error', path, message, mend }
}

const KINDS: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'a mapping',
  record: 'a mapping',
  array: 'a list',
}

function kindOf(value: unknown): string {
  if (value === null) return 'empty'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'a mapping'
  return typeof value === 'string' ? 'text' : typeof value === 'boolean' ? 'true or false' : 'a number'
}

function lookUp(document: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, segment) => (typeof value === 'object' && value !== null ? Reflect.get(value, segment) : undefined),
    document,
  )
}
