import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'vitest'
import { containerOf } from '../../../src/lab/containers.ts'
import { onHost } from '../../../src/lab/hosts.ts'
import { paths } from '../../../src/lab/paths.ts'
import { run } from '../../../src/lab/run.ts'
import { readLab } from '../../../src/lab/state.ts'
import { until } from '../../../src/lab/wait.ts'
import { anyLab, fingerprint, inventory } from './cluster.ts'
import { cli, ofType, type Ran } from './cli.ts'
import type { Lab } from '../../../src/lab/state.ts'

/** Where, what and what to do: what every complaint of the program has to say. */
export interface Complaint {
  readonly host: string | undefined
  readonly message: string
  readonly mend: string | undefined
}

const HOSTS = ['lb1', 'lb2'] as const

/** A line of a JavaScript stack trace. */
const STACK = /^\s+at .+(?::\d+:\d+|<anonymous>)\)?$/m

/** The pair as an earlier test left it, brought to the plain inventory, whose path it returns with the lab. */
export async function servingPair(): Promise<{ readonly lab: Lab; readonly file: string }> {
  const lab = await anyLab()
  const file = await inventory('pair')
  const ran = await cli(['up', file])
  expect(ran.code, ran.stdout).toBe(0)
  return { lab, file }
}

/** The units that serve, each with its process: a restart shows. */
const UNITS = 'systemctl show -p Id,ActiveState,UnitFileState,MainPID haproxy keepalived ssh'

/** Everything a fault must not have changed: files with their times, packages, units and processes. */
export async function untouched(): Promise<readonly string[]> {
  return await Promise.all(HOSTS.map(async (host) => `${await fingerprint(host)}\n${await onHost(host, UNITS)}`))
}

/** What a change that was taken back must have left: configurations with mode and owner, no staged file, units and processes. */
export async function configured(host: string): Promise<string> {
  return await onHost(
    host,
    `cd /etc && find haproxy keepalived systemd/system sysctl.d /usr/libexec/keepalived ! -name '*.previous' -type f -exec sha256sum {} + -printf '%p %m %u %g\\n' 2>/dev/null | sort; ${UNITS}`,
  )
}

/** Runs the program, expects it to fail with this code, without a stack trace, and returns what it complained of. */
export async function refused(
  words: readonly string[],
  code: number,
  env: Readonly<Record<string, string>> = {},
): Promise<readonly Complaint[]> {
  return complaints(await cli(words, env), code)
}

/** What a run that had to fail complained of. */
export function complaints(ran: Ran, code: number): readonly Complaint[] {
  const all = [...ofType(ran.events, 'unreachable'), ...ofType(ran.events, 'error')]
  expect(ran.code, ran.stdout + ran.stderr).toBe(code)
  expect(ran.stdout + ran.stderr).not.toMatch(STACK)
  // JSON escapes line ends, so a stack trace would hide within a message.
  for (const { message, mend } of all) expect(`${message}\n${mend ?? ''}`).not.toMatch(STACK)
  return all.map(({ host, message, mend }) => ({ host, message, mend }))
}

/** A complaint of this shape, for `toEqual`. */
export function complaint(host: string | undefined, message: RegExp, mend: RegExp): unknown {
  const like = (pattern: RegExp): unknown => expect.stringMatching(pattern)
  return { host, message: like(message), mend: like(mend) }
}

/** Pauses, kills or wakes the container of a member: a machine that hangs, or whose power went. */
export async function container(verb: 'pause' | 'unpause' | 'kill', name: string): Promise<void> {
  await run('docker', [verb, containerOf(await readLab(), name)], { seconds: 30 })
}

/** Lets a member's packets of SSH vanish, as a firewall or a dead link does: nothing comes back, not even a refusal. */
export async function silence(name: string): Promise<void> {
  await onHost(
    name,
    `nft -f - <<'RULES'
table inet fault {
  chain input { type filter hook input priority 0; tcp dport 22 drop; }
}
RULES`,
  )
}

/** Takes `silence` back. */
export async function unsilence(name: string): Promise<void> {
  await onHost(name, 'nft delete table inet fault')
}

/** Waits until something on a member has left a file as its sign. */
export async function signOn(name: string, path: string): Promise<void> {
  await until(`${path} on ${name}`, 120, async () => {
    return (await onHost(name, `[ -e ${path} ] && echo yes || true`)).trim() === 'yes'
  })
}

/** Has perl take something of a member for itself, until `letGo`, and waits until it has it. */
export async function holdByPerl(name: string, take: string): Promise<void> {
  await onHost(name, 'rm -f /run/held')
  const words = ['timeout', '900', 'perl', '-e', `${take}; open(SIGN, ">", "/run/held") or die; sleep 900`]
  await run('docker', ['exec', '--detach', containerOf(await readLab(), name), ...words], { seconds: 30 })
  await signOn(name, '/run/held')
}

/** Ends what `holdByPerl` began, if it still is there: what was held is free for whoever comes next. */
export async function letGo(name: string): Promise<void> {
  await onHost(name, 'pkill -x perl; while pgrep -x perl >/dev/null; do sleep 0.1; done; rm -f /run/held')
}

/** Listens on a port of a member. */
export async function holdPort(name: string, port: number): Promise<void> {
  await holdByPerl(
    name,
    `use IO::Socket::INET; $s = IO::Socket::INET->new(LocalPort => ${port}, Listen => 5, ReuseAddr => 1) or die`,
  )
}

/** Takes a lock as apt and dpkg do, by fcntl: flock(1)'s is another one. */
export async function holdAptLock(name: string): Promise<void> {
  await holdByPerl(
    name,
    `use Fcntl; open(F, "+<", "/var/lib/dpkg/lock-frontend") or die;
my $lock = pack("ssx4qqix4", F_WRLCK, 0, 0, 0, 0); fcntl(F, F_SETLK, $lock) or die`,
  )
}

const APT_HOLD = '/etc/apt/apt.conf.d/99hold'

/** Keeps the next installation of a member under way until `releaseApt`, or until its power goes. */
export async function holdApt(name: string): Promise<void> {
  await onHost(
    name,
    `rm -f /run/apt-reached; touch /run/apt-hold
echo 'DPkg::Pre-Invoke { "touch /run/apt-reached; while [ -e /run/apt-hold ]; do sleep 0.1; done"; };' >${APT_HOLD}`,
  )
}

/** Waits until an installation is held. */
export async function aptReached(name: string): Promise<void> {
  await signOn(name, '/run/apt-reached')
}

/** Takes `holdApt` back, if it is there. */
export async function releaseApt(name: string): Promise<void> {
  await onHost(name, `rm -f ${APT_HOLD} /run/apt-hold /run/apt-reached`)
}

/** Writes a file beside the lab's keys, where inventories find it as `../NAME`. */
export async function besideKeys(name: string, content: string): Promise<string> {
  await writeFile(join(paths.dir, name), content, { mode: 0o600 })
  return `../${name}`
}
