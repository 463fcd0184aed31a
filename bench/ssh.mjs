// The way in: connecting to many hosts and running `true` on each, by the ssh2 transport, by the OpenSSH transport, and by plain
// ssh beside them; connections to the jump host; and the round trips of a second up at 100 ms each way.
// `npm run bench -- ssh`: under 4 minutes. Ours run in this process, plain ssh is a process for each host.
import { loadavg } from 'node:os'
import { runnerImport } from 'vite'
import { alternate, measure, measureTogether, median } from './measure.mjs'
import { table } from './table.mjs'

const PROGRAM = 'dist/main.js'
const DELAY_MS = 100
const TRIP_SECONDS = (2 * DELAY_MS) / 1000
/** How often each is measured, by how many hosts: forty by plain ssh through a jump host are eighty processes. */
const ROUNDS = { 4: 7, 40: 3 }
const UPS = 3
/** Of rounds of one comparison: none is begun later, however busy the machine. */
const SECONDS = 25
const TRIPS = 14

/** Prints the tables; returns what was missed. */
export async function benchSsh() {
  const late = []
  await connecting(late)
  await slowUp(late)
  return late
}

async function connecting(late) {
  const { module } = await runnerImport('./bench/ssh-hosts.ts')
  const hosts = await module.startHosts()
  try {
    const openssh = await there(hosts)
    if (!openssh) process.stdout.write('the OpenSSH transport does not connect: left out\n')
    const rows = [
      ['connect + true', 'ssh2', 'openssh', 'plain ssh', 'ssh2 / plain', 'ssh2 / openssh', 'rounds', 'load'],
    ]
    for (const way of ['direct', 'jump'])
      for (const count of [4, 40]) rows.push(await compare(hosts, way, count, openssh))
    process.stdout.write(`\n${table(rows)}\n`)
    await jumpConnections(hosts, openssh, late)
    await tripsOfLogin(hosts, openssh)
  } finally {
    await hosts.remove()
  }
}

async function there(hosts) {
  return await hosts.connect('openssh', hosts.places(1, 'direct')).then(
    () => true,
    () => false,
  )
}

async function compare(hosts, way, count, openssh) {
  const places = hosts.places(count, way)
  const things = {
    ssh2: () => timed(() => hosts.connect('ssh2', places)),
    ...(openssh ? { openssh: () => timed(() => hosts.connect('openssh', places)) } : {}),
    plain: () => measureTogether(places.map((place) => hosts.command(place))),
  }
  const runs = await alternate(ROUNDS[count], things, SECONDS)
  const [ssh2, other, plain] = [runs.ssh2, runs.openssh, runs.plain].map((list) => list && secondsOf(list))
  const name = `${count} hosts, ${way === 'jump' ? 'through a jump host' : 'direct'}`
  const beside = other === undefined ? '-' : times(ssh2 / other)
  return [
    name,
    sec(ssh2),
    other === undefined ? '-' : sec(other),
    sec(plain),
    times(ssh2 / plain),
    beside,
    String(runs.ssh2.length),
    load(),
  ]
}

/** In its own log. */
async function jumpConnections(hosts, openssh, late) {
  for (const transport of openssh ? ['ssh2', 'openssh'] : ['ssh2']) {
    const before = await hosts.jumpConnections()
    await hosts.connect(transport, hosts.places(40, 'jump'))
    const made = (await hosts.jumpConnections()) - before
    process.stdout.write(`connections to the jump host for 40 hosts behind it, ${transport}: ${made}\n`)
    if (made !== 1) late.push(`${made} connections to the jump host by ${transport}`)
  }
}

async function tripsOfLogin(hosts, openssh) {
  const rows = [[`connect + true, ${DELAY_MS} ms each way`, 'round trips', 'seconds']]
  const one = async (name, run) => {
    const { place, line } = await hosts.behind(DELAY_MS)
    const { seconds } = await timed(() => run(place))
    rows.push([name, String(line.passages[0].trips), sec(seconds)])
  }
  await one('ssh2', (place) => hosts.connect('ssh2', [place]))
  if (openssh) await one('openssh', (place) => hosts.connect('openssh', [place]))
  await one('plain ssh', (place) => measureTogether([hosts.command(place)]))
  process.stdout.write(`\n${table(rows)}\n`)
}

/** Round trips counted, and worked out from the time a run takes with delay and without, in turn. */
async function slowUp(late) {
  process.stdout.write('\nbringing 2 hosts to their state …\n')
  await measure('node', [PROGRAM, 'lab', 'up', '--hosts', '2'])
  const { module } = await runnerImport('./test/integration/support/slow-lab.ts')
  const { module: state } = await runnerImport('./src/lab/state.ts')
  const rows = [
    ['second up, 2 hosts', 'executions a host', 'round trips, counted', 'by time', 'seconds', 'without delay', 'load'],
  ]
  for (const [way, more] of [
    ['direct', 0],
    ['jump', 6],
  ]) {
    const slow = await module.slowLab(await state.readLab(), way)
    try {
      const up = async (delayMs) => {
        slow.become(delayMs)
        const before = slow.lines.map(({ passages }) => passages.length)
        const { output } = await measure('node', [PROGRAM, 'up', slow.inventory, '--json'])
        const { seconds, executions } = JSON.parse(output.trimEnd().split('\n').at(-1))
        const trips = slow.lines.map(({ passages }, index) => passages[before[index]].trips)
        return { seconds, executions: executions / 2, trips: Math.max(...trips) }
      }
      await up(0)
      const runs = await alternate(UPS, { near: () => up(0), far: () => up(DELAY_MS) })
      const [near, far] = [secondsOf(runs.near), secondsOf(runs.far)]
      const trips = median(runs.far.map((run) => run.trips))
      const executions = Math.max(...runs.far.map((run) => run.executions))
      const name = way === 'jump' ? 'through the jump host, whose own login are 6' : 'direct'
      rows.push([
        name,
        String(executions),
        `${trips} (≤ ${TRIPS + more})`,
        ((far - near) / TRIP_SECONDS).toFixed(1),
        sec(far),
        sec(near),
        load(),
      ])
      if (trips > TRIPS + more) late.push(`${trips} round trips of a second up, ${way}`)
    } finally {
      slow.close()
    }
  }
  process.stdout.write(`\n${table(rows)}\n`)
}

async function timed(run) {
  const since = performance.now()
  await run()
  return { seconds: (performance.now() - since) / 1000 }
}

function secondsOf(runs) {
  return median(runs.map(({ seconds }) => seconds))
}

function sec(seconds) {
  return `${seconds.toFixed(2)} s`
}

function times(ratio) {
  return ratio.toFixed(2)
}

function load() {
  return loadavg()[0].toFixed(1)
}
