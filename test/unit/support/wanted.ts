import { execFileSync } from 'node:child_process'
import type { WantedFile } from '../../../src/resources/action.ts'
import { text } from '../../../src/lib/secret.ts'

/** Whoever runs the tests: the only owner that a file can be given without root's rights. */
export const me = {
  owner: execFileSync('id', ['-un'], { encoding: 'utf8' }).trim(),
  group: execFileSync('id', ['-gn'], { encoding: 'utf8' }).trim(),
}

/** A file as wanted, of the one who runs the tests. */
export function wantedFile(path: string, more: Partial<WantedFile> = {}): WantedFile {
  return {
    path,
    content: text`wanted\n`,
    mode: '0644',
    ...me,
    validate: undefined,
    sensitive: [],
    unit: undefined,
    ...more,
  }
}
