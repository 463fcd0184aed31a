import { describe, expect, test } from 'vitest'
import { settleSecrets } from '../../../src/engine/secrets.ts'
import { Secret } from '../../../src/lib/secret.ts'
import { confOf, LB1, LB2, STOCK } from '../roles/corosync/confs.ts'
import { clusterFacts, pacemakerInventory } from '../support/pacemaker.ts'
import { inventoryOf } from '../support/inventory.ts'

const inventory = pacemakerInventory()
const withKey = (authkey: 'generate' | Secret) => ({ ...inventory, corosync: { ...inventory.corosync, authkey } })
const holding = {
  interfaces: [{ name: 'eth0', addresses: [{ address: '10.0.0.100', prefix: 24, family: 4 as const }] }],
}
const bare = [clusterFacts('lb1'), clusterFacts('lb2')]
const bytes = (key: Secret | undefined) => Buffer.from(key?.reveal() ?? '', 'base64').length

describe('the key of corosync', () => {
  test('supplied, with the line breaks that programs print', () => {
    const facts = [clusterFacts('lb1', { authkey: 'aGFk' })]
    expect(settleSecrets(withKey(new Secret('c3Vw\ncGxpZWQ=\n')), facts, false).authkey?.reveal()).toBe('c3VwcGxpZWQ=')
  })

  test('read back from any member; where they disagree from the holder, else from who lists more', () => {
    const one = clusterFacts('lb1', { authkey: 'b25l', conf: confOf([LB1]) })
    const other = clusterFacts('lb2', { authkey: 'dHdv', conf: confOf([LB1, LB2]) })
    expect(settleSecrets(inventory, [clusterFacts('lb1'), other], false).authkey?.reveal()).toBe('dHdv')
    expect(settleSecrets(inventory, [one, other], true).authkey?.reveal()).toBe('dHdv')
    const holder = clusterFacts('lb1', { authkey: 'b25l', conf: confOf([LB1]) }, holding)
    expect(settleSecrets(inventory, [other, holder], true).authkey?.reveal()).toBe('b25l')
  })

  test('not read from a host that is in no cluster: it may be anybody’s', () => {
    const stray = clusterFacts('lb1', { authkey: 'c3RyYXk=' })
    const stock = clusterFacts('lb2', { authkey: 'c3RyYXk=', conf: STOCK })
    expect(bytes(settleSecrets(inventory, [stray, stock], true).authkey)).toBe(256)
  })

  test('generated, as long as corosync-keygen makes it, and never twice the same', () => {
    const [one, other] = [1, 2].map(() => settleSecrets(inventory, bare, true).authkey)
    expect([bytes(one), bytes(other)]).toEqual([256, 256])
    expect(one?.reveal()).not.toBe(other?.reveal())
  })

  test('a plan generates none: what stands for it has the form of a key, always the same', () => {
    const [one, other] = [1, 2].map(() => settleSecrets(inventory, bare, false).authkey)
    expect(bytes(one)).toBe(256)
    expect(one?.reveal()).toBe(other?.reveal())
  })

  test('not while a member is out of sight that may know it', () => {
    expect(() => settleSecrets(inventory, [clusterFacts('lb1')], true)).toThrow('lb2 is out of sight')
  })

  test('none where nothing is encrypted; and each engine has its own secrets only', () => {
    const plain = { ...inventory, corosync: { ...inventory.corosync, cipher: 'none' as const, hash: 'none' as const } }
    expect(settleSecrets(plain, bare, true).authkey).toBeUndefined()
    expect(settleSecrets(inventory, bare, true).vrrpAuthPass).toBeUndefined()
    const { authkey, vrrpAuthPass } = settleSecrets(inventoryOf(), bare, true)
    expect(authkey).toBeUndefined()
    expect(vrrpAuthPass).toBeDefined()
  })
})
