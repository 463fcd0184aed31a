// What a run costs that finds nothing to do, beside what nobody can go below: OpenSSH logging in to the same hosts, cold,
// through the same jump host, at the same time. And what the start of the program costs beside that of Node.
// `npm run bench -- ssh`: only the way in (ssh.mjs).
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { alternate, measure, measureTogether, median } from './measure.mjs'
import { benchSsh } from './ssh.mjs'
import { table } from './table.mjs'

const PROGRAM = 'dist/main.js'
const INVENTORY = 'inventories/lab.yaml'
const SSH_CONFIG = '.cache/bench-ssh.conf'
const RUNS = 9
const STARTS = 31

const rows = [['what', 'ha-provision', 'beside it', 'measured', 'target']]
const late = []

if (process.argv[2] === 'ssh') {
  late.push(...(await benchSsh()))
} else {
  await startUp()
  for (const hosts of [2, 4]) await secondUp(hosts)
  process.stdout.write(`\n${table(rows)}\n`)
  gaps()
}
for (const what of late) process.stderr.write(`target missed: ${what}\n`)
process.exitCode = late.length === 0 ? 0 : 1

/** How long the service is away when something of the holder goes: on the pair, with its default inventory. */
function gaps() {
  for (const words of [
    [PROGRAM, 'lab', 'up', '--hosts', '2'],
    [PROGRAM, 'up', INVENTORY],
    ['bench/gap.mjs', '--runs', '3'],
  ]) {
    const { status } = spawnSync('node', words, { stdio: 'inherit' })
    if (status !== 0) late.push(`node ${words.join(' ')} ended with ${status}`)
  }
}

async function startUp() {
  const start =
    (...words) =>
    () =>
      measure('node', words)
  const runs = await alternate(STARTS, {
    node: start('-e', '0'),
    version: start(PROGRAM, '--version'),
    help: start(PROGRAM, '--help'),
  })
  const [node, version, help] = [runs.node, runs.version, runs.help].map(secondsOf)
  const more = (version - node) * 1000
  row('start: --version, against node -e 0', ms(version), ms(node), `+${more.toFixed(0)} ms`, '≤ +30 ms', more <= 30)
  row('start: --help', ms(help), ms(node), `+${((help - node) * 1000).toFixed(0)} ms`)
}

async function secondUp(hosts) {
  process.stdout.write(`bringing ${hosts} hosts to their state …\n`)
  await measure('node', [PROGRAM, 'lab', 'up', '--hosts', String(hosts)])
  await measure('node', [PROGRAM, 'up', INVENTORY])
  const names = writeSshConfig()
  const runs = await alternate(RUNS, {
    up: () => measure('node', [PROGRAM, 'up', INVENTORY, '--json']),
    ssh: () => measureTogether(names.map((name) => ['ssh', '-F', SSH_CONFIG, name, 'true'])),
  })
  const [up, ssh] = [secondsOf(runs.up), secondsOf(runs.ssh)]
  const outcomes = runs.up.map(({ output }) => JSON.parse(output.trimEnd().split('\n').at(-1)))
  const executions = Math.max(...outcomes.map((outcome) => outcome.executions)) / hosts
  const what = `second up, ${hosts} hosts`
  row(`${what}, against ssh HOST true`, sec(up), sec(ssh), `${(up / ssh).toFixed(2)} times`, '≤ 3 times', up / ssh <= 3)
  row(`${what}: executions a host`, String(executions), '', '', '2', executions === 2)
  row(`${what}: memory at most`, `${Math.max(...runs.up.map(({ memory }) => memory)).toFixed(0)} MiB`, '')
}

/** Nothing is shared between two connections, and the client asks for nothing more than it must. */
function writeSshConfig() {
  const lab = JSON.parse(readFileSync('.lab/lab.json', 'utf8'))
  const common = `IdentityFile ${resolve('.lab/id_ed25519')}
IdentitiesOnly yes
UserKnownHostsFile ${resolve('.lab/known_hosts')}
BatchMode yes
ControlMaster no
`
  const host = ({ name, address }) => `Host ${name}\nHostName ${address}\nUser ops\nProxyJump jump\n${common}`
  const jump = `Host jump\nHostName 127.0.0.1\nPort ${lab.port}\nUser jump\n${common}`
  mkdirSync('.cache', { recursive: true })
  writeFileSync(SSH_CONFIG, [jump, ...lab.hosts.map(host)].join('\n'))
  return lab.hosts.map(({ name }) => name)
}

function row(what, ours, other, measured = '', target = '', good = true) {
  rows.push([what, ours, other, measured, target === '' ? '' : `${target} ${good ? '✔' : '✘'}`])
  if (!good) late.push(what)
}

function secondsOf(runs) {
  return median(runs.map(({ seconds }) => seconds))
}

function ms(seconds) {
  return `${(seconds * 1000).toFixed(0)} ms`
}

function sec(seconds) {
  return `${seconds.toFixed(2)} s`
}
