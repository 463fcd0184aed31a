#!/usr/bin/env node
import { readFileSync } from 'node:fs'

/** The bin: signals, error to text and exit code. The only exit. */

const interruption = new AbortController()
process.on('SIGINT', interrupt)
process.on('SIGTERM', interrupt)
process.on('SIGHUP', interrupt)

/** The first one lets what is at work on the hosts end; the second leaves at once. */
function interrupt(): void {
  if (interruption.signal.aborted) process.exit(130)
  interruption.abort()
}

// A reader that goes away (`| head`) must not leave hosts half done.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', () => undefined)
}

/** Read, not imported: the compiled program stands beside the same package.json as its source. */
function version(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8')
  return /"version": "([^"]+)"/.exec(text)?.[1] ?? 'unknown'
}

async function main(words: readonly string[]): Promise<number> {
  if (words.length === 1 && (words[0] === '--version' || words[0] === '-V')) {
    process.stdout.write(`${version()}\n`)
    return 0
  }
  const { runProgram } = await import('./cli/program.ts')
  return runProgram(words, { version: version(), signal: interruption.signal })
}

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (thrown) {
  const { asHaError } = await import('./lib/errors.ts')
  const error = asHaError(thrown)
  process.stderr.write(`${error.describe()}\n`)
  process.exitCode = error.exitCode
}
