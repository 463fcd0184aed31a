import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { renderCorosync } from '../../../src/roles/corosync/conf.ts'
import { renderHaproxy } from '../../../src/roles/haproxy/render.ts'
import { checkScript } from '../../../src/roles/keepalived/check-script.ts'
import { renderKeepalived } from '../../../src/roles/keepalived/render.ts'
import { type Case, readCase } from './cases.ts'

const GOLDEN = join(import.meta.dirname, '../../golden')

/** A unit is a folder of cases; a new case is a file, its expectation made by `UPDATE_GOLDEN=1`, then read by a person. */
const UNITS: readonly { readonly folder: string; readonly ending: string; readonly render: (one: Case) => string }[] = [
  {
    folder: 'haproxy',
    ending: '.expected.cfg',
    render: ({ inventory, lb, facts, secrets, platform }) =>
      renderHaproxy(inventory, lb, facts, secrets, platform.haproxy).masked,
  },
  {
    folder: 'keepalived',
    ending: '.expected.conf',
    render: ({ inventory, lb, facts, secrets, platform }) =>
      renderKeepalived(inventory, lb, facts, secrets, platform.keepalived).masked,
  },
  {
    folder: 'corosync',
    ending: '.expected.conf',
    render: ({ inventory, nodeIds }) => renderCorosync(inventory, nodeIds),
  },
  {
    folder: 'check-script',
    ending: '.expected.sh',
    render: ({ inventory, lb, shell }) => checkScript(inventory, lb, shell),
  },
]

describe.each(UNITS)('$folder', ({ folder, ending, render }) => {
  const names = readdirSync(join(GOLDEN, folder))
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => file.slice(0, -'.yaml'.length))

  test.each(names)('%s', (name) => {
    const expected = join(GOLDEN, folder, `${name}${ending}`)
    const rendered = render(readCase(join(GOLDEN, folder, `${name}.yaml`)))
    if (process.env.UPDATE_GOLDEN === '1') writeFileSync(expected, rendered)
    expect(existsSync(expected), `${expected} is missing: run with UPDATE_GOLDEN=1`).toBe(true)
    expect(rendered).toBe(readFileSync(expected, 'utf8'))
  })

  test('no expectation without a case', () => {
    const left = readdirSync(join(GOLDEN, folder)).filter((file) => file.endsWith(ending))
    expect(left.map((file) => file.slice(0, -ending.length)).sort()).toEqual(names.sort())
  })
})
