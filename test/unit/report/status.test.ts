import { expect, test } from 'vitest'
import type { Event } from '../../../src/engine/events.ts'
import { painter } from '../../../src/report/colour.ts'
import { eventLine } from '../../../src/report/line.ts'

type Status = Extract<Event, { type: 'status' }>

const shown = (event: Status) => eventLine(event, false, painter(false))?.split('\n')
const member = { quorum: true, haproxy: true, vips: [] } as const
const failure = { resource: 'haproxy', node: 'lb2', operation: 'start', reason: 'error', when: 'now' }

test('a cluster of pacemaker', () => {
  const event: Status = {
    type: 'status',
    ha: 'pacemaker',
    members: [
      { ...member, host: 'lb1', state: 'online', vips: ['api', 'web'] },
      { ...member, host: 'lb2', state: 'standby', haproxy: false },
      { host: 'lb3', state: 'offline', quorum: undefined, haproxy: undefined, vips: undefined },
    ],
    cluster: { dc: 'lb1', maintenance: true, failures: [failure] },
  }
  expect(shown(event)).toEqual([
    '',
    'member  pacemaker    quorum  haproxy       VIPs',
    'lb1     online (DC)  yes     runs          api, web',
    'lb2     standby      yes     does not run  –',
    'lb3     offline      –       –             –',
    '',
    'maintenance-mode is on: nothing is watched or moved',
    '1 failed action: start of haproxy on lb2',
    '',
  ])
})

test('nobody answers', () => {
  const event: Status = { type: 'status', ha: 'pacemaker', members: [], cluster: undefined }
  expect(shown(event)).toContain('pacemaker answers on no member')
})

test('keepalived has no quorum', () => {
  const event: Status = {
    type: 'status',
    ha: 'keepalived',
    members: [{ host: 'lb1', state: 'runs', quorum: undefined, haproxy: true, vips: ['api'] }],
    cluster: undefined,
  }
  expect(shown(event)).toEqual(['', 'member  keepalived  haproxy  VIPs', 'lb1     runs        runs     api', ''])
})
