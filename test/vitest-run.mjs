// One run of the test runner, as a process group of its own that ends in any case.
import { spawn } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { relative } from 'node:path'
import { createInterface } from 'node:readline'

/** The whole is where it happened; a log that is cut keeps its end. */
const LINES_OF_A_FAILURE = 20

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
  const report = `.cache/test-report-${name}.json`
  rmSync(report, { force: true })
  const args = ['run', '--project', project, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
  const child = spawn(process.execPath, ['node_modules/vitest/vitest.mjs', ...args, ...files], {
    stdio: ['ignore', prefix === undefined ? 'inherit' : 'pipe', prefix === undefined ? 'inherit' : 'pipe'],
    env: lab === undefined ? process.env : { ...process.env, HA_PROVISION_LAB: lab },
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
  const status = await new Promise((resolve) => child.once('close', resolve))
  clearTimeout(timer)
  running.delete(child)
  if (late) console.error(`${name}: no end after ${minutes} minutes`)
  return counted(report, status, name)
}

/**
 * What a run counted, and its failures in words. One that failed without a failed test counts one failure: a file that does not
 * load, a run that hung.
 */
function counted(report, status, name) {
  let counts = { passed: 0, failed: 0, skipped: 0, failures: [] }
  try {
    const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, numFailedTestSuites, testResults } =
      JSON.parse(readFileSync(report, 'utf8'))
    // A file that does not load has no tests that could fail.
    const broken = numFailedTests === 0 ? numFailedTestSuites : 0
    counts = {
      passed: numPassedTests,
      failed: numFailedTests + broken,
      skipped: numPendingTests + numTodoTests,
      failures: testResults.flatMap(failuresOf).map((failure) => `${name}│ ${failure}`),
    }
  } catch {
    counts.failures.push(`${name}: the test runner left no report`)
  }
  if (counts.passed + counts.failed + counts.skipped === 0) counts.failed = 1
  if (status !== 0 && counts.failed + counts.skipped === 0) counts.failed = 1
  return counts
}

/** Where, what, and how it failed, as far as a few lines tell. */
function failuresOf({ name: file, message, assertionResults }) {
  const failed = assertionResults.filter(({ status }) => status === 'failed')
  const told = failed.map(({ fullName, failureMessages }) => `${fullName}\n${failureMessages.join('\n')}`)
  const all = told.length === 0 && message !== '' ? [message] : told
  return all.map((text) => {
    const lines = text.split('\n').filter((line) => !line.includes('/node_modules/'))
    return `${relative('.', file)}: ${lines.slice(0, LINES_OF_A_FAILURE).join('\n')}`
  })
}

function end(child, signal) {
  try {
    process.kill(-child.pid, signal)
  } catch {
    // It has ended meanwhile.
  }
}
