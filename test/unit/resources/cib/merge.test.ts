import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseXml, renderXml, xml, type XmlElement } from '../../../../src/lib/xml.ts'
import { isSame } from '../../../../src/resources/cib/canonical.ts'
import { changesBetween, concern } from '../../../../src/resources/cib/changes.ts'
import { revealed } from '../../../../src/resources/cib/mask.ts'
import { merge } from '../../../../src/resources/cib/merge.ts'
import { MAINTENANCE } from '../../../../src/resources/cib/own.ts'
import { around, idOf, resourcesIn, section } from '../../../../src/resources/cib/tree.ts'
import { cases, configurationOf, fixtures, wantedOf } from '../../support/cib.ts'

function wanted(name: string): XmlElement {
  const { configuration, secrets } = wantedOf(name)
  return revealed(configuration, secrets)
}

function ids(configuration: XmlElement): readonly string[] {
  return [...resourcesIn(section(configuration, 'resources')), ...section(configuration, 'constraints').children].map(
    idOf,
  )
}

function valueOf(configuration: XmlElement, part: string, name: string): readonly (string | undefined)[] {
  return section(configuration, part)
    .children.flatMap(({ children }) => children)
    .filter(({ attributes }) => attributes.name === name)
    .map(({ attributes }) => attributes.value)
}

const pairs = fixtures.flatMap((fixture) => cases.map((name) => [fixture, name] as const))

describe('whatever is there, and whatever is wanted', () => {
  test.each(pairs)('%s becomes %s, once', (fixture, name) => {
    const current = configurationOf(fixture)
    const first = merge(current, wanted(name), false)
    const written = parseXml(renderXml(first.configuration))
    const second = merge(written, wanted(name), false)
    expect(changesBetween(current, first.configuration, first.takeover)).not.toEqual([])
    expect(second.configuration).toEqual(written)
    expect(changesBetween(written, second.configuration, second.takeover)).toEqual([])
    expect(renderXml(concern(second.configuration))).toBe(renderXml(concern(written)))
    expect(second.doubts).toEqual(first.doubts)
  })

  test.each(pairs)('%s becomes %s with no id twice', (fixture, name) => {
    const all = (element: XmlElement): readonly string[] => [
      ...('id' in element.attributes ? [idOf(element)] : []),
      ...element.children.filter(({ name: child }) => child !== 'nodes').flatMap(all),
    ]
    const merged = all(merge(configurationOf(fixture), wanted(name), false).configuration)
    expect(new Set(merged).size).toBe(merged.length)
  })

  test.each(fixtures)('%s keeps its nodes and what pacemaker writes itself, even when it is purged', (fixture) => {
    const current = configurationOf(fixture)
    const { configuration, doubts } = merge(current, wanted('minimal'), true)
    expect(section(configuration, 'nodes')).toEqual(section(current, 'nodes'))
    for (const name of ['dc-version', 'have-watchdog', 'cluster-name', 'cluster-infrastructure', 'last-lrm-refresh'])
      expect(valueOf(configuration, 'crm_config', name)).toEqual(valueOf(current, 'crm_config', name))
    expect(doubts).toEqual([])
  })

  test.each(cases)('a purged cluster has what %s wants and nothing else', (name) => {
    const { configuration, takeover } = merge(configurationOf('hand-made-pcs-group'), wanted(name), true)
    const called = ids(wanted(name)).map((id) => takeover.kept.get(id) ?? id)
    expect([...ids(configuration)].sort()).toEqual([...called].sort())
  })

  test.each(cases)('%s that left for %s: nothing of it stays', (name) => {
    const before = merge(configurationOf('cib-bare-with-dc'), wanted(name), false).configuration
    const { configuration, doubts } = merge(before, wanted('minimal'), false)
    const fresh = merge(configurationOf('cib-bare-with-dc'), wanted('minimal'), false).configuration
    expect([...ids(configuration)].length).toBe(ids(fresh).length)
    expect(doubts).toEqual([])
    for (const part of ['crm_config', 'rsc_defaults'])
      expect(
        section(configuration, part)
          .children.flatMap(({ children }) => children.map((pair) => pair.attributes.name))
          .sort(),
      ).toEqual(
        section(fresh, part)
          .children.flatMap(({ children }) => children.map((pair) => pair.attributes.name))
          .sort(),
      )
  })
})

