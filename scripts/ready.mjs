// Brings a fresh clone to where a command can run: dependencies and the compiled program; then runs the rest of the words.
// Plain JavaScript with Node's own modules only, since nothing may be installed yet.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createHash } from 'node:crypto'

const STAMP = 'node_modules/.ready'

function run(command, args) {
  const { status, signal } = spawnSync(command, args, { stdio: 'inherit' })
  if (status !== 0) process.exit(status ?? (signal === 'SIGINT' ? 130 : 1))
}

const lock = createHash('sha256').update(readFileSync('package-lock.json')).digest('hex')
if (!existsSync(STAMP) || readFileSync(STAMP, 'utf8') !== lock) {
  run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel', 'error'])
  writeFileSync(STAMP, lock)
}
run(process.execPath, ['scripts/build.mjs'])

const [command, ...args] = process.argv.slice(2)
if (command !== undefined) run(command, args)
