import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { followed } from '../../../../src/roles/corosync/reload.ts'
import { program, temporaryPath } from '../../support/programs.ts'
import { runShell, sh } from '../../support/shells.ts'
import { confOf, LB1, LB2 } from './confs.ts'

/** What corosync-cmapctl prints of `confOf([LB1, LB2])`, as corosync 3.1.7 has it. */
const RUNNING = `config.reload_status (i32) = 1
nodelist.local_node_pos (u32) = 0
nodelist.node.0.name (str) = lb1
nodelist.node.0.nodeid (u32) = 1
nodelist.node.0.ring0_addr (str) = 10.0.0.11
nodelist.node.1.name (str) = lb2
nodelist.node.1.nodeid (u32) = 2
nodelist.node.1.ring0_addr (str) = 10.0.0.12
runtime.config.totem.token (u32) = 5650
totem.crypto_cipher (str) = aes256
totem.crypto_hash (str) = sha256
totem.token (u32) = 1000`

/** Runs it where corosync runs with this; says how it ended and whether a reload was made. */
async function follow(running: string, reload = 'exit 0') {
  const path = temporaryPath()
  const conf = join(path.folder, 'corosync.conf')
  const did = join(path.folder, 'did')
  writeFileSync(conf, confOf([LB1, LB2], ['crypto_cipher: aes256', 'crypto_hash: sha256', 'token: 1000']))
  writeFileSync(did, '')
  program(path, 'corosync-cmapctl', `case "$*" in *reload_status) sed -n 1p;; *) cat;; esac <<'E'\n${running}\nE\n`)
  program(path, 'corosync-cfgtool', `echo "$*" >>${did}\n${reload}\n`)
  program(path, 'sleep', 'exit 0\n')
  const script = `follow() { ${followed(conf)} || return 1; }\nfollow`
  const { code } = await runShell(sh, script, path.environment)
  return { code, did: readFileSync(did, 'utf8') }
}

describe('a member whose files another one’s reload has made it read', () => {
  test('makes none of its own where it is seen to run with them', async () => {
    expect(await follow(RUNNING)).toEqual({ code: 0, did: '' })
  })

  test.each([
    ['another token', RUNNING.replace('totem.token (u32) = 1000', 'totem.token (u32) = 5000')],
    ['another address', RUNNING.replace('10.0.0.12', '10.0.0.13')],
    ['a member more', `${RUNNING}\nnodelist.node.2.nodeid (u32) = 3`],
    ['a reload that was refused', RUNNING.replace('status (i32) = 1', 'status (i32) = 7')],
    ['nothing to be seen', ''],
  ])('makes one where there is %s', async (_, running) => {
    expect(await follow(running)).toEqual({ code: 0, did: '-R\n' })
  })

  test('fails where its own is refused', async () => {
    expect(await follow('', 'exit 7')).toMatchObject({ code: 1, did: '-R\n' })
  })
})