const word = fc.stringMatching(/^[a-z]{3,8}$/)
const foreignResource = word.map((name) =>
  xml('primitive', { id: `foreign-${name}`, class: 'ocf', provider: 'pacemaker', type: 'Dummy' }, [
    xml('instance_attributes', { id: `foreign-${name}-p` }, [
      xml('nvpair', { id: `foreign-${name}-p-x`, name: 'x', value: name }),
    ]),
  ]),
)
const foreignGroup = word.map((name) =>
  xml('group', { id: `foreigngroup-${name}` }, [
    xml('primitive', { id: `foreignmember-${name}`, class: 'systemd', type: name }),
  ]),
)
const resources = fc.uniqueArray(fc.oneof(foreignResource, foreignGroup), { selector: idOf, maxLength: 6 })

test('what others put among ours stays to the letter and in its order, and is told', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...cases),
      fc.constantFrom(...cases),
      resources,
      fc.array(fc.nat(20)),
      (before, after, foreign, places) => {
        const ours = merge(configurationOf('cib-bare-with-dc'), wanted(before), false).configuration
        const mixed = around(
          ours,
          ours.children.map((part) => {
            if (part.name !== 'resources') return part
            const children = [...part.children]
            foreign.forEach((one, index) => children.splice((places[index] ?? 0) % (children.length + 1), 0, one))
            return around(part, children)
          }),
        )
        const order = section(mixed, 'resources').children.filter((one) => foreign.includes(one))
        const { configuration, doubts } = merge(mixed, wanted(after), false)
        expect(section(configuration, 'resources').children.filter((one) => idOf(one).startsWith('foreign'))).toEqual(
          order,
        )
        expect(doubts).toHaveLength(foreign.length)
        expect(ids(merge(mixed, wanted(after), true).configuration).filter((id) => id.startsWith('foreign'))).toEqual(
          [],
        )
      },
    ),
    { numRuns: 60 },
  )
})

describe('a hand-made pair after the published text of topology 3.1', () => {
  const current = configurationOf('hand-made-crmsh')
  const { configuration, doubts, takeover } = merge(current, wanted('topology-3.1'), false)

  test('the address keeps its id and its parameters, so that it is not stopped', () => {
    const parameters = (tree: XmlElement): XmlElement | undefined =>
      resourcesIn(section(tree, 'resources'))
        .find((one) => idOf(one) === 'virtual-ip-resource')
        ?.children.find(({ name }) => name === 'instance_attributes')
    const [before, after] = [parameters(current), parameters(configuration)]
    if (before === undefined || after === undefined) throw new Error('there is no address')
    expect(isSame(around(before, []), around(after, []))).toBe(false)
    expect(isSame(xml('x', {}, [before]), xml('x', {}, [after]))).toBe(true)
  })

  test('haproxy of an agent that nobody ships is replaced under another id, and the order the wrong way round goes', () => {
    expect(ids(configuration)).toEqual([
      'virtual-ip-resource',
      'haproxy-clone',
      'haproxy',
      'colocation-vip-api',
      'order-vip-api',
    ])
    expect(section(configuration, 'constraints').children.map(({ attributes }) => attributes)).toEqual([
      { id: 'colocation-vip-api', rsc: 'virtual-ip-resource', 'with-rsc': 'haproxy-clone', score: 'INFINITY' },
      { id: 'order-vip-api', first: 'haproxy-clone', then: 'virtual-ip-resource', kind: 'Mandatory' },
    ])
  })

  test('it is told in words', () => {
    const changes = changesBetween(current, configuration, takeover)
    expect(changes.slice(0, 2)).toEqual([
      { property: 'resource virtual-ip-resource', before: 'made by others', after: 'taken over as vip-api' },
      { property: 'property no-quorum-policy', before: 'ignore', after: 'stop' },
    ])
    expect(changes.find(({ property }) => property === 'resource haproxy-resource')).toMatchObject({ after: 'absent' })
    expect(changes.map(({ property }) => property)).not.toContain('property stonith-enabled')
    expect(doubts).toEqual([
      'the CIB has the cluster property symmetric-cluster, which the inventory does not know: it is left; pacemaker: { purge: true } takes it away',
    ])
  })
})

