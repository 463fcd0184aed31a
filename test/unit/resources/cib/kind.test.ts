import { describe, expect, test } from 'vitest'
import { parseXml, renderXml } from '../../../../src/lib/xml.ts'
import { debian } from '../../../../src/platform/debian.ts'
import type { Action } from '../../../../src/resources/action.ts'
import { heldBack } from '../../../../src/resources/cib/held.ts'
import { cibResource } from '../../../../src/resources/cib/kind.ts'
import type { Comparison } from '../../../../src/resources/kind.ts'
import { cibAround, cibText, wantedOf } from '../../support/cib.ts'
import { program, temporaryPath } from '../../support/programs.ts'
import { runShell, sh } from '../../support/shells.ts'

function cibAction({ actions }: Comparison): Extract<Action, { do: 'cib' }> {
  const [action, ...more] = actions
  if (action?.do !== 'cib' || more.length > 0) throw new Error('there has to be one action: cib')
  return action
}

/** The CIB after what is to be done was done. */
function after(comparison: Comparison): string {
  return cibAround(cibAction(comparison).content.reveal())
}

describe('looking', () => {
  const resource = cibResource('test', wantedOf('minimal'))

  test('shows the CIB', async () => {
    const path = temporaryPath()
    program(path, 'cibadmin', `[ "$*" = --query ] && echo '<cib epoch="1"/>'\n`)
    expect(await runShell(sh, resource.probe(debian), path.environment)).toMatchObject({
      code: 0,
      stdout: '<cib epoch="1"/>\n',
    })
  })

  test.each([
    ['is not there', undefined],
    ['finds no pacemaker', 'echo "Could not connect: Connection refused" >&2; exit 102\n'],
  ])('says so where cibadmin %s', async (_, script) => {
    const path = temporaryPath()
    if (script !== undefined) program(path, 'cibadmin', script)
    expect(await runShell(sh, resource.probe(debian), path.environment)).toMatchObject({
      code: 0,
      stdout: 'pacemaker does not answer\n',
    })
  })
})

describe('a cluster that does not run', () => {
  const compared = cibResource('test', wantedOf('minimal')).compare('pacemaker does not answer\n')

  test('is told of in full, and nothing can be done about it', () => {
    expect(compared.actions).toEqual([])
    expect(compared.changes[0]).toEqual({
      property: 'cluster',
      before: 'pacemaker does not answer',
      after: 'configured',
    })
    expect(compared.changes.map(({ property }) => property)).toContain('resource vip-api')
    expect(compared.diff).toMatch(/^--- \/dev\/null\n\+\+\+ CIB\n/)
  })
})

describe('a cluster that runs', () => {
  test('is brought from the version that was looked at to the whole new text, and is then as wanted', () => {
    const resource = cibResource('test', wantedOf('minimal'))
    const compared = resource.compare(cibText('cib-configured'))
    expect(cibAction(compared).from).toBe('0.6')
    expect(resource.compare(after(compared))).toEqual({ changes: [], actions: [], doubts: compared.doubts })
    expect(resource).toMatchObject({ id: 'cib[test]', kind: 'cib', scope: 'cluster' })
  })

  test('a diff shows what differs and no more', () => {
    const resource = cibResource('test', wantedOf('minimal'))
    const there = after(resource.compare(cibText('cib-bare-with-dc')))
    const { changes, diff } = cibResource('test', wantedOf('monitor')).compare(there)
    expect(changes).toEqual([
      { property: 'resource haproxy monitor every 5s', before: 'timeout=20s', after: 'absent' },
      { property: 'resource haproxy monitor every 20s', before: 'absent', after: 'timeout=60s' },
      { property: 'resource vip-api monitor every 10s', before: 'timeout=20s', after: 'absent' },
      { property: 'resource vip-api monitor every 20s', before: 'absent', after: 'timeout=60s' },
    ])
    expect(diff?.split('\n').filter((line) => /^[+-] /.test(line))).toEqual([
      '-          <op name="monitor" interval="5s" timeout="20s"/>',
      '+          <op name="monitor" interval="20s" timeout="60s"/>',
      '-        <op name="monitor" interval="10s" timeout="20s"/>',
      '+        <op name="monitor" interval="20s" timeout="60s"/>',
    ])
  })

  test.each(['', '<html/>', '<cib><configuration/>', 'Signon to CIB failed'])(
    'what is no CIB is not believed: %s',
    (output) => {
      expect(() => cibResource('test', wantedOf('minimal')).compare(output)).toThrow(/no XML|no CIB/)
    },
  )
})

describe('secrets', () => {
  const wanted = wantedOf('fencing-ipmi')
  const there = after(cibResource('test', wanted).compare(cibText('cib-bare-with-dc')))

  test('go to the host, and are shown nowhere', () => {
    const compared = cibResource('test', wanted).compare(cibText('hand-made-pcs-group'))
    const shown = JSON.stringify(compared)
    expect(cibAction(compared).content.reveal()).toContain('name="password" value="Supplied"')
    expect(cibAction(compared).content.reveal()).toContain('name="password" value="of-somebody-else"')
    expect(shown).not.toContain('Supplied')
    expect(shown).not.toContain('of-somebody-else')
    expect(cibAction(compared).content.hide('fence_ipmilan says Supplied')).toBe('fence_ipmilan says ‹secret›')
  })

  test('one that changed is seen to have changed', () => {
    const { changes, diff, actions } = cibResource('test', wanted).compare(there.replace('"Supplied"', '"another-one"'))
    expect(changes).toEqual([{ property: 'resource fence-lb1 password', before: '‹secret 1›', after: '‹secret 2›' }])
    expect(diff).toContain('‹secret')
    expect(actions).toHaveLength(1)
    expect(diff).not.toMatch(/Supplied|another-one/)
  })

  test('an option that is given a secret had one before, whatever it is called', () => {
    const named = (text: string) => text.replaceAll('name="password"', 'name="community"')
    const configuration = parseXml(named(renderXml(wanted.configuration)))
    const resource = cibResource('test', { ...wanted, configuration })
    const compared = resource.compare(named(there).replace('"Supplied"', '"another-one"'))
    expect(compared.changes).toMatchObject([{ before: '‹secret 1›', after: '‹secret 2›' }])
    expect(JSON.stringify(compared)).not.toContain('another-one')
  })
})

describe('held back', () => {
  test('no VIP is told of until what is wanted is there', () => {
    const wanted = wantedOf('several-vips')
    const held = cibResource('test', heldBack(wanted)).compare(cibText('cib-bare-with-dc'))
    const content = cibAction(held).content.reveal()
    expect(content).toContain('<clone id="haproxy-clone"')
    expect(content).not.toMatch(/IPaddr2|rsc_colocation|rsc_order/)
    const freed = cibResource('test', wanted).compare(after(held))
    const told = freed.changes.map(({ property }) => property)
    for (const name of ['api', 'web', 'dmz']) expect(told).toContain(`resource vip-${name}`)
    expect(told.filter((property) => !/vip-(api|web|dmz)$/.test(property))).toEqual([])
    expect(parseXml(renderXml(heldBack(wanted).configuration))).toEqual(heldBack(wanted).configuration)
  })
})
