import {
  type Document,
  isAlias,
  isCollection,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
} from 'yaml'
import { findFaults, type YamlFault } from './yaml-faults.ts'
import type { Path } from './yaml-path.ts'

export type { Path, YamlFault }

/** Lines and columns count from 1. */
export interface Position {
  readonly line: number
  readonly column: number
}

/** A YAML document that can say where each of its values stands. */
export interface YamlSource {
  /** The plain value; undefined where faults leave none to be trusted. */
  readonly value: unknown
  readonly faults: readonly YamlFault[]
  /** Where a value begins, or its key; for what is absent, the nearest thing around it that is there. */
  position(path: Path, point?: 'value' | 'key'): Position
  positionOf(offset: number): Position
}

/** Reads one YAML document. Faults are collected, never thrown. */
export function readYaml(text: string): YamlSource {
  const lineCounter = new LineCounter()
  // prettyErrors would quote lines of the file, and a line may hold what should not be shown.
  const doc = parseDocument(text, { lineCounter, prettyErrors: false, uniqueKeys: false })
  const faults = findFaults(doc)
  const positionOf = (offset: number): Position => {
    const { line, col } = lineCounter.linePos(offset)
    return { line: Math.max(1, line), column: Math.max(1, col) }
  }
  const { value, fault } = valueOf(doc, faults)
  return {
    value,
    faults: fault === undefined ? faults : [...faults, fault],
    positionOf,
    position: (path, point = 'value') => positionOf(offsetOf(doc, path, point)),
  }
}

function valueOf(doc: Document, faults: readonly YamlFault[]): { value: unknown; fault?: YamlFault } {
  if (faults.some((fault) => fault.rule !== 'yaml-duplicate-key')) return { value: undefined }
  try {
    return { value: doc.toJS() }
  } catch (thrown) {
    const message = thrown instanceof Error ? thrown.message : String(thrown)
    const mend = 'write the values out instead of repeating aliases'
    return { value: undefined, fault: { rule: 'yaml-alias', offset: 0, path: [], message, mend } }
  }
}

function offsetOf(doc: Document, path: Path, point: 'value' | 'key'): number {
  let node: unknown = doc.contents
  let offset = startOf(node)
  for (const [index, segment] of path.entries()) {
    const step = child(doc, node, segment)
    if (step === undefined) break
    const last = index === path.length - 1
    // A mapping written below its key is best found by the key; a word or number by itself.
    const byKey = last && point === 'key' ? true : isCollection(step.value) || startOf(step.value) === 0
    offset = byKey ? step.keyOffset : startOf(step.value)
    node = step.value
  }
  return offset
}

function child(
  doc: Document,
  parent: unknown,
  segment: string | number,
): { keyOffset: number; value: unknown } | undefined {
  const node = isAlias(parent) ? parent.resolve(doc) : parent
  if (isSeq(node) && typeof segment === 'number') {
    const value = node.items[segment]
    return value === undefined ? undefined : { keyOffset: startOf(value), value }
  }
  if (!isMap(node)) return undefined
  const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(segment))
  return pair === undefined ? undefined : { keyOffset: startOf(pair.key), value: pair.value }
}

function startOf(node: unknown): number {
  return isNode(node) ? (node.range?.[0] ?? 0) : 0
}

function isNode(node: unknown): node is Node {
  return isScalar(node) || isCollection(node) || isAlias(node)
}