describe('a hand-made group of pcs', () => {
  const current = configurationOf('hand-made-pcs-group')
  const { configuration, doubts } = merge(current, wanted('minimal'), false)

  test('both leave it with their ids, and what bound others to it goes', () => {
    expect(ids(configuration)).toEqual([
      'ipmi-lb1',
      'mail',
      'haproxy-clone',
      'haproxy-service',
      'vip',
      'location-ipmi-lb1-lb1--INFINITY',
      'colocation-vip-api',
      'order-vip-api',
    ])
  })

  test('a value stands where it stood, once', () => {
    expect(valueOf(configuration, 'rsc_defaults', 'resource-stickiness')).toEqual(['100'])
    expect(section(configuration, 'rsc_defaults').children.map(idOf)).toEqual(['build-resource-defaults'])
    expect(valueOf(configuration, 'crm_config', 'stonith-enabled')).toEqual(['false'])
  })

  test('what others made is told', () => {
    expect(doubts.map((doubt) => doubt.replace(/, which.*/, ''))).toEqual([
      'the CIB has the resource ipmi-lb1 (stonith:fence_ipmilan)',
      'the CIB has the resource mail (ocf:heartbeat:MailTo)',
      'the CIB has the constraint location-ipmi-lb1-lb1--INFINITY',
      'the CIB has the cluster property cluster-recheck-interval',
      'the CIB has the section op_defaults',
    ])
  })
})

function withResources(children: string, constraints = ''): XmlElement {
  return parseXml(
    `<configuration><crm_config/><nodes/><resources>${children}</resources><constraints>${constraints}</constraints></configuration>`,
  )
}
const ADDRESS = (id: string, ip: string): string =>
  `<primitive id="${id}" class="ocf" provider="heartbeat" type="IPaddr2"><instance_attributes id="${id}-i"><nvpair id="${id}-ip" name="ip" value="${ip}"/></instance_attributes></primitive>`

describe('taking over', () => {
  test('an address in another notation is the same address', () => {
    const merged = merge(withResources(ADDRESS('v6', '2001:DB8:0::10')), wanted('ipv6'), false)
    expect(merged.takeover.kept.get('vip-api')).toBe('v6')
  })

  test('one of two that hold the same address goes', () => {
    const merged = merge(
      withResources(ADDRESS('one', '192.0.2.10') + ADDRESS('two', '192.0.2.10')),
      wanted('minimal'),
      false,
    )
    expect(ids(merged.configuration)).toEqual([
      'one',
      'haproxy-clone',
      'haproxy',
      'colocation-vip-api',
      'order-vip-api',
    ])
  })

  test('what is taken over goes when its VIP leaves the inventory', () => {
    const there = merge(
      withResources(ADDRESS('web-address', '192.0.2.60')),
      wanted('several-vips'),
      false,
    ).configuration
    expect(ids(there)).toContain('web-address')
    const left = merge(there, wanted('minimal'), false)
    expect(ids(left.configuration)).toEqual([
      'haproxy-clone',
      'haproxy',
      'vip-api',
      'colocation-vip-api',
      'order-vip-api',
    ])
    expect(left.doubts).toEqual([])
  })

  test('a VIP with a new address stays the same resource', () => {
    const there = merge(withResources(''), wanted('topology-3.1'), false).configuration
    const { configuration, takeover } = merge(there, wanted('minimal'), false)
    expect([...takeover.kept]).toEqual([])
    expect(ids(configuration)).toEqual(ids(there))
  })

  test('addresses of others are none of ours', () => {
    const { configuration } = merge(withResources(ADDRESS('other', '192.0.2.99')), wanted('minimal'), false)
    expect(ids(configuration)).toContain('other')
  })

  test('haproxy under its agent of old and our id gets another id: pacemaker forgets what changes its agent, and leaves its process', () => {
    const there = withResources('<primitive id="haproxy" class="ocf" provider="heartbeat" type="haproxy"/>')
    const first = merge(there, wanted('minimal'), false)
    expect(ids(first.configuration)).toEqual([
      'haproxy-clone',
      'haproxy-service',
      'vip-api',
      'colocation-vip-api',
      'order-vip-api',
    ])
    expect(merge(first.configuration, wanted('minimal'), false).configuration).toEqual(first.configuration)
  })

  test('a clone of others gives its primitive, with its id: under another it would be stopped', () => {
    const clone = '<clone id="c"><primitive id="lb" class="systemd" type="haproxy"/></clone>'
    const constraint =
      '<rsc_location id="l" rsc="c" node="lb1" score="5"/><rsc_location id="cli-prefer-v" rsc="v" node="lb1" score="5"/>'
    const { configuration, doubts } = merge(
      withResources(clone + ADDRESS('v', '192.0.2.10'), constraint),
      wanted('minimal'),
      false,
    )
    expect(ids(configuration)).toEqual([
      'v',
      'haproxy-clone',
      'lb',
      'cli-prefer-v',
      'colocation-vip-api',
      'order-vip-api',
    ])
    expect(doubts).toEqual([expect.stringContaining('the constraint cli-prefer-v')])
  })
})

