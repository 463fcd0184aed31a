import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { cibAround } from '../../support/cib.ts'
import { ShellHost } from '../../support/shell-host.ts'

const EMPTY = `  <configuration>
    <crm_config/>
    <nodes>
      <node id="1" uname="lb1"/>
      <node id="2" uname="lb2"/>
    </nodes>
    <resources/>
    <constraints/>
  </configuration>
`

/** Another's change: the CIB is one version on. */
export const MOVED = `sed -i 's/ epoch="8"/ epoch="9"/; s/ epoch="7"/ epoch="8"/' "$home/now"`

/**
 * A host with a CIB, and programs that take patches for it: a patch is the whole new text. `did` is what was called, a line each. Sh text may
 * be run before a call of cibadmin, in which `queries` is how often the CIB was asked for so far.
 */
export class CibHost extends ShellHost {
  constructor(name = 'lb1', { before = '', judge = 'exit 0' } = {}) {
    super(name)
    writeFileSync(join(this.folder, 'now'), cibAround(EMPTY))
    writeFileSync(join(this.folder, 'did'), '')
    const begin = `home=${this.folder}\n`
    this.program(
      'cibadmin',
      `${begin}echo "cibadmin $1" >>"$home/did"; queries=$(grep -c -- --query "$home/did")
${before}
case $1 in --query) cat "$home/now" ;; --patch) cp "$3" "$home/now" ;; esac
`,
    )
    this.program('crm_verify', `${begin}cat >"$home/judged"; echo crm_verify >>"$home/did"; ${judge}\n`)
    this.program('crm_diff', 'cat "$4"; exit 1\n')
    this.program('sleep', 'exit 0\n')
  }

  get cib(): string {
    return readFileSync(join(this.folder, 'now'), 'utf8')
  }

  get did(): readonly string[] {
    return readFileSync(join(this.folder, 'did'), 'utf8').split('\n').slice(0, -1)
  }
}
