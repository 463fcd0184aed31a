import type { LabPlatform } from './platforms.ts'
import { attempt } from './run.ts'

type Init = LabPlatform['init']

/** Somebody listens on port 22, by the kernel's own table, which every distribution has. */
const sshdListens = `cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | grep -q ':0016 0*:0000 0A '`

const questions: Readonly<Record<Init, string>> = {
  // `degraded` is up too: tests break units, and a lab that runs must not be refused for it.
  systemd: `case $(systemctl is-system-running) in running | degraded) ;; *) exit 1 ;; esac`,
  openrc: `[ "$(rc-status --runlevel)" = default ] && ! [ -e /run/openrc/rc.starting ] && ${sshdListens}`,
}

/** Whether a container with this init system has started everything, sshd with it. */
export async function isUp(container: string, init: Init): Promise<boolean> {
  return (await attempt('docker', ['exec', container, 'sh', '-c', questions[init]], { seconds: 15 })).ok
}

/** What to look at when it never does. */
export function whyNotUp(container: string, init: Init): string {
  const services = init === 'systemd' ? 'systemctl --failed' : 'rc-status --all'
  return `docker logs ${container}; docker exec ${container} ${services}`
}