describe('between the ways of haproxy', () => {
  test('from everywhere to with-vip and back, the primitive keeps its id', () => {
    const everywhere = merge(withResources(''), wanted('minimal'), false).configuration
    const one = merge(everywhere, wanted('with-vip'), false).configuration
    expect(ids(one)).toEqual(['vip-api', 'haproxy', 'colocation-vip-api', 'order-vip-api'])
    const back = merge(one, wanted('minimal'), false).configuration
    expect([...ids(back)].sort()).toEqual([...ids(everywhere)].sort())
  })
})

test('a new name of a property is the property', () => {
  const there = parseXml(
    '<configuration><crm_config><cluster_property_set id="s"><nvpair id="f" name="fencing-enabled" value="true"/></cluster_property_set></crm_config></configuration>',
  )
  const { configuration, doubts } = merge(there, wanted('minimal'), false)
  expect(valueOf(configuration, 'crm_config', 'fencing-enabled')).toEqual(['false'])
  expect(valueOf(configuration, 'crm_config', 'stonith-enabled')).toEqual([])
  expect(doubts).toEqual([])
})

test('what people set for as long as they work is left', () => {
  const there = parseXml(
    '<configuration><crm_config><cluster_property_set id="s"><nvpair id="m" name="maintenance-mode" value="true"/></cluster_property_set></crm_config></configuration>',
  )
  expect(valueOf(merge(there, wanted('minimal'), true).configuration, 'crm_config', 'maintenance-mode')).toEqual([
    'true',
  ])
})

test('an order between ours is for the inventory to say, one that others are in is left', () => {
  const there = withResources(
    `${ADDRESS('v', '192.0.2.10')}<primitive id="lb" class="systemd" type="haproxy"/><primitive id="mail" class="ocf" type="MailTo"/>`,
    '<rsc_order id="wrong" first="v" then="lb"/><rsc_order id="theirs" first="v" then="mail"/>',
  )
  const { configuration } = merge(there, wanted('minimal'), false)
  expect(section(configuration, 'constraints').children.map(idOf)).toEqual([
    'theirs',
    'colocation-vip-api',
    'order-vip-api',
  ])
})

test('a maintenance mode that a killed run has left ends, and an operator’s stays', () => {
  const current = merge(configurationOf('cib-bare-with-dc'), wanted('minimal'), false).configuration
  const withMode = (id: string): XmlElement =>
    around(
      current,
      current.children.map((part) =>
        part.name === 'crm_config'
          ? around(part, [
              ...part.children,
              xml('cluster_property_set', { id: 'more' }, [
                xml('nvpair', { id, name: 'maintenance-mode', value: 'true' }),
              ]),
            ])
          : part,
      ),
    )
  const modeAfter = (id: string) =>
    valueOf(merge(withMode(id), wanted('minimal'), false).configuration, 'crm_config', 'maintenance-mode')
  expect(modeAfter(MAINTENANCE)).toEqual([])
  expect(modeAfter('more-maintenance-mode')).toEqual(['true'])
})
