import { describe, expect, test } from 'vitest'
import { parseXml } from '../../../../src/lib/xml.ts'
import { isSame } from '../../../../src/resources/cib/canonical.ts'

function same(one: string, other: string): boolean {
  return isSame(parseXml(one), parseXml(other))
}

function primitive(inner: string): string {
  return `<primitive id="p" class="ocf" provider="heartbeat" type="IPaddr2">${inner}</primitive>`
}

describe('the same', () => {
  test.each([
    [
      'no unit and seconds',
      '<op id="a" name="monitor" interval="20" timeout="1min"/>',
      '<op id="b" timeout="60s" interval="20000ms" name="monitor"/>',
    ],
    [
      'restart, which is usual',
      '<op id="a" name="monitor" interval="20s" on-fail="restart"/>',
      '<op id="a" name="monitor" interval="20s"/>',
    ],
    [
      'a score without end',
      '<rsc_colocation id="c" rsc="a" with-rsc="b" score="+INFINITY"/>',
      '<rsc_colocation id="c" with-rsc="b" rsc="a" score="1000000"/>',
    ],
    [
      'an order that is mandatory anyway',
      '<rsc_order id="o" first="a" then="b"/>',
      '<rsc_order id="o" first="a" then="b" kind="Mandatory" symmetrical="yes"/>',
    ],
  ])('%s', (_, one, other) => {
    expect(same(one, other)).toBe(true)
  })

  test.each([
    [
      'values in another order, with other ids, in two sets',
      '<instance_attributes id="i"><nvpair id="1" name="ip" value="192.0.2.1"/><nvpair id="2" name="nic" value="eth0"/></instance_attributes>',
      '<instance_attributes id="j"><nvpair id="3" name="nic" value="eth0"/></instance_attributes><instance_attributes id="k"><nvpair id="4" name="ip" value="192.0.2.1"/></instance_attributes>',
    ],
    ['an empty list', '<operations/><meta_attributes id="m"/>', ''],
    [
      'started, which is usual',
      '<meta_attributes id="m"><nvpair id="t" name="target-role" value="Started"/></meta_attributes>',
      '',
    ],
    [
      'a switch in other words',
      '<meta_attributes id="m"><nvpair id="t" name="interleave" value="yes"/></meta_attributes>',
      '<meta_attributes id="m"><nvpair id="t" name="interleave" value="true"/></meta_attributes>',
    ],
  ])('%s', (_, one, other) => {
    expect(same(primitive(one), primitive(other))).toBe(true)
  })
})

describe('not the same', () => {
  test.each([
    ['an agent is told 20 and not 20s', 'interval', '20', '20s'],
    ['an agent is told yes and not true', 'lvs_support', 'yes', 'true'],
  ])('%s', (_, name, one, other) => {
    const told = (value: string): string =>
      primitive(`<instance_attributes id="i"><nvpair id="1" name="${name}" value="${value}"/></instance_attributes>`)
    expect(same(told(one), told(other))).toBe(false)
  })

  test('values that count by a rule only', () => {
    const set = '<nvpair id="1" name="ip" value="192.0.2.1"/></instance_attributes>'
    expect(
      same(primitive(`<instance_attributes id="i">${set}`), primitive(`<instance_attributes id="i" score="5">${set}`)),
    ).toBe(false)
  })

  test('stop, failed and left alone', () => {
    expect(
      same('<op id="a" name="stop" interval="0" on-fail="restart"/>', '<op id="a" name="stop" interval="0"/>'),
    ).toBe(false)
  })

  test('where there is an order that counts', () => {
    expect(
      same(
        '<group id="g"><primitive id="a"/><primitive id="b"/></group>',
        '<group id="g"><primitive id="b"/><primitive id="a"/></group>',
      ),
    ).toBe(false)
  })
})
