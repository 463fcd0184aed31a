import { setTimeout as sleep } from 'node:timers/promises'
import { execa } from 'execa'
import { containerOf } from '../src/lab/containers.ts'
import { onHost } from '../src/lab/hosts.ts'
import { readLab } from '../src/lab/state.ts'
import { cli } from '../test/integration/support/cli.ts'
import { holdersOf, inventory } from '../test/integration/support/cluster.ts'

/** Something that happens to a cluster whose VIP is on lb1, and what brings it back. */
interface Scenario {
  readonly name: string
  /** How long a client watches, in seconds. */
  readonly seconds: number
  readonly happen: () => Promise<unknown>
  readonly mend?: () => Promise<unknown>
}

const on =
  (host: string, script: string): (() => Promise<string>) =>
  async () =>
    await onHost(host, script)

async function docker(word: 'pause' | 'unpause', member: string): Promise<void> {
  await execa('docker', [word, containerOf(await readLab(), member)])
}

/** Everything to and from the host is dropped, loopback excepted: what a dead switch port looks like. */
const CUT = `nft add table inet cut
nft add chain inet cut incoming '{ type filter hook input priority -300; }'
nft add chain inet cut outgoing '{ type filter hook output priority -300; }'
nft add rule inet cut incoming iifname eth0 drop
nft add rule inet cut outgoing oifname eth0 drop`

/** An `up` that takes one server out: every member is changed in its turn. */
async function rolling(): Promise<void> {
  const ran = await cli(['up', await inventory('gap', { apis: ['api1', 'api2'] })])
  if (ran.code !== 0) throw new Error(ran.stdout)
}

export const scenarios: readonly Scenario[] = [
  { name: 'nothing', seconds: 6, happen: () => Promise.resolve() },
  {
    name: 'haproxy stopped',
    seconds: 7,
    happen: on('lb1', 'systemctl stop haproxy'),
    mend: on('lb1', 'systemctl start haproxy'),
  },
  {
    name: 'haproxy started again',
    seconds: 8,
    happen: on('lb1', 'systemctl start haproxy'),
  },
  { name: 'haproxy killed', seconds: 9, happen: on('lb1', 'pkill -KILL -x haproxy') },
  {
    name: 'haproxy frozen',
    seconds: 8,
    happen: on('lb1', 'pkill -STOP -x haproxy'),
    mend: on('lb1', 'pkill -CONT -x haproxy'),
  },
  { name: 'haproxy reloaded', seconds: 6, happen: on('lb1', 'systemctl reload haproxy') },
  {
    name: 'keepalived stopped',
    seconds: 7,
    happen: on('lb1', 'systemctl stop keepalived'),
    mend: on('lb1', 'systemctl start keepalived'),
  },
  { name: 'keepalived started again', seconds: 7, happen: on('lb1', 'systemctl start keepalived') },
  { name: 'keepalived killed', seconds: 8, happen: on('lb1', 'pkill -KILL -x keepalived') },
  { name: 'keepalived reloaded', seconds: 6, happen: on('lb1', 'systemctl reload keepalived') },
  {
    name: 'host frozen',
    seconds: 10,
    happen: async () => {
      await docker('pause', 'lb1')
    },
    mend: async () => {
      await docker('unpause', 'lb1')
    },
  },
  {
    name: 'host cut off the network',
    seconds: 10,
    happen: on('lb1', CUT),
    mend: on('lb1', 'nft delete table inet cut'),
  },
  {
    name: 'up that takes a server out',
    seconds: 25,
    happen: rolling,
    mend: async () => {
      await cli(['up', await inventory('gap')])
    },
  },
]

/** What has to be so before one of them begins. */
const PREPARATION: Readonly<Record<string, string>> = {
  'haproxy started again': 'systemctl stop haproxy',
  'keepalived started again': 'systemctl stop keepalived',
}

/** Brings the VIP back to lb1, with every server up again as both members see them. */
export async function settled({ name }: Scenario): Promise<void> {
  const { vip } = await readLab()
  for (let tries = 0; (await holdersOf(vip)).join(',') !== 'lb1'; tries += 1) {
    if (tries > 60) throw new Error('the VIP does not come back to lb1')
    await sleep(500)
  }
  const before = PREPARATION[name]
  if (before !== undefined) await onHost('lb1', before)
  await sleep(3000)
}
