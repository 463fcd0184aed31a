import { onHost } from '../../../src/lab/hosts.ts'
import { signOn } from './faults.ts'

/** Makes a moment wide: a program of a host waits before it does its work when its arguments match a shell pattern. */
export interface Slow {
  readonly host: string
  readonly program: 'haproxy' | 'keepalived' | 'systemctl' | 'mv' | 'cibadmin' | 'crm_node' | 'corosync-cfgtool'
  readonly words: string
  /** How many seconds: 4 unless given. */
  readonly seconds?: number
  /** Until `speedUp` instead, and for two minutes at most: however long what it has to outlast takes on a busy machine. */
  readonly held?: true
}

/** Puts a slow program before the real one. It leaves a sign when it has been reached. */
export async function slowDown({ host, program, words, seconds = 4, held }: Slow): Promise<void> {
  const hold = 'i=0; while [ -e /run/slow-hold ] && [ $i -lt 1200 ]; do sleep 0.1; i=$((i + 1)); done'
  const wrapper = `#!/bin/sh
real=$(PATH=/usr/sbin:/usr/bin:/bin command -v ${program})
case " $* " in ${words}) touch /run/slow-reached; ${held === true ? hold : `sleep ${seconds}`} ;; esac
exec "$real" "$@"
`
  await onHost(
    host,
    `rm -f /run/slow-reached; touch /run/slow-hold; cat >/usr/local/sbin/${program} <<'END'
${wrapper}END
chmod 0755 /usr/local/sbin/${program}`,
  )
}

export async function speedUp({ host, program }: Slow): Promise<void> {
  await onHost(host, `rm -f /usr/local/sbin/${program} /run/slow-hold /run/slow-reached`)
}

/** Waits until the slow program has been reached. */
export async function reached({ host }: Slow): Promise<void> {
  await signOn(host, '/run/slow-reached')
}
