import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { perform } from '../../../src/engine/perform/perform.ts'
import { OutdatedError } from '../../../src/lib/errors.ts'
import { Secret, text } from '../../../src/lib/secret.ts'
import { debian } from '../../../src/platform/debian.ts'
import { ShellHost } from '../support/shell-host.ts'

const NOW = `<cib crm_feature_set="3.16.1" epoch="6" num_updates="20" admin_epoch="0" dc-uuid="2">
  <configuration>
    <resources/>
  </configuration>
  <status>
    <node_state id="1"/>
  </status>
</cib>
`
const WANTED = text`<configuration>\n  <node id="1" uname="lb1"/>\n  <node id="2" uname="lb2">\n  </node>\n  <nvpair value="${new Secret("it's s3cret")}"/>\n</configuration>\n`

/** A host with programs that keep what they are given: `now` is the CIB, `patched` what was applied. */
function clusterHost(
  programs: Partial<Record<'cibadmin' | 'crm_verify' | 'crm_diff' | 'sleep', string>> = {},
): ShellHost {
  const host = new ShellHost()
  writeFileSync(join(host.folder, 'now'), NOW)
  const usual = {
    cibadmin: `case $1 in --query) cat ../../now ;; --patch) cp "$3" ../../patched ;; esac\n`,
    crm_verify: `cat >../../judged\n`,
    crm_diff: `cp "$4" ../../next; cat "$4"; exit 1\n`,
    sleep: 'exit 0\n',
  }
  for (const [name, script] of Object.entries({ ...usual, ...programs })) host.program(name, script)
  return host
}

function change(host: ShellHost, from = '0.6') {
  const step = { resources: ['cib[test]'], action: { do: 'cib' as const, from, content: WANTED } }
  return perform(host.connection, debian, [step], () => undefined)
}

function left(host: ShellHost): readonly string[] {
  return readdirSync(host.runtime).filter((name) => name.startsWith('cib'))
}

test('the new CIB is judged as if all members were well, and applied with it, one version on; nothing is left', async () => {
  const host = clusterHost()
  expect((await change(host)).error).toBeUndefined()
  const begin = '<cib crm_feature_set="3.16.1" epoch="7" num_updates="20" admin_epoch="0" dc-uuid="2">\n'
  expect(readFileSync(join(host.folder, 'judged'), 'utf8')).toBe(
    `${begin}${WANTED.reveal()}<status>
<node_state id="1" uname="lb1" in_ccm="true" crmd="online" join="member" expected="member"/>
<node_state id="2" uname="lb2" in_ccm="true" crmd="online" join="member" expected="member"/>
</status></cib>
`,
  )
  expect(readFileSync(join(host.folder, 'patched'), 'utf8')).toBe(
    `${begin}${WANTED.reveal()}  <status>\n    <node_state id="1"/>\n  </status>\n</cib>\n`,
  )
  expect(left(host)).toEqual([])
})

test('nobody else may read what is written for it', async () => {
  const host = clusterHost({ crm_diff: 'stat -c %a . next.xml >../../modes; exit 1\n' })
  expect((await change(host)).error).toBeUndefined()
  expect(readFileSync(join(host.folder, 'modes'), 'utf8')).toBe('700\n600\n')
})

test("another's change since is not overwritten", async () => {
  const host = clusterHost()
  const { error, failed } = await change(host, '0.5')
  expect(error).toBeInstanceOf(OutdatedError)
  expect(error?.message).toBe('somebody else has changed the CIB meanwhile: it is version 0.6, and 0.5 was looked at')
  expect(failed).toEqual([])
  expect(existsSync(join(host.folder, 'patched'))).toBe(false)
  expect(left(host)).toEqual([])
})

test('what crm_verify refuses is not applied, and its words are told without the secret', async () => {
  const host = clusterHost({ crm_verify: `echo "element nvpair: value it's s3cret is not valid"; exit 78\n` })
  const { error } = await change(host)
  expect(error?.message).toContain('crm_verify refuses the new CIB')
  expect(error?.message).toContain('value ‹secret› is not valid')
  expect(error?.message).not.toContain('s3cret')
  expect(existsSync(join(host.folder, 'patched'))).toBe(false)
  expect(left(host)).toEqual([])
})

test('a patch that came too late for what is observed is made anew', async () => {
  const host = clusterHost({
    cibadmin: `case $1 in --query) cat ../../now ;; --patch) echo x >>../../tries; [ "$(wc -l <../../tries)" -ge 3 ] || exit 103; cp "$3" ../../patched ;; esac\n`,
  })
  expect((await change(host)).error).toBeUndefined()
  expect(readFileSync(join(host.folder, 'tries'), 'utf8')).toBe('x\nx\nx\n')
})

test('a CIB that never stands still is told of', async () => {
  const host = clusterHost({ cibadmin: `case $1 in --query) cat ../../now ;; --patch) exit 103 ;; esac\n` })
  expect((await change(host)).error?.message).toContain('the CIB did not stand still')
})

test("another's change between two attempts ends them", async () => {
  const host = clusterHost({
    cibadmin: `case $1 in --query) cat ../../now ;; --patch) sed -i 's/ epoch="6"/ epoch="9"/' ../../now; exit 103 ;; esac\n`,
  })
  const { error } = await change(host)
  expect(error).toBeInstanceOf(OutdatedError)
  expect(error?.message).toContain('it is version 0.9, and 0.6 was looked at')
})

test('a CIB that is as wanted already is left', async () => {
  const host = clusterHost({ crm_diff: 'exit 0\n' })
  expect((await change(host)).error).toBeUndefined()
  expect(existsSync(join(host.folder, 'patched'))).toBe(false)
})

test.each([
  ['cibadmin --query', { cibadmin: 'echo "Connection refused" >&2; exit 102\n' }, 'Connection refused'],
  ['crm_diff', { crm_diff: 'echo "no memory" >&2; exit 65\n' }, 'no memory'],
  [
    'cibadmin --patch',
    { cibadmin: `case $1 in --query) cat ../../now ;; *) echo "Permission denied" >&2; exit 4 ;; esac\n` },
    'Permission denied',
  ],
])('%s that fails is named with its words', async (name, programs, words) => {
  const host = clusterHost(programs)
  const { error } = await change(host)
  expect(error?.message).toContain(name)
  expect(error?.message).toContain(words)
  expect(left(host)).toEqual([])
})
