import type { Path } from '../lib/yaml.ts'

/** Something wrong at a path of the inventory, before it is known where that stands in the file. */
export interface Finding {
  readonly rule: string
  readonly severity: 'error' | 'warning'
  readonly path: Path
  /** Where to point: at the value (the default) or at its key. */
  readonly point?: 'key' | 'value'
  readonly message: string
  readonly mend: string
  /** What was probably meant, and is missing from the rest because of this. */
  readonly meant?: Path
}

/** The outer path begins with the whole inner one. */
export function isWithin(outer: Path, inner: Path): boolean {
  return inner.every((segment, index) => outer[index] === segment)
}
