import { any } from '../integration/support/kills.ts'
import { doing, type ClusterMoment } from '../integration/support/pacemaker-kills.ts'

const CONF = 'file[/etc/corosync/corosync.conf]'
const KEY = 'file[/etc/corosync/authkey]'
const CFG = 'file[/etc/haproxy/haproxy.cfg]'

const PATCH = { program: 'cibadmin', words: '*\\ --patch\\ *' } as const
const RELOAD = { program: 'corosync-cfgtool', words: '*\\ -R\\ *' } as const
const START_COROSYNC = { program: 'systemctl', words: '*\\ start\\ corosync*' } as const
const START_PACEMAKER = { program: 'systemctl', words: '*\\ start\\ pacemaker*' } as const
const STAMP_COROSYNC = { program: 'mv', words: '*/loaded/corosync\\ ' } as const

/** What leaves the cluster serving: its configuration changes, and who is in it. */
export const living: readonly ClusterMoment[] = [
  {
    name: 'haproxy.cfg of the first is written, not loaded',
    change: 'haproxy',
    at: doing('action-done', CFG),
    wreck: 'script',
  },
  {
    name: 'between the reload of haproxy and the record of it',
    change: 'haproxy',
    slow: { program: 'mv', words: '*/loaded/haproxy\\ ' },
    wreck: 'script',
  },
  { name: 'before the CIB is patched', change: 'cib', slow: PATCH, wreck: 'script' },
  {
    name: 'while the CIB is patched, which goes on without us',
    change: 'cib',
    slow: { ...PATCH, seconds: 12 },
    wreck: 'client',
    waits: /an action of an earlier run is still at work on lb[12]/,
  },
  {
    name: 'the CIB is patched, not verified',
    change: 'cib',
    at: doing('action-done', 'change the CIB'),
    wreck: 'client',
  },
  { name: 'the new key is on one, not on the other', change: 'key', at: doing('action-done', KEY), wreck: 'script' },
  { name: 'the new key is on both, before the reload', change: 'key', slow: RELOAD, wreck: 'script' },
  { name: 'the new key is loaded, and not recorded', change: 'key', slow: STAMP_COROSYNC, wreck: 'script' },
  {
    name: 'the power goes on one that has the new key, before the reload',
    change: 'key',
    slow: RELOAD,
    wreck: 'power',
  },
  {
    name: 'corosync of the joiner is enabled, and not started',
    change: 'join',
    at: doing('action-done', 'enable corosync', 'lb3'),
    wreck: 'script',
  },
  {
    name: 'the leaver is stopped, the others still list it',
    change: 'leave',
    at: doing('action-done', 'stop corosync', 'lb3'),
    wreck: 'client',
  },
  { name: 'all list the joiner, before the reload', change: 'join', slow: RELOAD, wreck: 'script' },
  { name: 'nobody lists the leaver, before the reload', change: 'leave', slow: RELOAD, wreck: 'script' },
  {
    name: 'before the corosync of the joiner starts',
    change: 'join',
    slow: START_COROSYNC,
    on: ['lb3'],
    wreck: 'script',
  },
  {
    name: 'before pacemaker forgets the leaver',
    change: 'leave',
    slow: { program: 'crm_node', words: '*--remove*' },
    wreck: 'script',
  },
  {
    name: 'corosync of the joiner runs, its pacemaker does not',
    change: 'join',
    slow: START_PACEMAKER,
    on: ['lb3'],
    wreck: 'script',
  },
  {
    name: 'while pacemaker of the leaver stops',
    change: 'leave',
    at: doing('action-started', 'stop pacemaker', 'lb3'),
    wreck: 'client',
  },
  {
    name: 'while the joiner is waited for',
    change: 'join',
    at: doing('action-done', 'start pacemaker', 'lb3'),
    wreck: 'client',
  },
]

/** What corosync takes at its start only: all are stopped, in maintenance mode. */
export const restarting: readonly ClusterMoment[] = [
  {
    name: 'maintenance mode has begun, nothing is stopped',
    change: 'port',
    at: doing('action-done', 'begin maintenance'),
    wreck: 'client',
  },
  {
    name: 'pacemaker is stopped on one, its corosync is not',
    change: 'port',
    slow: { program: 'systemctl', words: '*\\ stop\\ corosync*' },
    on: ['lb1'],
    wreck: 'script',
  },
  {
    name: 'all are stopped, the new configuration is on one',
    change: 'port',
    at: doing('action-done', CONF),
    wreck: 'script',
  },
  { name: 'all are stopped, before the first starts', change: 'port', slow: START_COROSYNC, wreck: 'script' },
  {
    name: 'one corosync runs, and is not recorded',
    change: 'port',
    slow: STAMP_COROSYNC,
    on: ['lb2'],
    wreck: 'script',
  },
  {
    name: 'the power goes on one between stop and start',
    change: 'port',
    slow: START_COROSYNC,
    on: ['lb1'],
    wreck: 'power',
  },
  {
    name: 'all run, before maintenance mode ends',
    change: 'port',
    slow: { program: 'cibadmin', words: '*--delete*' },
    wreck: 'script',
  },
]

/** The first installation of a bare pair. */
export const installing: readonly ClusterMoment[] = [
  {
    name: 'apt is at work, and goes on without us',
    change: 'first',
    at: doing('action-started', 'install', 'lb1'),
    later: 2000,
    wreck: 'shell',
    waits: /an action of an earlier run is still at work on lb[12]/,
  },
  {
    name: 'installed, before the facts are gathered again',
    change: 'first',
    at: doing('action-done', 'install', 'lb1'),
    wreck: 'client',
  },
  {
    name: 'the key is there, the configuration is not',
    change: 'first',
    at: doing('action-done', KEY),
    wreck: 'script',
  },
  {
    name: 'between the start of corosync and the record of it',
    change: 'first',
    slow: STAMP_COROSYNC,
    on: ['lb1'],
    wreck: 'script',
  },
  { name: 'corosync runs, pacemaker does not', change: 'first', slow: START_PACEMAKER, on: ['lb2'], wreck: 'script' },
  { name: 'while the members are waited for', change: 'first', at: any('waiting'), wreck: 'client' },
  { name: 'before the first CIB is patched', change: 'first', slow: PATCH, wreck: 'script' },
  {
    name: 'the first CIB is there, not verified',
    change: 'first',
    at: doing('action-done', 'change the CIB'),
    wreck: 'client',
  },
]
