import { expect, test } from 'vitest'
import type { Connection } from '../../../../src/connection/types.ts'
import { rekeyCluster } from '../../../../src/engine/pacemaker/rekey.ts'
import { inMaintenance } from '../../../../src/engine/pacemaker/maintenance.ts'
import { restartCluster } from '../../../../src/engine/pacemaker/restart.ts'
import { decideClusterOrder } from '../../../../src/engine/pacemaker/order.ts'
import { replacePacemaker } from '../../../../src/engine/retire-pacemaker.ts'
import { Tally } from '../../../../src/engine/tally.ts'
import { asHaError, type HaError, HostError } from '../../../../src/lib/errors.ts'
import { fakeConnection } from '../../support/fake-connection.ts'
import { pacemakerInventory } from '../../support/pacemaker.ts'
import { ShellHost } from '../../support/shell-host.ts'
import { runOf } from '../run-of.ts'
import { clusterOf } from './cluster.ts'

const pair = pacemakerInventory()
const inventory = { ...pair, corosync: { ...pair.corosync, token: 1 } }
const { view, contents } = clusterOf(inventory, { lb1: { nodes: { lb1: true } } })
const LEFT = 'the cluster was left in maintenance mode: nothing moves the VIPs'
const ON = 'begin maintenance mode'
const OFF = 'end maintenance mode'

/** A member that has quorum and is all of its cluster. Of what it is asked from then on, `failing` says what fails, and how. */
function memberOf(failing: (label: string, nth: number) => string | undefined = () => undefined) {
  const host = new ShellHost()
  const status =
    '<pacemaker-result><summary><current_dc present="true" name="lb1" with_quorum="true"/><cluster_options maintenance-mode="true"/></summary><nodes><node name="lb1" id="1" online="true"/></nodes></pacemaker-result>'
  for (const quiet of ['ip', 'pidof', 'corosync-cmapctl', 'crm_node', 'cibadmin']) host.program(quiet, ':\n')
  host.program('crm_mon', `echo '${status}'\n`)
  const ran: string[] = []
  const connection: Connection = fakeConnection('lb1', {
    run: (command) => {
      ran.push(command.label)
      const why = failing(command.label, ran.filter((label) => label === command.label).length)
      return why === undefined ? host.connection.run(command) : Promise.reject(new HostError(why, { where: 'lb1' }))
    },
  })
  return { run: runOf(inventory, { connections: new Map([['lb1', connection]]) }), ran }
}

/** What is told of a failure. */
async function failureOf(work: Promise<unknown>): Promise<string> {
  return work
    .then(
      () => 'none',
      (thrown: unknown): HaError => asHaError(thrown),
    )
    .then((one) => (typeof one === 'string' ? one : one.describe()))
}

const fails = (why: string) => () => Promise.reject(new HostError(why))
const isWell = () => Promise.resolve()

test('it ends when the work has', async () => {
  const { run, ran } = memberOf()
  await inMaintenance(run, view, new Tally(), ['lb1'], { work: isWell, together: isWell })
  expect(ran).toEqual([ON, OFF])
})

test('it ends where the work failed and the members are together: the cause is told, and no more', async () => {
  const { run, ran } = memberOf()
  const told = inMaintenance(run, view, new Tally(), ['lb1'], { work: fails('refused'), together: isWell })
  expect(await failureOf(told)).toBe('refused')
  expect(ran).toEqual([ON, OFF])
})

test.each([
  ['the members are not together', { work: fails('refused'), together: fails('parted') }, ['refused', 'parted']],
  ['the members are lost by what went well', { work: isWell, together: fails('parted') }, ['parted']],
  ['pacemaker ends by it', { work: fails('refused') }, ['refused']],
])('it stays on where %s, and that is told with every cause', async (_, work, causes) => {
  const { run, ran } = memberOf()
  const told = (await failureOf(inMaintenance(run, view, new Tally(), ['lb1'], work))).split('\n')
  expect(told.slice(0, causes.length)).toEqual(causes)
  expect(told.slice(causes.length).join()).toContain(LEFT)
  expect(told.at(-1)).toContain('run up again: this is over when it has ended well')
  expect(ran).toEqual([ON])
})

test('it is told where it cannot be ended', async () => {
  const { run } = memberOf((label) => (label === OFF ? 'out of sight' : undefined))
  const told = await failureOf(inMaintenance(run, view, new Tally(), ['lb1'], { work: isWell, together: isWell }))
  expect(told).toContain('out of sight')
  expect(told).toContain(LEFT)
})

test('a key that could not be given, where the members do not come together: both causes', async () => {
  const { run, ran } = memberOf((label, nth) =>
    label !== 'observe' || nth === 1 ? undefined : nth === 2 ? 'the disk is full' : 'out of sight',
  )
  const told = await failureOf(rekeyCluster(run, view, new Tally(), ['lb1']))
  for (const said of ['the disk is full', 'new files stay where they were written', 'out of sight', LEFT])
    expect(told).toContain(said)
  expect(ran).toEqual(['observe', ON, 'observe', 'observe'])
})

test('a start of all that failed', async () => {
  const { run, ran } = memberOf((label) => (label === 'observe' ? 'out of sight' : undefined))
  const order = decideClusterOrder(inventory, view, contents, { members: [], areStopped: false })
  const told = await failureOf(restartCluster(run, view, new Tally(), { ...order, members: ['lb1'], joiners: [] }))
  expect(told).toContain('out of sight')
  expect(told).toContain(LEFT)
  expect(ran[0]).toBe(ON)
  expect(ran).not.toContain(OFF)
})

test('an end of pacemaker that failed on the way to keepalived', async () => {
  const { run, ran } = memberOf((label) => (label === 'observe' && ran.includes(ON) ? 'out of sight' : undefined))
  const hosts = view.built.hosts.map((host) => ({ ...host, plays: [], checks: [] }))
  const nothingElse = { ...view, built: { ...view.built, hosts, vips: [] } }
  const told = await failureOf(replacePacemaker(run, nothingElse, new Tally(), ['lb1'], new Set()))
  expect(told).toContain('out of sight')
  expect(told).toContain(LEFT)
})
