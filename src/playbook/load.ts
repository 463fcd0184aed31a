import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { readYaml } from '../lib/yaml.ts'
import { playbookSchema, type Playbook } from './playbook.ts'

/** The playbook that ships for this kind of cluster. A shipped file that does not parse is a defect of ours, and throws. */
export async function loadShippedPlaybook(name: string): Promise<Playbook> {
  const path = fileURLToPath(new URL(`../../playbooks/${name}.yaml`, import.meta.url))
  return playbookSchema.parse(readYaml(await readFile(path, 'utf8')).value)
}
