import type { Server, ServerOptions, SshBox } from './ssh-box.ts'

/** The process ids of a server's sessions, whoever they run as. */
const SESSIONS = (name: string): string =>
  `list() { for p in $(pgrep -P "$1"); do list "$p"; echo "$p"; done; }; list "$(cat /run/${name}.pid)"`

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
  await box.exec(`kill -${signal} $(cat /run/${name}.pid) $(${SESSIONS(name)})`)
}
