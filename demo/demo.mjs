// What ha-provision does, shown on the lab: two bare hosts become a load balancer that survives the loss of its haproxy.
import { readFileSync } from 'node:fs'
import { heading, provision, show } from './show.mjs'
import { longestGap, openWay, serverOf } from './through-vip.mjs'

const INVENTORY = 'inventories/lab.yaml'
/** With what scripts/ready.mjs did before, it shall end within five minutes. */
const MINUTES = 4.5

const started = performance.now()
const tooLong = setTimeout(() => {
  process.stderr.write(`the demo took more than ${MINUTES} minutes and was ended\n`)
  process.exit(1)
}, MINUTES * 60_000)

try {
  await demo()
} catch (error) {
  process.stderr.write(`\nthe demo failed: ${error.message}\n  → clean up with: npm run demo:down\n`)
  process.exitCode = 1
} finally {
  clearTimeout(tooLong)
}

async function demo() {
  heading('two bare Debian hosts, three servers and a jump host, in containers')
  await provision(['lab', 'up', '--hosts', '2', '--fresh'])
  await show('cat', [INVENTORY])

  heading('is the inventory right? (no host is contacted)')
  await provision(['validate', INVENTORY])

  heading('what would be done? (nothing is changed; exit code 2: there are changes)')
  await provision(['plan', INVENTORY], { good: [2], keep: (line) => !line.startsWith('    ') })

  heading('do it, and prove that it serves')
  await provision(['up', INVENTORY])

  const way = await openWay(INVENTORY)
  try {
    heading(`requests through the VIP: ${way.url}`)
    await allAnswer(way.request)

    heading('once more: nothing to do')
    await provision(['up', INVENTORY, '--verbose'])

    await loseHaproxy(way.request)
  } finally {
    way.close()
  }

  heading(`done in ${Math.round((performance.now() - started) / 1000)} s. To play on:`)
  process.stdout.write(`$ node dist/main.js --help
$ node dist/main.js facts ${INVENTORY}
$ cp ${INVENTORY} inventories/lab-mine.yaml     # change it, then: plan, up
$ npm run demo:down                             # takes the lab away
`)
}

/** The balancer gives each request to another server: nine requests meet all three. */
async function allAnswer(request) {
  const servers = []
  for (let count = 0; count < 9; count += 1) servers.push(serverOf(await request()) ?? 'no answer')
  process.stdout.write(`${servers.join(' ')}\n`)
  if (servers.includes('no answer')) throw new Error('a request had no answer')
  if (new Set(servers).size !== 3) throw new Error('not all three servers answered')
}

async function loseHaproxy(request) {
  const { project, vip } = JSON.parse(readFileSync('.lab/lab.json', 'utf8'))
  const onHolder = (...words) => show('docker', ['exec', `${project}-lb1`, ...words])

  heading('haproxy is stopped on lb1, which holds the VIP; a request every 20 ms meanwhile')
  tellGap(await longestGap(request, () => onHolder('systemctl', 'stop', 'haproxy')))

  heading('haproxy is started again: lb1 takes the VIP back')
  const untilHeld = `for i in $(seq 150); do ip -o addr show | grep -qwF ${vip} && exit; sleep 0.1; done; exit 1`
  tellGap(
    await longestGap(request, async () => {
      await onHolder('systemctl', 'start', 'haproxy')
      await onHolder('sh', '-c', untilHeld)
    }),
  )
  await provision(['verify', INVENTORY])
}

function tellGap({ gap, sent, failed }) {
  process.stdout.write(
    `longest time without an answer: ${(gap / 1000).toFixed(2)} s (${failed} of ${sent} requests failed)\n`,
  )
}
