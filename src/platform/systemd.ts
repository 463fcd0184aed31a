import { quote, words } from '../lib/shell.ts'
import type { InitSystem } from './types.ts'

const dropInPath = (unit: string): string => `/etc/systemd/system/${unit}.service.d/ha-provision.conf`

const RESTART_COMMENT = `# Managed by ha-provision. A killed keepalived leaves the VIP on the host, which goes on serving, and a backup takes it
# after three adverts. Started again it lets go of the address: just before that there is hardly a gap, and no second holder for long.`

/** systemd, read through `systemctl show` (machine output), never through `status`. */
export const systemd: InitSystem = {
  name: 'systemd',
  state: (unit) =>
    `systemctl show -p LoadState,ActiveState,UnitFileState,NeedDaemonReload,MainPID ${quote(unit)} |
sed -e 's/^LoadState=/load=/' -e 's/^ActiveState=/active=/' -e 's/^UnitFileState=/enabled=/' -e 's/^NeedDaemonReload=/stale=/' -e 's/^MainPID=/pid=/'`,
  enable: (unit) => words('systemctl', '-q', 'enable', unit),
  disable: (unit) => words('systemctl', '-q', 'disable', unit),
  unmask: (unit) => `systemctl -q unmask --runtime ${quote(unit)}; systemctl -q unmask ${quote(unit)}`,
  // A unit that failed too often refuses to start until its counter is reset.
  start: (unit) => `systemctl reset-failed ${quote(unit)} 2>/dev/null; systemctl start ${quote(unit)}`,
  stop: (unit) => words('systemctl', 'stop', unit),
  reload: (unit) => words('systemctl', 'reload', unit),
  // A runtime mask is gone after a reboot and visible to the probe, unlike a policy-rc.d that a killed run leaves behind.
  // That a unit does not exist yet is why it is held, and no news.
  hold: (units) => `${words('systemctl', '-q', 'mask', '--runtime', ...units)} 2>/dev/null`,
  release: (units) => words('systemctl', '-q', 'unmask', '--runtime', ...units),
  rereadUnits: () => 'systemctl daemon-reload',
  // What a unit said in the moment it failed is in the journal only when the journal has come to it.
  log: (unit, lines) =>
    `timeout 5 journalctl --sync 2>/dev/null; journalctl -u ${quote(unit)} -n ${lines} --no-pager -o cat 2>/dev/null`,
  logCommand: (unit) => words('journalctl', '-u', unit),
  restartDropIn: (unit, delay) => ({
    path: dropInPath(unit),
    content: `${RESTART_COMMENT}
[Unit]
StartLimitIntervalSec=0

[Service]
Restart=always
RestartSec=${delay}ms
`,
  }),
}

/** systemd before 230, as EL7 has it: the limit of starts has another name and another section. */
export const systemd219: InitSystem = {
  ...systemd,
  restartDropIn: (unit, delay) => ({
    path: dropInPath(unit),
    content: `${RESTART_COMMENT}
[Service]
StartLimitInterval=0
Restart=always
RestartSec=${delay}ms
`,
  }),
}

/** A drop-in, as its path and what stands in it. */
interface DropIn {
  readonly path: string
  readonly content: string
}

/**
 * Makes corosync start again after a crash. As soon as it can, since a member that is away leaves its VIP on its interface, beside the one who
 * takes it. systemd's limit of starts stays: what a killed corosync leaves in /dev/shm is never taken away.
 */
export const COROSYNC_DROP_IN: DropIn = {
  path: dropInPath('corosync'),
  content: `# Managed by ha-provision. Where corosync dies, pacemaker leaves haproxy and the VIP running and waits for it to come back.
[Service]
Restart=on-failure
`,
}

/**
 * Makes a killed haproxy start again at once, where pacemaker would notice it at its next look and take seconds for a stop and a start: its own
 * drop-in (50-pacemaker.conf, Restart=no) is read before this one. One that keeps ending fails for good by systemd's limit of starts, and is pacemaker's.
 */
export const HAPROXY_DROP_IN: DropIn = {
  path: dropInPath('haproxy'),
  content: `# Managed by ha-provision. A killed haproxy is started again at once; one that keeps ending is left to pacemaker.
[Service]
Restart=always
`,
}
