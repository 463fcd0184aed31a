import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { refusalOf } from '../../../../src/engine/pacemaker/judge.ts'
import { Secret, text } from '../../../../src/lib/secret.ts'
import { CibHost } from './cib-host.ts'

const content = text`<configuration>\n  <node id="1" uname="lb1"/>\n  <nvpair value="${new Secret("it's s3cret")}"/>\n</configuration>\n`
const steps = [{ resources: ['cib[test]'], action: { do: 'cib' as const, from: '0.7', content } }]

test('what is judged is the whole new CIB, as if all members were well, and nothing is written', async () => {
  const host = new CibHost()
  expect(await refusalOf(host.connection, steps)).toBeUndefined()
  expect(readFileSync(join(host.folder, 'judged'), 'utf8')).toBe(
    `${host.cib.split('\n')[0] ?? ''}\n${content.reveal()}<status>
<node_state id="1" uname="lb1" in_ccm="true" crmd="online" join="member" expected="member"/>
</status></cib>
`,
  )
  expect(readdirSync(host.folder).toSorted()).toEqual(['bin', 'did', 'judged', 'now'])
})

test('a secret that crm_verify cites is not told', async () => {
  const host = new CibHost('lb1', { judge: `echo "value it's s3cret is not valid"; exit 78` })
  const refusal = await refusalOf(host.connection, steps)
  expect(refusal?.message).toContain('value ‹secret› is not valid')
  expect(refusal?.message).not.toContain('s3cret')
})

test('a CIB that cannot be read is no good one', async () => {
  const host = new CibHost('lb1', { before: `echo 'Connection refused' >&2; exit 102` })
  expect((await refusalOf(host.connection, steps))?.message).toBe('Connection refused\nthe CIB cannot be read')
})

test('nothing is asked where no CIB is to be changed', async () => {
  const host = new CibHost()
  expect(await refusalOf(host.connection, [])).toBeUndefined()
  expect(host.ran).toEqual([])
})
