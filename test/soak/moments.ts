import { any, on, type Moment } from '../integration/support/kills.ts'

const CFG = 'file[/etc/haproxy/haproxy.cfg]'
const CONF = 'file[/etc/keepalived/keepalived.conf]'

/** The first installation of a bare pair. */
export const installing: readonly Moment[] = [
  { name: 'as soon as a host is connected', change: 'bare', at: any('connected'), wreck: 'client' },
  { name: 'the lock was just taken', change: 'bare', at: any('locked'), wreck: 'client' },
  {
    name: 'apt has just begun',
    change: 'bare',
    at: on('action-started', 'lb1', 'install'),
    later: 700,
    wreck: 'client',
  },
  {
    name: 'apt is at work, and goes on without us',
    change: 'bare',
    at: on('action-started', 'lb1', 'install'),
    wreck: 'shell',
    host: 'lb1',
    waits: /an action of an earlier run is still at work on lb[12]/,
  },
  {
    name: 'apt is killed at work',
    change: 'bare',
    at: on('action-started', 'lb1', 'install'),
    later: 3500,
    wreck: 'script',
    host: 'lb1',
  },
  {
    name: 'the power goes while apt is at work',
    change: 'bare',
    at: on('action-started', 'lb2', 'install'),
    later: 4000,
    wreck: 'power',
    host: 'lb2',
  },
  {
    name: 'installed, before the facts are gathered again',
    change: 'bare',
    at: on('action-done', 'lb1', 'install'),
    wreck: 'client',
  },
  { name: 'planned', change: 'bare', at: any('planned'), wreck: 'client' },
  {
    name: 'the power goes between a configuration and its start',
    change: 'bare',
    at: on('action-done', 'lb1', CONF),
    wreck: 'power',
    host: 'lb1',
  },
  {
    name: 'the script dies while haproxy judges the staged file',
    change: 'bare',
    slow: { host: 'lb2', program: 'haproxy', words: '*ha-provision-new*' },
    wreck: 'script',
  },
  {
    name: 'the script dies between the start of haproxy and the record of it',
    change: 'bare',
    slow: { host: 'lb1', program: 'mv', words: '*/loaded/haproxy\\ ' },
    wreck: 'script',
  },
  {
    name: 'the power goes between the start of keepalived and the record of it',
    change: 'bare',
    slow: { host: 'lb2', program: 'mv', words: '*/loaded/keepalived\\ ' },
    wreck: 'power',
  },
  {
    name: 'keepalived is about to start',
    change: 'bare',
    at: on('action-started', 'lb1', 'load keepalived'),
    wreck: 'client',
  },
  { name: 'during verification', change: 'bare', at: any('waiting'), wreck: 'client' },
]

