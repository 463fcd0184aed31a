import { setTimeout as sleep } from 'node:timers/promises'
import { execa } from 'execa'
import { containerOf } from '../../../src/lab/containers.ts'
import { onHost } from '../../../src/lab/hosts.ts'
import { readLab } from '../../../src/lab/state.ts'
import { cli, ofType } from './cli.ts'

/** What `verify` says of a cluster: its exit code, and everything that did not pass, as `status check host: message`. */
export interface Verdict {
  readonly code: number
  readonly told: readonly string[]
  readonly passed: readonly string[]
}

/** Asks `verify`; a failure is final after `wait` seconds. */
export async function verdict(file: string, words: readonly string[] = [], wait = 1): Promise<Verdict> {
  const { code, events } = await cli(['verify', file, '--wait', String(wait), ...words])
  const checks = ofType(events, 'check').map(({ status, check, host, message }) => ({
    status,
    line: `${status} ${check} ${host ?? '-'}: ${message}`,
  }))
  const others = [...ofType(events, 'unreachable'), ...ofType(events, 'error')].map(
    ({ type, host, message }) => `${type} ${host ?? '-'}: ${message}`,
  )
  return {
    code,
    told: [...checks.filter(({ status }) => status !== 'passed').map(({ line }) => line), ...others],
    passed: checks.filter(({ status }) => status === 'passed').map(({ line }) => line),
  }
}

/** Seconds for what comes to be so if nothing is broken: a busy machine takes its time. */
export const PATIENCE = 90

/** Waits until something is so, looking every quarter of a second. Throws with what was seen last. */
export async function until<T>(seconds: number, look: () => Promise<T>, fits: (seen: T) => boolean): Promise<T> {
  const end = performance.now() + seconds * 1000
  for (;;) {
    const seen = await look()
    if (fits(seen)) return seen
    if (performance.now() > end) throw new Error(`not within ${seconds} s; last seen: ${JSON.stringify(seen)}`)
    await sleep(250)
  }
}

/** Waits until `verify` passes with nothing to tell. By itself it waits for what failed, and not for what it only warns of. */
export async function untilWhole(file: string): Promise<void> {
  await until(
    PATIENCE,
    () => verdict(file),
    ({ code, told }) => code === 0 && told.length === 0,
  )
}

/** Runs a script on several members at the same time. */
export async function onAll(hosts: readonly string[], script: string): Promise<void> {
  await Promise.all(hosts.map((host) => onHost(host, script)))
}

/** `docker pause`, `stop` … of members of this lab, one after the other (see removeMembers of src/lab/containers.ts). */
export async function docker(words: readonly string[], members: readonly string[]): Promise<void> {
  const lab = await readLab()
  for (const member of members) await execa('docker', [...words, containerOf(lab, member)], { timeout: 60_000 })
}

/** The main process of a unit, as its init system says; with OpenRC, as its pid file does. */
export async function mainPid(host: string, unit: string): Promise<string> {
  const ask = `if command -v systemctl >/dev/null; then systemctl show -p MainPID --value ${unit}; else cat /run/${unit}.pid; fi`
  return (await onHost(host, ask)).trim()
}

/** How often systemd has reloaded a unit so far. The journal is told to write down first what it has heard. */
export async function reloadsOf(host: string, unit: string): Promise<number> {
  const ask = `journalctl --sync 2>/dev/null; journalctl -u ${unit} -o cat --no-pager | grep -c '^Reloaded ' || true`
  return Number(await onHost(host, ask))
}
