import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseXml, type XmlElement } from '../../../src/lib/xml.ts'
import type { WantedCib } from '../../../src/resources/action.ts'
import { section } from '../../../src/resources/cib/tree.ts'
import { renderCib } from '../../../src/roles/pacemaker/render.ts'
import { readCase } from '../roles/cases.ts'

const FIXTURES = join(import.meta.dirname, '../resources/cib/fixtures')
const GOLDEN = join(import.meta.dirname, '../../golden/cib')

/** CIBs that real clusters printed, and some that are written after what people publish. */
export const fixtures = readdirSync(FIXTURES).map((file) => file.replace('.xml', ''))

/** The inventories of the golden cases. */
export const cases = readdirSync(GOLDEN)
  .filter((file) => file.endsWith('.yaml'))
  .map((file) => file.replace('.yaml', ''))

export function cibText(fixture: string): string {
  return readFileSync(join(FIXTURES, `${fixture}.xml`), 'utf8')
}

export function configurationOf(fixture: string): XmlElement {
  return section(parseXml(cibText(fixture)), 'configuration')
}

/** What an inventory wants. */
export function wantedOf(name: string): WantedCib {
  return renderCib(readCase(join(GOLDEN, `${name}.yaml`)).inventory)
}

/** A whole CIB around a configuration. */
export function cibAround(configuration: string, epoch = 7): string {
  return `<cib crm_feature_set="3.16.1" validate-with="pacemaker-3.9" epoch="${epoch}" num_updates="3" admin_epoch="0">\n${configuration}  <status/>\n</cib>\n`
}
