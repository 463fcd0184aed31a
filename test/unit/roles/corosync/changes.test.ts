import { describe, expect, test } from 'vitest'
import { renderCorosync } from '../../../../src/roles/corosync/conf.ts'
import { corosyncChanges } from '../../../../src/roles/corosync/changes.ts'
import { inventoryOf } from '../../support/inventory.ts'
import { BY_HAND, confOf, LB1, LB2, LB3 } from './confs.ts'

const files = (conf: string, authkey: string | undefined = 'a2V5') => ({ conf, authkey })
const changes = (before: string, after: string, version = '3.1.7') =>
  corosyncChanges(files(before), files(after), version)

const two = confOf([LB1, LB2], ['cluster_name: test', 'token: 1000'], '  two_node: 1\n')
const with_ = (...totem: readonly string[]) => confOf([LB1, LB2], totem, '  two_node: 1\n')
const crypto = ['crypto_cipher: aes256', 'crypto_hash: sha256']

describe('taken by a reload', () => {
  test.each<readonly [what: string, before: string, after: string, aspects: readonly string[]]>([
    ['nothing', two, two, []],
    ['comments and order', two, `# hello\n${with_('token: 1000', 'cluster_name: test')}`, []],
    [
      'what is so without being said',
      two,
      with_('transport: knet', 'cluster_name: test', 'token: 1000', 'crypto_hash: none'),
      [],
    ],
    ['a member more', two, confOf([LB1, LB2, LB3], ['cluster_name: test', 'token: 1000']), ['members', 'votes']],
    ['a member less', confOf([LB1, LB2, LB3]), confOf([LB1, LB2]), ['members']],
    ['a member for another', confOf([LB1, LB2]), confOf([LB1, LB3]), ['members']],
    ['token', two, with_('cluster_name: test', 'token: 3000'), ['token']],
    ['cipher and hash', with_(...crypto), with_('crypto_cipher: aes128', 'crypto_hash: sha1'), ['cipher', 'hash']],
    ['encryption at all', with_(), with_(...crypto), ['cipher', 'hash']],
    [
      'a second link',
      two,
      confOf(
        [
          [...LB1, '10.1.0.11'],
          [...LB2, '10.1.0.12'],
        ],
        ['cluster_name: test', 'token: 1000'],
        '  two_node: 1\n',
      ),
      ['links'],
    ],
    [
      'a link’s own settings',
      two,
      with_('cluster_name: test', 'token: 1000', 'interface {\n linknumber: 0\n knet_ping_timeout: 900\n }'),
      ['links'],
    ],
    [
      'a device',
      two,
      confOf([LB1, LB2], ['cluster_name: test', 'token: 1000'], '  device {\n model: net\n }\n'),
      ['votes', 'quorum device'],
    ],
    ['something that has no name here', two, with_('cluster_name: test', 'token: 1000', 'join: 60'), ['totem.join']],
  ])('%s', (_, before, after, aspects) => {
    const { reload, restart, moved } = changes(before, after)
    expect(reload.toSorted()).toEqual(aspects.toSorted())
    expect({ restart, moved }).toEqual({ restart: [], moved: [] })
  })

  test('the key; one that is not written any more is none', () => {
    expect(corosyncChanges(files(two, 'b25l'), files(two, 'dHdv'), '3.1.7').reload).toEqual(['key'])
    expect(corosyncChanges({ conf: two, authkey: undefined }, files(two, 'dHdv'), '3.1.7').reload).toEqual(['key'])
    expect(corosyncChanges({ conf: two, authkey: 'b25l' }, { conf: two, authkey: undefined }, '3.1.7').reload).toEqual(
      [],
    )
  })
})

describe('taken by a restart only', () => {
  test.each<readonly [what: string, after: string, aspects: readonly string[]]>([
    ['cluster name', with_('cluster_name: other', 'token: 1000'), ['cluster name']],
    ['transport', with_('cluster_name: test', 'token: 1000', 'transport: udpu'), ['transport']],
    [
      'ports',
      with_('cluster_name: test', 'token: 1000', 'interface {\n linknumber: 0\n mcastport: 5500\n }'),
      ['ports'],
    ],
    [
      'node ids',
      confOf([LB1, ['lb2', 7, '10.0.0.12']], ['cluster_name: test', 'token: 1000'], '  two_node: 1\n'),
      ['node ids'],
    ],
    [
      'names',
      confOf([LB1, ['other', 2, '10.0.0.12']], ['cluster_name: test', 'token: 1000'], '  two_node: 1\n'),
      ['names'],
    ],
  ])('%s', (_, after, aspects) => {
    expect(changes(two, after)).toEqual({ reload: [], restart: aspects, moved: [] })
  })

  test('an address, and whose it is', () => {
    const after = confOf([LB1, ['lb2', 2, '10.0.0.77']], ['cluster_name: test', 'token: 1000'], '  two_node: 1\n')
    expect(changes(two, after)).toEqual({ reload: [], restart: ['addresses'], moved: ['lb2'] })
  })

  test('key and ciphers, before 3.1', () => {
    const { reload, restart } = corosyncChanges(files(with_(), 'b25l'), files(with_(...crypto), 'dHdv'), '3.0.3')
    expect([reload, restart]).toEqual([[], ['cipher', 'hash', 'key']])
    expect(changes(two, with_('cluster_name: test', 'token: 3000'), '3.0.3').reload).toEqual(['token'])
  })
})

test('one made by hand becomes ours: names that stood for addresses are not moved, and usual ports are no change', () => {
  const inventory = { ...inventoryOf(), cluster: 'haproxy-prd' }
  const after = renderCorosync(
    inventory,
    new Map([
      ['lb1', 11],
      ['lb2', 12],
    ]),
  )
  const { reload, restart, moved } = corosyncChanges({ conf: BY_HAND, authkey: undefined }, files(after), '3.1.7')
  expect({ restart, moved }).toEqual({ restart: [], moved: [] })
  expect(reload).toEqual(
    expect.arrayContaining(['votes', 'token', 'totem.clear_node_high_bit', 'cipher', 'hash', 'key']),
  )
  expect(reload).not.toContain('members')
})
