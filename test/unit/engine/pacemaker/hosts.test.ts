import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { View } from '../../../../src/engine/look.ts'
import { clearCib } from '../../../../src/engine/pacemaker/cleared.ts'
import { expectFewerVotes } from '../../../../src/engine/pacemaker/votes.ts'
import { Tally } from '../../../../src/engine/tally.ts'
import { pacemakerInventory } from '../../support/pacemaker.ts'
import { ShellHost } from '../../support/shell-host.ts'
import { runOf } from '../run-of.ts'
import { clusterOf } from './cluster.ts'

const three = pacemakerInventory({ third: '10.0.0.13' })
const { view } = clusterOf(three, { lb1: {} })

/** A host whose CIB is in its own folder. */
function withFolder(folder: string): View {
  const hosts = view.built.hosts.map((host) => {
    const { cluster } = host.platform
    if ('refused' in cluster) throw new Error('not expected')
    const own = { ...cluster, pacemaker: { ...cluster.pacemaker, cib: folder } }
    return { ...host, platform: { ...host.platform, cluster: own } }
  })
  return { ...view, built: { ...view.built, hosts } }
}

async function cleared(active: string) {
  const host = new ShellHost()
  const folder = join(host.folder, 'cib')
  const state = join(host.folder, 'active')
  mkdirSync(folder)
  writeFileSync(join(folder, 'cib.xml'), 'old')
  writeFileSync(state, active)
  host.program(
    'systemctl',
    `case $1 in
  stop) echo inactive >${state}; [ -e ${join(folder, 'cib.xml')} ] && echo "$2" >>${host.folder}/stopped ;;
  *) printf 'LoadState=loaded\\nActiveState=%s\\nUnitFileState=enabled\\n' "$(cat ${state})" ;;
esac\n`,
  )
  const run = runOf(three, { connections: new Map([['lb1', host.connection]]) })
  await clearCib(run, withFolder(folder), new Tally(), 'lb1')
  const stopped = join(host.folder, 'stopped')
  return {
    left: readdirSync(folder),
    stopped: existsSync(stopped) ? readFileSync(stopped, 'utf8').trim().split('\n') : [],
    run: () => clearCib(run, withFolder(folder), new Tally(), 'lb1'),
    host,
  }
}

test('an old CIB is taken away, and nothing where there is none', async () => {
  const { left, stopped, run, host } = await cleared('inactive')
  expect([left, stopped]).toEqual([[], []])
  const before = host.ran.length
  await run()
  expect(host.ran.slice(before)).toEqual(['observe'])
})

test('what still runs is stopped before its CIB is taken away', async () => {
  const { left, stopped } = await cleared('active')
  expect([left, stopped]).toEqual([[], ['pacemaker', 'corosync']])
})

/** How many votes are expected from now on, where these nodes are online. */
async function expected(nodes: readonly boolean[], quorum = true): Promise<string | undefined> {
  const host = new ShellHost()
  const list = nodes.map((online, index) => `<node name="n${index}" id="${index + 1}" online="${online}"/>`).join('')
  const status = `<pacemaker-result><summary><current_dc present="true" name="n0" with_quorum="${quorum}"/></summary><nodes>${list}</nodes></pacemaker-result>`
  for (const quiet of ['ip', 'pidof', 'corosync-cmapctl', 'crm_node', 'cibadmin', 'systemctl'])
    host.program(quiet, ':\n')
  host.program('crm_mon', `echo '${status}'\n`)
  host.program('corosync-quorumtool', `[ "$1" = -s ] || echo "$@" >${host.folder}/asked\n`)
  const asked = join(host.folder, 'asked')
  await expectFewerVotes(runOf(three, { connections: new Map([['lb1', host.connection]]) }), view, new Tally())
  return existsSync(asked) ? readFileSync(asked, 'utf8').trim() : undefined
}

test.each([
  ['all of four', [true, true, true, true], undefined],
  ['three of four', [true, true, true, false], '-e 3'],
  ['three of five', [true, true, true, false, false], '-e 3'],
  ['two of three', [true, true, false], undefined],
])('before one leaves, of %s the votes of those that are there count', async (_, nodes, votes) => {
  expect(await expected(nodes)).toBe(votes)
})

test('without quorum nobody counts anew', async () => {
  expect(await expected([true, true, true, false, false, false], false)).toBeUndefined()
})
