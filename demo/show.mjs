// Prints a command as a person would type it, runs it, and tells when it did not end as it should.
import { spawn } from 'node:child_process'

const PROGRAM = 'dist/main.js'

/** Says what comes next. */
export function heading(text) {
  process.stdout.write(`\n\u001b[1m── ${text}\u001b[0m\n`.replaceAll(/\u001b\[\d+m/g, process.stdout.isTTY ? '$&' : ''))
}

/** Runs `ha-provision` with these words. Throws unless it ends with one of the exit codes of `good`. */
export async function provision(words, { good = [0], keep } = {}) {
  await show('node', [PROGRAM, ...words], { good, keep })
}

/** Runs any program. With `keep`, only the lines it is true for are printed, and the others are counted. */
export async function show(program, words, { good = [0], keep } = {}) {
  process.stdout.write(`$ ${[program, ...words].join(' ')}\n`)
  const child = spawn(program, words, { stdio: ['ignore', keep === undefined ? 'inherit' : 'pipe', 'inherit'] })
  // Should the demo be ended, so is what it started.
  const end = () => child.kill()
  process.once('exit', end)
  let output = ''
  child.stdout?.setEncoding('utf8').on('data', (chunk) => (output += chunk))
  const code = await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve))
  process.off('exit', end)
  if (keep !== undefined) printSome(output, keep)
  if (!good.includes(code)) throw new Error(`${program} ${words.join(' ')} ended with exit code ${code}`)
}

function printSome(output, keep) {
  const lines = output.trimEnd().split('\n')
  const kept = lines.filter(keep)
  process.stdout.write(`${kept.join('\n')}\n`)
  if (kept.length < lines.length) process.stdout.write(`(${lines.length - kept.length} lines of file diffs left out)\n`)
}
