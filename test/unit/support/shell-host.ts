import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Command, Connection, Result } from '../../../src/connection/types.ts'
import { wrapScript } from '../../../src/connection/execution/command-line.ts'
import { LOG, RUNTIME, STATE } from '../../../src/engine/perform/prelude.ts'
import { Text } from '../../../src/lib/secret.ts'
import { fakeConnection } from './fake-connection.ts'
import { program, type ProgramPath } from './programs.ts'
import { runShell, sh } from './shells.ts'
import { temporaryFolder } from './temporary.ts'

/**
 * A host that is a folder: scripts run for real through /bin/sh, as they go in over a connection. What they keep under
 * /var/lib, /run and /var/log is kept in the folder, and only the programs a test gives it stand in for the host's own.
 */
export class ShellHost {
  readonly name: string
  readonly folder = temporaryFolder()
  readonly state = join(this.folder, 'state')
  readonly runtime = join(this.folder, 'run')
  /** The labels of what was run, in order. */
  readonly ran: string[] = []
  /** Sh text before every script: limits, for instance. */
  before = ''
  readonly #path: ProgramPath

  constructor(name = 'lb1') {
    this.name = name
    const bin = join(this.folder, 'bin')
    mkdirSync(bin)
    this.#path = { folder: bin, environment: { PATH: `${bin}:${process.env['PATH'] ?? '/usr/bin:/bin'}` } }
    // No test may touch the units or packages of the machine it runs on.
    for (const forbidden of ['systemctl', 'journalctl', 'apt-get', 'dpkg', 'useradd']) {
      this.program(forbidden, `echo "${forbidden} $* was not expected" >&2; exit 99\n`)
    }
  }

  program(name: string, script: string): void {
    program(this.#path, name, script)
  }

  get connection(): Connection {
    return fakeConnection(this.name, { run: (command) => this.#run(command) })
  }

  async #run({ label, script, onLine }: Command): Promise<Result> {
    this.ran.push(label)
    const revealed = script instanceof Text ? script.reveal() : script
    const moved = revealed
      .replaceAll(STATE, this.state)
      .replaceAll(RUNTIME, this.runtime)
      .replaceAll(LOG, join(this.folder, 'log'))
    const result = await runShell(sh, this.before + wrapScript(moved), this.#path.environment)
    for (const line of result.stdout.split('\n').slice(0, -1)) onLine?.(line)
    return result
  }
}
