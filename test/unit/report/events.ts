import type { Event, ResourceOutcome } from '../../../src/engine/events.ts'
import { unifiedDiff } from '../../../src/lib/diff.ts'

const CFG = '/etc/haproxy/haproxy.cfg'

export const started: Event = { type: 'run-started', command: 'up', cluster: 'lab', hosts: ['lb1', 'lb2'] }

export const planned: readonly Event[] = [
  {
    type: 'planned',
    host: 'lb1',
    total: 7,
    resources: [
      { id: 'package[haproxy]', changes: [{ property: 'version', before: 'absent', after: '2.6.12-1' }] },
      {
        id: `file[${CFG}]`,
        changes: [
          { property: 'content', before: 'abc', after: 'def' },
          { property: 'mode', before: '0644', after: '0640' },
        ],
        diff: unifiedDiff(CFG, 'global\n  maxconn 10\n', 'global\n  maxconn 20\n'),
      },
      { id: 'loaded[haproxy]', changes: [{ property: 'files', before: 'old', after: 'new' }] },
    ],
  },
  { type: 'planned', host: 'lb2', total: 7, resources: [] },
]

export const order: Event = { type: 'order', steps: ['lb2', 'lb1, which holds api'], notes: ['no gap is expected'] }

export const vip: Event = {
  type: 'check',
  check: 'vip[api]',
  host: undefined,
  status: 'passed',
  message: 'api 10.0.0.100 held by lb1',
}

/** A host's end, with these outcomes and the rest unchanged. */
export function hostDone(host: string, outcomes: Readonly<Record<string, ResourceOutcome>> = {}): Event {
  const unchanged = {
    'package[haproxy]': 'unchanged',
    'package[keepalived]': 'unchanged',
    [`file[${CFG}]`]: 'unchanged',
  } as const
  return {
    type: 'host-done',
    host,
    resources: { ...unchanged, 'loaded[haproxy]': 'unchanged', ...outcomes },
    executions: 2,
    seconds: 1.04,
  }
}

export function finished(
  outcome: Extract<Event, { type: 'finished' }>['outcome'],
  more: { command?: string; changed?: number; failed?: number } = {},
): Event {
  const { command = 'up', changed = 0, failed = 0 } = more
  return { type: 'finished', command, outcome, exitCode: 0, changed, failed, hosts: 2, executions: 4, seconds: 1.24 }
}

/** A run in which something is changed, and a file is refused. */
export const failing: readonly Event[] = [
  started,
  { type: 'doing', host: 'lb1', what: 'gathering facts' },
  { type: 'connected', host: 'lb1', seconds: 0.21 },
  { type: 'connected', host: 'lb2', seconds: 0.3 },
  { type: 'warning', message: 'lb2 runs a kernel\nthat is old' },
  { type: 'warning', message: 'lb2 runs a kernel\nthat is old' },
  ...planned,
  order,
  { type: 'locked', hosts: ['lb1', 'lb2'] },
  { type: 'action-started', host: 'lb1', resource: 'package[haproxy]', what: 'install' },
  { type: 'action-done', host: 'lb1', resource: 'package[haproxy]', what: 'installed', seconds: 12.3 },
  { type: 'action-started', host: 'lb1', resource: `file[${CFG}]`, what: 'write' },
  { type: 'action-failed', host: 'lb1', resource: `file[${CFG}]`, what: 'write', message: 'haproxy -c: line 2' },
  { type: 'put-back', host: 'lb1', what: CFG },
  { type: 'error', host: 'lb1', message: 'haproxy -c: line 2', mend: 'look at line 2' },
  hostDone('lb1', { 'package[haproxy]': 'changed', [`file[${CFG}]`]: 'failed', 'loaded[haproxy]': 'not done' }),
  hostDone('lb2'),
  { type: 'unlocked', hosts: ['lb1', 'lb2'] },
  finished('failed', { changed: 1, failed: 1 }),
]

export const nothingToDo: readonly Event[] = [
  started,
  { type: 'connected', host: 'lb1', seconds: 0.21 },
  { type: 'connected', host: 'lb2', seconds: 0.3 },
  { type: 'planned', host: 'lb1', total: 7, resources: [] },
  { type: 'planned', host: 'lb2', total: 7, resources: [] },
  vip,
  hostDone('lb1'),
  hostDone('lb2'),
  finished('nothing to do'),
]
