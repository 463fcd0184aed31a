import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { factsScript } from '../../../src/facts/script.ts'
import { runShell, shells } from '../support/shells.ts'
import { temporaryFolder } from '../support/temporary.ts'

const FILES = {
  'a.repo': '[baseos]\nname=BaseOS\nenabled=1\n\n[ha]\nenabled = 0 \n[plain]\nname=x\n',
  'b.repo': '# of another\n[off]\r\nenabled=False\r\n[on]\nenabled=yes\n',
  'c.repo.rpmsave': '[saved]\nenabled=1\n',
}

test.each(shells)('sections of yum and dnf, and whether they are enabled, by $name', async (shell) => {
  const folder = temporaryFolder()
  for (const [name, content] of Object.entries(FILES)) writeFileSync(join(folder, name), content)
  const script = factsScript('MARK').replaceAll('/etc/yum.repos.d', folder)
  const { stdout } = await runShell(shell, script)
  const section = stdout.split('MARK repositories\n')[1]?.split('MARK ')[0] ?? ''
  expect(section.split('\n').filter((line) => line.startsWith(folder))).toEqual([
    `${folder}/a.repo baseos 1`,
    `${folder}/a.repo ha 0`,
    `${folder}/a.repo plain 1`,
    `${folder}/b.repo off 0`,
    `${folder}/b.repo on 1`,
  ])
})
