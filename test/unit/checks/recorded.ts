import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Sample } from '../../../src/checks/check.ts'
import { samplesOf } from './samples.ts'

const GOLDEN = join(import.meta.dirname, '../../golden')

/** What the members of a real pair (Debian 12, pacemaker 2.1) printed in a state; who is left out was not asked. */
export function recorded(state: string, members: readonly string[] = ['lb1', 'lb2']): readonly Sample[] {
  return samplesOf(
    Object.fromEntries(
      members.map((name) => [name, readFileSync(join(GOLDEN, 'cluster', state, `${name}.txt`), 'utf8')]),
    ),
  )
}

/** What crm_mon of a real pair printed in a state. */
export function status(state: string): string {
  return readFileSync(join(GOLDEN, 'cluster-status', `${state}.xml`), 'utf8')
}

/** One member's sample with a text of it replaced; fails when there is none. */
export function altered(
  samples: readonly Sample[],
  host: string,
  from: string | RegExp,
  to: string,
): readonly Sample[] {
  return samples.map((sample) => {
    if (sample.host !== host) return sample
    const output = sample.output.replace(from, to)
    if (output === sample.output) throw new Error(`${String(from)} is not in what ${host} printed`)
    return { ...sample, output }
  })
}