/** A change of both files that is rolled one member at a time; lb1 holds the VIP and is last. */
export const turning: readonly Moment[] = [
  { name: 'the lock is held', change: 'turn', at: any('locked'), wreck: 'client' },
  {
    name: 'haproxy.cfg of the backup is about to be written',
    change: 'turn',
    at: on('action-started', 'lb2', CFG),
    wreck: 'client',
  },
  { name: 'haproxy.cfg of the backup is staged', change: 'turn', at: on('action-staged', 'lb2', CFG), wreck: 'client' },
  {
    name: 'haproxy.cfg of the backup is written, not loaded',
    change: 'turn',
    at: on('action-done', 'lb2', CFG),
    wreck: 'client',
  },
  {
    name: 'keepalived of the backup is loaded',
    change: 'turn',
    at: on('action-done', 'lb2', 'load keepalived'),
    wreck: 'client',
  },
  {
    name: 'between the turns of the members',
    change: 'turn',
    at: (event) => event.type === 'doing' && event.host === 'lb2' && event.what === 'verifying its turn',
    wreck: 'client',
  },
  { name: 'haproxy.cfg of the holder is staged', change: 'turn', at: on('action-staged', 'lb1', CFG), wreck: 'client' },
  {
    name: 'the holder is about to reload haproxy',
    change: 'turn',
    at: on('action-started', 'lb1', 'load haproxy'),
    wreck: 'client',
  },
  {
    name: 'during the verification of the last turn',
    change: 'turn',
    at: (event) => event.type === 'doing' && event.host === 'lb1' && event.what === 'verifying its turn',
    wreck: 'client',
  },
  {
    name: 'the script dies while the staged file of the backup is judged',
    change: 'turn',
    slow: { host: 'lb2', program: 'haproxy', words: '*ha-provision-new*' },
    wreck: 'script',
  },
  {
    name: 'the script dies on the holder between staging and rename',
    change: 'turn',
    slow: { host: 'lb1', program: 'mv', words: '*haproxy.cfg.ha-provision-new*' },
    wreck: 'script',
  },
  {
    name: 'the script dies while the version that runs is kept',
    change: 'turn',
    slow: { host: 'lb1', program: 'mv', words: '*haproxy.cfg.previous.new*' },
    wreck: 'script',
  },
  {
    name: 'the script dies on the holder between rename and reload',
    change: 'turn',
    slow: { host: 'lb1', program: 'systemctl', words: '*\\ reload\\ haproxy*' },
    wreck: 'script',
  },
  {
    name: 'the script dies on the holder between reload and the record of it',
    change: 'turn',
    slow: { host: 'lb1', program: 'mv', words: '*/loaded/haproxy\\ ' },
    wreck: 'script',
  },
  {
    name: 'the backup loses its power between rename and reload',
    change: 'turn',
    slow: { host: 'lb2', program: 'systemctl', words: '*\\ reload\\ keepalived*' },
    wreck: 'power',
  },
  {
    name: 'the holder loses its power with a staged file',
    change: 'turn',
    slow: { host: 'lb1', program: 'haproxy', words: '*ha-provision-new*' },
    wreck: 'power',
    gap: 8000,
  },
]

/** Another router id is another instance for keepalived: it gives the VIP up and takes it again after three adverts. */
const NEW_INSTANCE = 6000

/** What the members say to each other changes: written everywhere, backups stopped, holder reloaded, backups started. */
export const conversing: readonly Moment[] = [
  {
    name: 'the new password is written on the backup alone',
    change: 'password',
    at: on('action-done', 'lb2', CONF),
    wreck: 'client',
  },
  {
    name: 'the new password is written everywhere',
    change: 'password',
    at: on('action-done', 'lb1', CONF),
    wreck: 'client',
  },
  {
    name: 'the backup is stopped',
    change: 'password',
    at: on('action-done', 'lb2', 'stop keepalived'),
    wreck: 'client',
  },
  {
    name: 'the holder is reloaded',
    change: 'password',
    at: on('action-done', 'lb1', 'load keepalived'),
    wreck: 'client',
  },
  {
    name: 'the script dies while the holder’s staged file is judged',
    change: 'password',
    slow: { host: 'lb1', program: 'keepalived', words: '*ha-provision-new*' },
    wreck: 'script',
  },
  {
    name: 'the script dies before the holder is reloaded, the backup is stopped',
    change: 'password',
    slow: { host: 'lb1', program: 'systemctl', words: '*\\ reload\\ keepalived*' },
    wreck: 'script',
  },
  {
    name: 'the script dies between the holder’s reload and the record of it',
    change: 'password',
    slow: { host: 'lb1', program: 'mv', words: '*/loaded/keepalived\\ ' },
    wreck: 'script',
  },
  {
    name: 'the script dies while the backup is started',
    change: 'password',
    slow: { host: 'lb2', program: 'systemctl', words: '*\\ start\\ keepalived*' },
    wreck: 'script',
  },
  {
    name: 'another router id: the backup is stopped',
    change: 'vrid',
    at: on('action-done', 'lb2', 'stop keepalived'),
    wreck: 'client',
    gap: NEW_INSTANCE,
  },
  {
    name: 'another router id: the stopped backup loses its power',
    change: 'vrid',
    at: on('action-done', 'lb2', 'stop keepalived'),
    wreck: 'power',
    host: 'lb2',
    twoHolders: true,
    gap: NEW_INSTANCE,
  },
  { name: 'another VIP: written everywhere', change: 'address', at: on('action-done', 'lb1', CONF), wreck: 'client' },
  {
    name: 'another VIP: the script dies before the holder is reloaded',
    change: 'address',
    slow: { host: 'lb1', program: 'systemctl', words: '*\\ reload\\ keepalived*' },
    wreck: 'script',
  },
]
