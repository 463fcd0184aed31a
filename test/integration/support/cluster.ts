import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { labUp } from '../../../src/lab/up.ts'
import { onHost, resetHosts } from '../../../src/lab/hosts.ts'
import { loginOf } from '../../../src/lab/lab-inventory.ts'
import { paths } from '../../../src/lab/paths.ts'
import { readLab, type Lab } from '../../../src/lab/state.ts'

/** What an inventory of the lab can be given beside its usual content; `undefined` takes a key away. */
export interface Changes {
  /** The load balancers it names: `['lb1', 'lb2']` unless given. */
  readonly hosts?: readonly string[]
  /** Keys of a host beside its address. */
  readonly host?: Readonly<Record<string, object>>
  readonly apis?: readonly string[]
  readonly vip?: object
  readonly vips?: object
  readonly connection?: object
  readonly keepalived?: object
  readonly haproxy?: object
  readonly frontend?: object
  /** Keys beside them all. */
  readonly top?: object
}

/** Brings the lab up with this many load balancers of these platforms, bare. */
export async function bareLab(hosts = 2, platforms: readonly string[] = ['debian-12']): Promise<Lab> {
  const lab = await labUp({ hosts, platforms }, () => undefined)
  await resetHosts(lab.hosts.map(({ name }) => name))
  return lab
}

/** Brings the lab up as it is. */
export async function anyLab(hosts = 2, platforms: readonly string[] = ['debian-12']): Promise<Lab> {
  return await labUp({ hosts, platforms }, () => undefined)
}

/** Writes an inventory of the lab and returns its path. */
export async function inventory(name: string, changes: Changes = {}): Promise<string> {
  const lab = await readLab()
  const names = changes.hosts ?? ['lb1', 'lb2']
  const addressOf = (host: string) => lab.subnet.replace(/\.\d+\/\d+$/, `.${10 + Number(host.slice(2))}`)
  const apis = lab.apis.filter((api) => changes.apis?.includes(api.name) ?? true)
  const content = {
    cluster: 'lab',
    connection: {
      ...loginOf(lab.hosts.filter(({ name }) => names.includes(name))),
      identity_file: '../id_ed25519',
      known_hosts: '../known_hosts',
      jump: { host: '127.0.0.1', port: lab.port, user: 'jump' },
      ...changes.connection,
    },
    load_balancers: Object.fromEntries(
      names.map((host) => [host, { address: addressOf(host), ...changes.host?.[host] }]),
    ),
    vips: changes.vips ?? { api: { address: `${lab.vip}/24`, interface: 'eth0', ...changes.vip } },
    ...(changes.keepalived === undefined ? {} : { keepalived: changes.keepalived }),
    ...changes.top,
    haproxy: {
      frontends: {
        'kube-apiserver': {
          bind: '*:6443',
          servers: Object.fromEntries(apis.map((api) => [api.name, `${api.address}:6443`])),
          ...changes.frontend,
        },
      },
      ...changes.haproxy,
    },
  }
  const folder = join(paths.dir, 'inventories')
  await mkdir(folder, { recursive: true })
  const file = join(folder, `${name}.yaml`)
  await writeFile(file, stringify(content))
  return file
}

/** The members of the lab that hold an address now, as their own kernels say. */
export async function holdersOf(
  address: string,
  hosts: readonly string[] = ['lb1', 'lb2'],
): Promise<readonly string[]> {
  const held = await Promise.all(
    hosts.map((host) => onHost(host, `ip -o addr show | grep -qwF 'inet ${address}' && echo yes || true`)),
  )
  return hosts.filter((_, index) => held[index]?.trim() === 'yes')
}

/**
 * How many commands sshd has run on a host so far: the second way of counting executions. By the name of who logged them: of a process
 * that has ended, journald may no longer find out the unit. BusyBox begins a new file when one is full.
 */
export async function executionsInLog(host: string): Promise<number> {
  const log = `if command -v journalctl >/dev/null; then journalctl --sync 2>/dev/null; journalctl -t sshd -t sshd-session -o cat --no-pager; else cat /var/log/messages.0 /var/log/messages 2>/dev/null; fi`
  return Number(await onHost(host, `{ ${log}; } | grep -c 'Starting session: command' || true`))
}

/**
 * A fingerprint of everything a look must not change: files with their times, packages, services, addresses. BusyBox has
 * its words too; where stat can, times are told to the nanosecond. Every reader of rpm's database touches the shared memory beside it (SQLite's, or Berkeley DB's),
 * and Ubuntu's PAM marks the first login of a user, whoever logs in for whatever.
 */
export async function fingerprint(host: string): Promise<string> {
  return await onHost(
    host,
    `find / -xdev \\( -path /proc -o -path /sys -o -path /run -o -path /tmp -o -path /var/log -o -path '/var/lib/rpm/rpmdb.sqlite-shm' -o -path '/var/lib/rpm/__db.*' -o -path '*/.cache/motd.legal-displayed' \\) -prune -o -type f -exec stat -c '%n %s %y %a %U' {} + | sort | sha256sum
find /tmp /run -xdev -type f 2>/dev/null | grep -vE '^/run/(systemd|openrc|udev|log|dbus|sshd|utmp|user|motd|haproxy|keepalived|lock/|sudo)' | sort
if command -v systemctl >/dev/null; then systemctl list-unit-files --no-pager --no-legend; else ls -lR /etc/runlevels; fi | sha256sum`,
  )
}
