import { beforeAll, describe, expect, it } from 'vitest'
import { onHost } from '../../src/lab/hosts.ts'
import type { Lab } from '../../src/lab/state.ts'
import { cli, cliText, outcome } from './support/cli.ts'
import { bareLab, holdersOf, inventory } from './support/cluster.ts'
import { crmState } from './support/crm-state.ts'
import { clusterInventory } from './support/pacemaker-cluster.ts'
import { whileAsking, type Seen } from './support/watch.ts'

const PAIR = ['lb1', 'lb2'] as const
const ENGINES = ['keepalived', 'pacemaker'] as const
type Engine = (typeof ENGINES)[number]

/** What runs and starts at boot where an engine is in charge, as `unit enabled active`. */
const UNITS: Readonly<Record<Engine, readonly string[]>> = {
  keepalived: [
    'haproxy enabled active',
    'keepalived enabled active',
    'corosync disabled inactive',
    'pacemaker disabled inactive',
  ],
  pacemaker: [
    'haproxy disabled active',
    'keepalived disabled inactive',
    'corosync enabled active',
    'pacemaker enabled active',
  ],
}

const ASK_UNITS = `for unit in haproxy keepalived corosync pacemaker; do
echo "$unit $(systemctl is-enabled $unit) $(systemctl is-active $unit)"; done`

describe('a Debian pair whose engine is changed', () => {
  let lab: Lab
  const files = new Map<Engine, string>()
  beforeAll(async () => {
    lab = await bareLab()
    files.set('keepalived', await inventory('migrate-keepalived'))
    files.set('pacemaker', await clusterInventory('migrate-pacemaker'))
    const ran = await cli(['up', fileOf('keepalived')])
    expect(ran.code, ran.stdout + ran.stderr).toBe(0)
  })

  const fileOf = (engine: Engine): string => files.get(engine) ?? ''

  /** One holder, the units of this engine and none of the other's, and a second run that has nothing to do. */
  async function isSettled(engine: Engine): Promise<void> {
    for (const host of PAIR) expect((await onHost(host, ASK_UNITS)).trim().split('\n')).toEqual(UNITS[engine])
    expect(await holdersOf(lab.vip)).toHaveLength(1)
    const again = await cli(['up', fileOf(engine)])
    expect(outcome(again), again.stdout).toMatchObject({ outcome: 'nothing to do', changed: 0, executions: 4 })
  }

  async function migrate(engine: Engine): Promise<Seen> {
    const { result, seen } = await whileAsking(lab.vip, PAIR, () => cli(['up', fileOf(engine)]))
    expect(result.code, result.stdout + result.stderr).toBe(0)
    console.log(`to ${engine}: ${JSON.stringify(seen)}`)
    expect(seen.mostHolders).toBe(1)
    return seen
  }

  it('plans the way to pacemaker: its order, and the one gap', async () => {
    const { code, stdout } = await cliText(['plan', fileOf('pacemaker')])
    expect(code, stdout).toBe(2)
    expect(stdout).toMatch(/VIPs held back\n.*stop keepalived on lb2.*\n.*stop keepalived on lb1, the holder\n/)
    expect(stdout).toMatch(/note: the VIP is away from the moment keepalived stops/)
  })

  it('has pacemaker in place of keepalived, with never two holders and one short gap', async () => {
    const seen = await migrate('pacemaker')
    expect(seen.longestGap).toBeLessThan(5000)
    await isSettled('pacemaker')
    expect(await crmState('lb1')).toMatchObject({ quorum: true, failures: [] })
  })

  it('plans the way back: its order, and the one gap', async () => {
    const { code, stdout } = await cliText(['plan', fileOf('keepalived')])
    expect(code, stdout).toBe(2)
    expect(stdout).toMatch(/maintenance mode.*\n.*stop pacemaker and corosync on .*\n.*start keepalived on all/)
    expect(stdout).toMatch(/note: the VIP is away from the moment keepalived starts/)
  })

  it('has keepalived again, with never two holders, one short gap, and no CIB left', async () => {
    const keys = await Promise.all(PAIR.map((host) => onHost(host, 'sha256sum /etc/corosync/authkey')))
    const seen = await migrate('keepalived')
    expect(seen.longestGap).toBeLessThan(15_000)
    await isSettled('keepalived')
    for (const host of PAIR) expect(await onHost(host, 'ls -A /var/lib/pacemaker/cib')).toBe('')
    expect(await Promise.all(PAIR.map((host) => onHost(host, 'sha256sum /etc/corosync/authkey')))).toEqual(keys)
  })
})
