import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryFolder } from './temporary.ts'

/** A folder of stand-ins for a host's programs, found before the machine's own. */
export interface ProgramPath {
  readonly folder: string
  readonly environment: Readonly<Record<string, string>>
}

export function temporaryPath(): ProgramPath {
  const folder = temporaryFolder()
  return { folder, environment: { PATH: `${folder}:${process.env['PATH'] ?? '/usr/bin:/bin'}` } }
}

/** Puts a program there: an sh script. */
export function program({ folder }: ProgramPath, name: string, script: string): void {
  writeFileSync(join(folder, name), `#!/bin/sh\n${script}`, { mode: 0o755 })
}
