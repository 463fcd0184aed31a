import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { dnf } from '../../../src/platform/dnf.ts'
import type { PackageManager, WantedPackage } from '../../../src/platform/types.ts'
import { yum } from '../../../src/platform/yum.ts'
import { program, temporaryPath, type ProgramPath } from '../support/programs.ts'
import { runShell, shells, type Shell } from '../support/shells.ts'

/** A host on which rpm answers from a file that dnf or yum, scripts of the test, write to; and what these were asked for. */
class RpmHost {
  readonly path: ProgramPath = temporaryPath()
  readonly #shell: Shell
  readonly #manager: PackageManager

  constructor(shell: Shell, manager: PackageManager, installed: string, answer: string) {
    this.#shell = shell
    this.#manager = manager
    const has = join(this.path.folder, 'has')
    program(
      this.path,
      'rpm',
      `[ "$1 $2" = '-q --qf' ] || exit 99\nif [ -s ${has} ]; then cat ${has}; else echo "package $4 is not installed"; exit 1; fi\n`,
    )
    program(
      this.path,
      manager.program,
      `echo "$*" >>${this.path.folder}/asked\nhas() { echo "installed $1" >${has}; }\ncase "$*" in *list*) ;; *) ${answer} ;; esac\n`,
    )
    program(this.path, 'sleep', '')
    program(this.path, 'set-up', installed === '' ? '' : `echo 'installed ${installed}' >${has}`)
  }

  async install(packages: readonly WantedPackage[], lockSeconds = 3) {
    const log = join(this.path.folder, 'log')
    const script = this.#manager.install(packages, { lockSeconds, log })
    const ran = await runShell(this.#shell, `set-up\n${script}`, this.path.environment)
    // The options that are the same in every call are one test's business.
    const asked = readFileSync(join(this.path.folder, 'asked'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => line.replaceAll(/(-y |--setopt=\S+ )/g, ''))
    return { ...ran, asked }
  }
}

const pinned = (version: string): WantedPackage[] => [{ name: 'haproxy', version }]
const any: WantedPackage[] = [{ name: 'haproxy', version: undefined }]

/** rpm -q, with and without the package, as rpm 4.16 and 4.18 print it. */
describe.each(shells)('rpm -q read by $name', (shell) => {
  test.each([
    ['installed', `echo 'installed 2.4.22-3.el9'`, 'installed 2.4.22-3.el9\n'],
    ['installed, with an epoch', `echo 'installed 1:2.4.22-3.el9'`, 'installed 1:2.4.22-3.el9\n'],
    ['absent', `echo 'package haproxy is not installed'; exit 1`, 'absent\n'],
    [
      'twice, after a killed upgrade',
      `echo 'installed 2.4.17-1.el9'; echo 'installed 2.4.22-3.el9'`,
      'installed 2.4.22-3.el9\n',
    ],
  ])('%s', async (_, script, expected) => {
    const path = temporaryPath()
    program(path, 'rpm', `[ "$1 $2 $4" = '-q --qf haproxy' ] || exit 9\n${script}\n`)
    const { stdout, code } = await runShell(shell, dnf.query('haproxy'), path.environment)
    expect({ stdout, code }).toEqual({ stdout: expected, code: 0 })
  })
})

describe.each(shells)('an rpm host with $name', (shell) => {
  test('is asked once, without weak dependencies and without waiting for ever', async () => {
    const host = new RpmHost(shell, dnf, '', 'has 2.4.22-3.el9')
    const { code, stdout, stderr } = await host.install(any)
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: '', stderr: '' })
    expect(readFileSync(join(host.path.folder, 'asked'), 'utf8')).toBe(
      '--setopt=install_weak_deps=False --setopt=exit_on_lock=True -y install haproxy\n',
    )
  })

  test('gets yum no option that yum 3 does not have', async () => {
    const host = new RpmHost(shell, yum, '', 'has 1.5.18-9.el7')
    expect((await host.install(any)).code).toBe(0)
    expect(readFileSync(join(host.path.folder, 'asked'), 'utf8')).toBe('--setopt=exit_on_lock=1 -y install haproxy\n')
  })

  test.each([
    ['2.8*', '2.8.14-1.el9'],
    ['2.8.14', '2.8.14-1.el9'],
    ['2.8.14-1*', '2.8.14-1.el9'],
    ['2.8*', '1:2.8.14-1.el9'],
    ['1:2.8*', '1:2.8.14-1.el9'],
  ])('takes a pin of %s for %s', async (version, got) => {
    const host = new RpmHost(shell, dnf, '2.4.22-3.el9', `has ${got}`)
    const { code, asked } = await host.install(pinned(version))
    expect({ code, asked }).toEqual({ code: 0, asked: [`install haproxy-${version}`] })
  })

  test('goes down where the pin is below what is installed', async () => {
    const host = new RpmHost(shell, yum, '2.4.22-3.el9', `case "$*" in *downgrade*) has 2.4.17-1.el9 ;; esac`)
    const { code, asked } = await host.install(pinned('2.4.17*'))
    expect({ code, asked }).toEqual({ code: 0, asked: ['install haproxy-2.4.17*', 'downgrade haproxy-2.4.17*'] })
  })

  test('has its index refreshed once, where that helps', async () => {
    const fresh = 'case "$*" in *expire-cache*) : >fresh ;; *install*) [ -e fresh ] && has 2.8.14-1.el9 ;; esac'
    const host = new RpmHost(shell, dnf, '', fresh.replaceAll('fresh', '"$(dirname "$0")/fresh"'))
    const { code, asked } = await host.install(any)
    expect({ code, asked }).toEqual({ code: 0, asked: ['install haproxy', 'clean expire-cache', 'install haproxy'] })
  })

  test('fails where exit status 0 is no proof, and says what there is not', async () => {
    const host = new RpmHost(shell, yum, '', 'echo "No package haproxy available."')
    const { code, asked, stderr } = await host.install(any)
    expect({ code, stderr }).toEqual({ code: 100, stderr: 'the repositories have no haproxy\n' })
    expect(asked.filter((words) => words === 'install haproxy')).toHaveLength(2)
  })

  test('waits while another process is at work', async () => {
    const locked = `[ -e "$0.once" ] || { : >"$0.once"; echo 'RPMDB already locked by 4711'; exit 200; }; has 2.4.22-3.el9`
    const host = new RpmHost(shell, dnf, '', locked)
    const { code, asked } = await host.install(any)
    expect({ code, asked }).toEqual({ code: 0, asked: ['install haproxy', 'install haproxy'] })
  })

  test.each([
    ['dnf 4', dnf, 'metadata already locked by 4711'],
    ['dnf 5', dnf, 'Failed to obtain rpm transaction lock. Another transaction is in progress.'],
    ['yum 3', yum, 'Another app is currently holding the yum lock; exiting as configured by exit_on_lock'],
    ['rpm', dnf, "error: can't create transaction lock on /var/lib/rpm/.rpm.lock (Resource temporarily unavailable)"],
  ])('gives up when a lock of %s stays held', async (_, manager, words) => {
    const host = new RpmHost(shell, manager, '', `echo ${JSON.stringify(words)}; exit 1`)
    const { code, asked, stderr } = await host.install(any, 2)
    expect(code).toBe(100)
    expect(asked).toHaveLength(3)
    expect(stderr).toContain(words)
    expect(stderr).toContain(`${manager.program} is locked for more than 2 seconds by process `)
  })
})
