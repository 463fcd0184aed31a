import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { paths } from '../../../src/lab/paths.ts'
import type { Lab } from '../../../src/lab/state.ts'
import { inventory } from './cluster.ts'
import { type DelayProxy, startDelayProxy } from './delay-proxy.ts'

/** The lab behind slow lines: one to each load balancer, or one to the bastion. They have no delay until they are given one. */
export interface SlowLab {
  readonly inventory: string
  readonly lines: readonly DelayProxy[]
  /** For connections that are still to come. */
  become(delayMs: number): void
  close(): void
}

/**
 * Puts slow lines before the lab. Directly, the VIP is asked from here without delay: the proof that counts is the one a
 * member gives.
 */
export async function slowLab(lab: Lab, way: 'direct' | 'jump'): Promise<SlowLab> {
  const known = (await readFile(join(paths.dir, 'known_hosts'), 'utf8')).split('\n')
  const keyOf = (name: string): string =>
    known.find((line) => line.split(/[, ]/).includes(name))?.replace(/^\S+ /, '') ?? ''
  const hosts = lab.hosts.filter(({ name }) => ['lb1', 'lb2'].includes(name))
  const ends =
    way === 'jump'
      ? [{ name: 'bastion', host: '127.0.0.1', to: lab.port }]
      : hosts.map(({ name, address }) => ({ name, host: address, to: 22 }))
  const lines = await Promise.all(ends.map(async ({ host, to }) => await startDelayProxy({ host, to, delayMs: 0 })))
  const portOf = (name: string): number => lines[ends.findIndex((end) => end.name === name)]?.port ?? 0
  const extra = join(paths.dir, `known_hosts_${way}`)
  await writeFile(extra, ends.map(({ name }) => `[127.0.0.1]:${portOf(name)} ${keyOf(name)}\n`).join(''))
  const jump = way === 'jump' ? { host: '127.0.0.1', port: portOf('bastion'), user: 'jump' } : undefined
  const file = await inventory(`slow-${way}`, {
    connection: { jump, known_hosts: ['../known_hosts', extra] },
    host:
      way === 'jump'
        ? {}
        : Object.fromEntries(ends.map(({ name }) => [name, { host: '127.0.0.1', port: portOf(name) }])),
  })
  return {
    inventory: file,
    lines,
    become(delayMs) {
      for (const line of lines) line.become(delayMs)
    },
    close() {
      for (const line of lines) line.close()
    },
  }
}
