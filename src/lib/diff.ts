import { createTwoFilesPatch, FILE_HEADERS_ONLY } from 'diff/lib/patch/create.js'
import { MASK } from './secret.ts'

/** Beyond this many differing lines a diff helps nobody, and finding the shortest takes long. */
const MOST_EDITS = 2000

/** A secret shorter than this stands in many places by chance: it is masked only where a pattern finds it. */
const TELLING_LENGTH = 4

/** What changes in a file, for people; empty when nothing does. `before` is undefined where there is no file yet. */
export function unifiedDiff(path: string, before: string | undefined, after: string): string {
  if (before === after) return ''
  const old = before === undefined ? '/dev/null' : path
  const patch = createTwoFilesPatch(old, path, before ?? '', after, undefined, undefined, {
    context: 3,
    maxEditLength: MOST_EDITS,
    headerOptions: FILE_HEADERS_ONLY,
  })
  return patch ?? `--- ${old}\n+++ ${path}\n@@ more than ${MOST_EDITS} lines differ @@\n`
}

/**
 * Both texts with every secret masked: what a pattern's first group catches, wherever it stands in either text.
 * Where there is more than one secret they are numbered, the same one alike in both texts, so that a diff shows
 * that a secret changed and shows neither.
 */
export function maskPair<Before extends string | undefined>(
  before: Before,
  after: string,
  patterns: readonly RegExp[],
): { before: Before extends string ? string : string | undefined; after: string }
export function maskPair(
  before: string | undefined,
  after: string,
  patterns: readonly RegExp[],
): { before: string | undefined; after: string } {
  const labels = new Map<string, string>()
  for (const { value } of [...caught(before ?? '', patterns), ...caught(after, patterns)]) {
    if (!labels.has(value)) labels.set(value, `${MASK.slice(0, -1)} ${labels.size + 1}${MASK.slice(-1)}`)
  }
  for (const only of labels.size === 1 ? labels.keys() : []) labels.set(only, MASK)
  return {
    before: before === undefined ? undefined : masked(before, patterns, labels),
    after: masked(after, patterns, labels),
  }
}

/** A secret in a text. */
interface Place {
  readonly value: string
  readonly start: number
}

/** What the patterns' first groups catch, in the order of the text. */
function caught(text: string, patterns: readonly RegExp[]): readonly Place[] {
  const places = patterns.flatMap((pattern) => {
    const everywhere = new RegExp(pattern.source, `${pattern.flags.replaceAll(/[dgy]/g, '')}dg`)
    return [...text.matchAll(everywhere)].flatMap((match) => {
      const [start, end] = match.indices?.[1] ?? [0, 0]
      return start === end ? [] : [{ value: text.slice(start, end), start }]
    })
  })
  return places.sort((one, other) => one.start - other.start)
}

/** Every place where a secret's text stands, whatever is around it. */
function repeated(text: string, value: string): readonly Place[] {
  const places: Place[] = []
  for (let start = text.indexOf(value); start !== -1; start = text.indexOf(value, start + 1)) {
    places.push({ value, start })
  }
  return places
}

function masked(text: string, patterns: readonly RegExp[], labels: ReadonlyMap<string, string>): string {
  const telling = [...labels.keys()].filter((value) => value.length >= TELLING_LENGTH)
  const places = [...caught(text, patterns), ...telling.flatMap((value) => repeated(text, value))]
  places.sort((one, other) => one.start - other.start || other.value.length - one.value.length)
  let shown = ''
  let end = 0
  for (const { value, start } of places) {
    // A secret that begins inside another is covered by the other's mask, and so is its end.
    if (start >= end) shown += text.slice(end, start) + (labels.get(value) ?? MASK)
    end = Math.max(end, start + value.length)
  }
  return shown + text.slice(end)
}
