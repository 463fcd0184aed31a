import type { Command, Connection, Result } from '../../../src/connection/types.ts'
import type { Server, ServerOptions, SshBox } from './ssh-box.ts'

/** Keeps a script of a host waiting for a file, a minute at most. */
export const untilThere = (file: string): string => `for i in $(seq 600); do [ -e ${file} ] && break; sleep 0.1; done`

/** Runs a command and waits until it has begun on the host, of which `begun` is its first line. Rejects where it does not begin. */
export async function underWay(
  connection: Connection,
  command: Command & { readonly script: string },
): Promise<{ readonly done: Promise<Result> }> {
  return await new Promise((resolve, reject) => {
    const onLine = (): void => {
      resolve({ done })
    }
    const done = connection.run({ ...command, script: `echo begun\n${command.script}`, onLine })
    // Once it has begun, whoever waits for its end hears of a failure, and nobody has to.
    done.catch(reject)
  })
}

/** The process ids of a server's sessions, whoever they run as. */
const SESSIONS = (name: string): string =>
  `list() { echo "$1"; for child in $(pgrep -P "$1"); do list "$child"; done; }; ` +
  `for child in $(pgrep -P "$(cat /run/${name}.pid)"); do list "$child"; done`

/** Ends the sessions of a server; it goes on and takes new ones. */
export async function endSessions(box: SshBox, { name }: Server): Promise<void> {
  await box.exec(`kill -KILL $(${SESSIONS(name)}) 2>/dev/null || true`)
}

/** Ends a server and its sessions. */
export async function endServer(box: SshBox, server: Server): Promise<void> {
  await box.exec(`kill -KILL $(cat /run/${server.name}.pid) $(${SESSIONS(server.name)}) 2>/dev/null || true`)
}

/** Starts a server that was ended, as it was. */
export async function startAgain(box: SshBox, { name, inside }: Server, options: ServerOptions = {}): Promise<void> {
  const settings = (options.settings ?? []).map((setting) => `'${setting}'`).join(' ')
  await box.exec(`serve ${name} ${inside} ${options.kind ?? 'openssh'} /etc/ssh/host_${name} ${settings}`)
}

/** Stops a server and its sessions as they stand, or lets them go on. */
export async function freeze(box: SshBox, { name }: Server, signal: 'STOP' | 'CONT'): Promise<void> {
  // Of the sessions, what was there a moment ago may have ended.
  await box.exec(
    `kill -${signal} "$(cat /run/${name}.pid)" && { kill -${signal} $(${SESSIONS(name)}) 2>/dev/null || true; }`,
  )
}
