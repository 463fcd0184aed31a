import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { openNetfilter } from '../../../../src/platform/firewall/netfilter.ts'
import type { Gap } from '../../../../src/platform/firewall/types.ts'
import { tcp } from '../../resources/firewall/openings.ts'
import { program, temporaryPath } from '../../support/programs.ts'
import { runShell, shells } from '../../support/shells.ts'

const DROP = '-A INPUT -m comment --comment "\\"no\\" one" -j DROP'
const BEFORE = ['-A INPUT -s 203.0.113.0/24 -j DROP', '-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT']
const opened = (port: number) => `-A INPUT -p tcp --dport ${port} -m comment --comment ha-provision -j ACCEPT`
const ports = [6443, 9000] as const

/** A stand-in for iptables, whose rules of INPUT are the lines of a file. */
const IPTABLES = `[ "$1" = -w ] || exit 2
case $2 in
  -S) echo "-P $3 ACCEPT"; cat "$RULES" ;;
  -I) at=$4; shift 4; { head -n $((at - 1)) "$RULES"; echo "-A INPUT $*"; tail -n +"$at" "$RULES"; } >"$RULES.new"; mv "$RULES.new" "$RULES" ;;
  *) exit 2 ;;
esac`

describe.each(shells)('$name', (shell) => {
  const gap: Gap = { scope: 'runtime', family: 4, chain: 'INPUT', before: DROP, file: undefined }

  function host(rules: readonly string[]) {
    const path = temporaryPath()
    const file = join(path.folder, 'rules')
    writeFileSync(file, rules.map((line) => `${line}\n`).join(''))
    program(path, 'iptables', IPTABLES)
    program(path, 'iptables-restore', 'cat >/dev/null')
    const run = (script: string) => runShell(shell, script, { ...path.environment, RULES: file })
    return { file, path, run, lines: () => readFileSync(file, 'utf8').trimEnd().split('\n') }
  }

  test('openings of one look all stand right before the rule that drops', async () => {
    const { run, lines } = host([...BEFORE, DROP])
    for (const port of ports) expect(await run(openNetfilter(tcp(port), gap))).toMatchObject({ code: 0, stderr: '' })
    expect(lines()).toEqual([...BEFORE, ...ports.map(opened), DROP])
  })

  test('where the rule is gone, nothing is opened, and it is said', async () => {
    const { run, lines } = host(BEFORE)
    const ran = await run(openNetfilter(tcp(6443), gap))
    expect(ran.code).toBe(1)
    expect(ran.stderr).toContain(`'${DROP}' does not stand in the running rules of iptables any more`)
    expect(lines()).toEqual(BEFORE)
  })

  test('in a file too: before the first such line of the filter table', async () => {
    const around = ['*nat', ':INPUT ACCEPT [0:0]', DROP, 'COMMIT', '*filter', ...BEFORE]
    const { file, run, lines } = host([...around, DROP, DROP, 'COMMIT'])
    for (const port of ports) {
      const ran = await run(openNetfilter(tcp(port), { ...gap, scope: 'permanent', file }))
      expect(ran).toMatchObject({ code: 0, stderr: '' })
    }
    expect(lines()).toEqual([...around, ...ports.map(opened), DROP, DROP, 'COMMIT'])
  })

  test('at the end of the filter table, where its policy drops', async () => {
    const { file, run, lines } = host(['*filter', ...BEFORE, 'COMMIT', '*nat', 'COMMIT'])
    await run(openNetfilter(tcp(6443), { ...gap, scope: 'permanent', before: undefined, file }))
    expect(lines()).toEqual(['*filter', ...BEFORE, opened(6443), 'COMMIT', '*nat', 'COMMIT'])
  })

  test.each([
    ['sets the label', 'echo "labelled $1"', `labelled `],
    ['cannot', 'exit 1', 'restorecon failed'],
  ])('where SELinux is on and restorecon %s, the file is there, and it is told', async (_name, restorecon, told) => {
    const { file, path, run, lines } = host(['*filter', DROP, 'COMMIT'])
    program(path, 'restorecon', restorecon)
    const script = openNetfilter(tcp(6443), { ...gap, scope: 'permanent', file })
    const ran = await run(script.replaceAll('/sys/fs/selinux/enforce', file))
    expect([ran.code, ran.stdout]).toEqual([0, ''])
    expect(ran.stderr).toContain(told)
    expect(lines()).toEqual(['*filter', opened(6443), DROP, 'COMMIT'])
  })

  test('a file without the line stays as it is', async () => {
    const before = ['*filter', ...BEFORE, 'COMMIT']
    const { file, run, lines } = host(before)
    const ran = await run(openNetfilter(tcp(6443), { ...gap, scope: 'permanent', file }))
    expect(ran.code).toBe(1)
    expect(ran.stderr).toContain(`does not stand in ${file} any more`)
    expect(lines()).toEqual(before)
    expect(existsSync(`${file}.ha-provision-new`)).toBe(false)
  })
})

describe.each(shells)('the file of nft, $name', (shell) => {
  const INCLUDE = 'include "/etc/nftables.d/ha-provision*.nft"'

  /** /etc/nftables.d is a folder of this test; nft is a stand-in that finds no fault. */
  function host(text: string) {
    const path = temporaryPath()
    const main = join(path.folder, 'nftables.conf')
    const own = join(path.folder, 'ha-provision.nft')
    writeFileSync(main, text)
    program(path, 'nft', '[ "$1 $2" = "-c -f" ] && [ -f "$3" ]')
    const gap: Gap = {
      scope: 'permanent',
      family: undefined,
      chain: 'inet filter input',
      before: undefined,
      file: main,
    }
    const open = (port: number) => {
      const script = openNetfilter(tcp(port), gap)
      return runShell(
        shell,
        script
          .replaceAll('own=/etc/nftables.d', `own=${path.folder}`)
          .replaceAll('/etc/nftables.d ||', `${path.folder} ||`),
        path.environment,
      )
    }
    const count = (file: string, text_: string) => readFileSync(file, 'utf8').split(text_).length - 1
    return {
      open,
      includes: () => count(main, INCLUDE),
      rules: () => count(own, 'add rule'),
      text: () => readFileSync(main, 'utf8'),
    }
  }

  test.each([
    ['no include', 'table inet filter { }\n', 1],
    ['one of all files', 'include "/etc/nftables.d/*.nft"\n', 0],
    ['one before everything is flushed', `${INCLUDE}\nflush ruleset\ntable inet filter { }\n`, 2],
    ['one after everything is flushed', `flush ruleset\ntable inet filter { }\n${INCLUDE}\n`, 1],
  ])('%s: it is included once where that has an effect, however often it is opened', async (_name, text, includes) => {
    const one = host(text)
    for (const port of ports) expect(await one.open(port)).toMatchObject({ code: 0, stderr: '' })
    expect([one.includes(), one.rules()]).toEqual([includes, 2])
    // Asked again, it has no effect: the rule is there, and is not written once more.
    const before = one.text()
    const again = await one.open(6443)
    expect(again.code).toBe(1)
    expect(again.stderr).toContain('has the rule for tcp/6443, and does not let it through')
    expect([one.text(), one.rules()]).toEqual([before, 2])
  })
})
