import { describe, expect, test } from 'vitest'
import type { Event } from '../../../../src/engine/events.ts'
import type { View } from '../../../../src/engine/look.ts'
import { replaceKeepalived } from '../../../../src/engine/pacemaker/replace-keepalived.ts'
import { Tally } from '../../../../src/engine/tally.ts'
import { asHaError } from '../../../../src/lib/errors.ts'
import { debian } from '../../../../src/platform/debian.ts'
import { cibResource } from '../../../../src/resources/cib/kind.ts'
import { serviceResource } from '../../../../src/resources/service.ts'
import { wantedOf } from '../../support/cib.ts'
import { pacemakerInventory } from '../../support/pacemaker.ts'
import { runOf } from '../run-of.ts'
import { CibHost, MOVED } from './cib-host.ts'
import { clusterOf } from './cluster.ts'

const inventory = pacemakerInventory()
const resources = [serviceResource('keepalived', 'retired'), cibResource('test', wantedOf('minimal'))]
const plays = [{ play: 'pacemaker', serial: 'all' as const, resources }]
const seen = clusterOf(inventory, { lb1: {}, lb2: {} }).view
const view: View = {
  ...seen,
  built: { ...seen.built, hosts: ['lb1', 'lb2'].map((name) => ({ name, platform: debian, plays, checks: [] })) },
}

/** keepalived runs on both; lb2 holds the VIP. */
function hosts(options: ConstructorParameters<typeof CibHost>[1] = {}) {
  return ['lb1', 'lb2'].map((name) => {
    const host = new CibHost(name, options)
    host.program(
      'systemctl',
      `cd ${host.folder}
case "$*" in
  show*) if [ -e stopped ]; then echo ActiveState=inactive; else echo ActiveState=active; fi
    if [ -e disabled ]; then echo UnitFileState=disabled; else echo UnitFileState=enabled; fi
    echo LoadState=loaded ;;
  *disable*) : >disabled ;;
  stop*) : >stopped; echo "stop $2" >>did ;;
esac
`,
    )
    return host
  })
}

async function replace([lb1, lb2]: readonly (CibHost | undefined)[]) {
  if (lb1 === undefined || lb2 === undefined) throw new Error('two hosts')
  const events: Event[] = []
  const run = runOf(inventory, {
    connections: new Map([lb1, lb2].map((host) => [host.name, host.connection])),
    emit: (event) => events.push(event),
  })
  const order = {
    members: ['lb1', 'lb2'],
    joiners: [],
    cib: true,
    live: { keepalived: ['lb1', 'lb2'], holders: ['lb2'] },
  }
  const error = await replaceKeepalived(run, view, new Tally(), order, 'lb1').then(() => undefined, asHaError)
  const done = events.flatMap((event) => (event.type === 'action-done' ? [`${event.host}: ${event.what}`] : []))
  return { error, done, lb1, lb2 }
}

test('the CIB without the VIPs, the backups, the holder, and then the VIPs at once: it was looked at and judged before', async () => {
  const { error, done, lb1 } = await replace(hosts())
  expect(error).toBeUndefined()
  expect(done).toEqual([
    'lb1: change the CIB',
    'lb1: stop keepalived',
    'lb1: disable keepalived',
    'lb2: disable keepalived',
    'lb2: stop keepalived',
    'lb1: change the CIB',
  ])
  expect(lb1.cib).toContain('<primitive id="vip-api"')
  const ended = lb1.ran.indexOf('stop keepalived, disable keepalived')
  expect(lb1.ran.slice(0, ended - 1)).toEqual(['observe', 'change the CIB', 'observe', 'observe', 'judge the CIB'])
  expect(lb1.ran.slice(ended + 1)).toEqual(['observe', 'change the CIB', 'observe'])
})

describe('keepalived goes on where', () => {
  test('crm_verify refuses the CIB with the VIPs, and the words of it are told', async () => {
    const judge = `! grep -q vip-api "$home/judged" || { echo 'vip-api is not valid'; exit 78; }`
    const { error, done, lb1, lb2 } = await replace(hosts({ judge }))
    expect(error?.describe()).toMatch(
      /^lb1: crm_verify refuses the new CIB; it was not changed:\nvip-api is not valid\n {2}→ mend/,
    )
    expect(error?.message).not.toContain('keepalived')
    expect(done).toEqual(['lb1: change the CIB'])
    expect([...lb1.did, ...lb2.did]).not.toContain('stop keepalived')
  })

  test('the held-back CIB is refused already', async () => {
    const { error, lb1, lb2 } = await replace(hosts({ judge: 'exit 78' }))
    expect(error?.message).toContain('crm_verify refuses the new CIB')
    expect([...lb1.did, ...lb2.did]).not.toContain('stop keepalived')
  })
})

describe('after keepalived has ended', () => {
  test("another's change of the CIB is no reason to end: it is looked at again", async () => {
    const before = `! [ -e "$home/stopped" ] || [ -e "$home/moved" ] || { : >"$home/moved"; ${MOVED}; }`
    const { error, lb1 } = await replace(hosts({ before }))
    expect(error).toBeUndefined()
    expect(lb1.cib).toContain('<primitive id="vip-api"')
  })

  test('what fails is told with where the VIP is, and what to do', async () => {
    const before = `! [ -e "$home/stopped" ] || [ "$1" != --patch ] || { echo 'Permission denied' >&2; exit 4; }`
    const { error, lb2 } = await replace(hosts({ before }))
    expect(lb2.did).toContain('stop keepalived')
    expect(error?.describe()).toContain('Permission denied')
    expect(error?.describe()).toContain(
      'keepalived was told to end on lb1, lb2, and pacemaker may not have taken over: the VIPs may be on no member',
    )
    expect(error?.describe()).toMatch(/→ run up again: .*ha: keepalived/)
    expect(error?.exitCode).toBe(1)
  })

  test('a holder that cannot be told to stop is told of with both', async () => {
    const both = hosts()
    both[1]?.program(
      'systemctl',
      `case $1 in show) printf 'LoadState=loaded\\nActiveState=active\\n' ;; *) exit 3 ;; esac\n`,
    )
    const { error } = await replace(both)
    expect(error?.describe()).toContain('stop keepalived failed (exit status 3)')
    expect(error?.describe()).toContain('the VIPs may be on no member')
  })
})
