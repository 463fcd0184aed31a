// One run of the test runner, as a process group of its own that ends in any case.
import { spawn } from 'node:child_process'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { resolve } from 'node:path'
import { createInterface } from 'node:readline'

const running = new Set()

/** Ends every run that is under way, with all it started. */
export function endAll() {
  for (const child of running) end(child, 'SIGKILL')
}

/**
 * Runs a project's tests, all or those of some files, and counts them. `lab` is the lab they use. A run that has not ended
 * after so many minutes is ended, and counts as one failure more. With a prefix each line it prints begins so.
 */
export async function vitest({ name, project, files = [], minutes, lab, prefix }) {
  const tally = resolve(`.cache/test-tally-${name}.json`)
  rmSync(tally, { force: true })
  const args = ['run', '--project', project, '--reporter=default', '--reporter=./test/tally.mjs']
  const child = spawn(process.execPath, ['node_modules/vitest/vitest.mjs', ...args, ...files], {
    stdio: ['ignore', prefix === undefined ? 'inherit' : 'pipe', prefix === undefined ? 'inherit' : 'pipe'],
    env: { ...process.env, TEST_TALLY: tally, ...(lab === undefined ? {} : { HA_PROVISION_LAB: lab }) },
    detached: true,
  })
  running.add(child)
  let late = false
  const timer = setTimeout(() => {
    late = true
    end(child, 'SIGTERM')
    setTimeout(() => end(child, 'SIGKILL'), 10_000).unref()
  }, minutes * 60_000)
  if (prefix !== undefined) {
    for (const [from, to] of [
      [child.stdout, process.stdout],
      [child.stderr, process.stderr],
    ]) {
      createInterface({ input: from }).on('line', (line) => to.write(`${prefix}${line}\n`))
    }
  }
  const status = await new Promise((ended) => child.once('close', ended))
  clearTimeout(timer)
  running.delete(child)
  if (late) console.error(`${name}: no end after ${minutes} minutes`)
  return counted(tally, status, name)
}

/** What a run counted, and its failures in words. One that failed without a failed test counts one failure: a run that hung. */
function counted(tally, status, name) {
  const nothing = { passed: 0, failed: 0, skipped: 0, failures: ['the test runner left no tally'] }
  const seen = existsSync(tally) ? JSON.parse(readFileSync(tally, 'utf8')) : nothing
  const counts = { ...seen, failures: seen.failures.map((failure) => `${name}│ ${failure}`) }
  const silent = counts.failed + counts.skipped === 0 && (status !== 0 || counts.passed === 0)
  return silent ? { ...counts, failed: 1 } : counts
}

function end(child, signal) {
  try {
    process.kill(-child.pid, signal)
  } catch {
    // It has ended meanwhile.
  }
}
