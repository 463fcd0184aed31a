import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { seedScript } from '../../../src/engine/perform/cib.ts'
import { parseXml } from '../../../src/lib/xml.ts'
import { debian } from '../../../src/platform/debian.ts'
import { seededResource } from '../../../src/resources/seeded.ts'
import { program, temporaryPath } from '../support/programs.ts'
import { runShell, shells } from '../support/shells.ts'
import { temporaryFolder } from '../support/temporary.ts'

test.each(shells)('a CIB that is there is left alone, by $name', async (shell) => {
  const folder = temporaryFolder()
  const resource = seededResource({ folder })
  const look = async () => resource.compare((await runShell(shell, resource.probe(debian))).stdout)
  expect((await look()).actions).toEqual([{ do: 'seed-cib', folder }])
  writeFileSync(join(folder, 'cib.xml'), '<cib/>')
  expect(await look()).toEqual({ changes: [], actions: [] })
})

test.each(shells)('it is whole, the daemon’s own, and nobody else reads it, by $name', async (shell) => {
  const folder = temporaryFolder()
  const path = temporaryPath()
  program(path, 'chown', `echo "$1" >${join(folder, 'owner')}\n`)
  await runShell(shell, seedScript(folder), path.environment)
  const cib = parseXml(readFileSync(join(folder, 'cib.xml'), 'utf8'))
  expect(cib.children.map(({ name }) => name)).toEqual(['configuration', 'status'])
  expect(readFileSync(join(folder, 'owner'), 'utf8').trim()).toBe('hacluster:haclient')
  expect(statSync(join(folder, 'cib.xml')).mode & 0o777).toBe(0o600)
  expect(existsSync(join(folder, 'cib.xml.new'))).toBe(false)
})
