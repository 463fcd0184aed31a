import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A socket's path may have 103 bytes, and ssh makes it by way of one that is 17 longer. */
const LONGEST_BASE = 60

/** What one login keeps on disk: paths that nobody else uses, in a folder that only we may enter. */
export interface Room {
  path(name: string): string
  /** A process that must not outlive us; of several told one after the other, the last. */
  watch(pid: number): void
  leave(): void
}

/**
 * The temporary folder of a transport: there as long as a login uses it, and never longer than this process. Masters
 * that still run when the process exits are told to end.
 */
export class Workspace {
  #folder: string | undefined
  #count = 0
  readonly #rooms = new Map<number, number | undefined>()
  readonly #atExit = (): void => {
    for (const pid of this.#rooms.values()) if (pid !== undefined) signal(pid, 'SIGTERM')
    this.#remove()
  }

  enter(): Room {
    const folder = (this.#folder ??= this.#make())
    const id = this.#count
    this.#count += 1
    this.#rooms.set(id, undefined)
    return {
      path: (name) => join(folder, `${name}${id}`),
      watch: (pid) => this.#rooms.set(id, pid),
      leave: () => {
        this.#rooms.delete(id)
        if (this.#rooms.size === 0) this.#remove()
      },
    }
  }

  #make(): string {
    const base = Buffer.byteLength(tmpdir()) > LONGEST_BASE ? '/tmp' : tmpdir()
    process.once('exit', this.#atExit)
    return mkdtempSync(join(base, 'ha-ssh-'))
  }

  #remove(): void {
    process.off('exit', this.#atExit)
    if (this.#folder !== undefined) rmSync(this.#folder, { recursive: true, force: true })
    this.#folder = undefined
  }
}

/** Signals a process of ours; one that has ended needs none. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch {
    // It has ended.
  }
}
