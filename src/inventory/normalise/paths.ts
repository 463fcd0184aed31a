import { join, resolve } from 'node:path'
import type { Context } from './context.ts'

/** An absolute path: `~` is the home, and what is relative begins at the inventory's folder. */
export function expandPath(path: string, { environment }: Context): string {
  if (path === '~') return environment.home
  if (path.startsWith('~/')) return join(environment.home, path.slice(2))
  return resolve(environment.directory, path)
}
