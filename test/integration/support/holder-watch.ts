import { setTimeout as sleep } from 'node:timers/promises'
import { execa } from 'execa'
import { containerOf } from '../../../src/lab/containers.ts'
import { readLab } from '../../../src/lab/state.ts'

/**
 * Says again and again whether the address is on the host, with the moments before and after the look, until its stdin ends or
 * five minutes are over. The containers of a machine have one clock: that of its boot.
 */
const SAMPLER = `exec 3<&0
(cat <&3 >/dev/null; kill $$ 2>/dev/null) &
read -r now _ </proc/uptime; end=$((\${now%.*} + 300))
while [ "\${now%.*}" -lt "$end" ]; do
  read -r before _ </proc/uptime
  if ip -o addr show | grep -qwF "inet $1"; then held=1; else held=0; fi
  read -r now _ </proc/uptime
  echo "$before $now $held"
  sleep 0.1
done`

/** A look at a host: between these two moments, in seconds, it held the address or not. */
export interface Look {
  readonly before: number
  readonly after: number
  readonly held: boolean
}

/** Seconds between two looks at a host after which nothing is known of the time between: it hung, or its power was cut. */
const UNKNOWN = 1

/** Counts the holders of an address until `stop`, which tells how many there were at one moment, at most. */
export async function watchHolders(
  address: string,
  hosts: readonly string[],
): Promise<{ readonly stop: () => Promise<number> }> {
  const lab = await readLab()
  const over = new AbortController()
  const sample = async (host: string): Promise<string> => {
    let said = ''
    while (!over.signal.aborted) {
      const words = ['exec', '-i', containerOf(lab, host), 'sh', '-c', SAMPLER, 'sh', address]
      const sampler = execa('docker', words, { stdin: 'pipe', reject: false })
      const end = (): void => void sampler.stdin.end()
      over.signal.addEventListener('abort', end)
      said += `${(await sampler).stdout}\n`
      over.signal.removeEventListener('abort', end)
      // A host whose power is cut holds nothing, and is asked again when it is back.
      await sleep(250, undefined, { signal: over.signal }).catch(() => undefined)
    }
    return said
  }
  const all = Promise.all(hosts.map(sample))
  return {
    stop: async () => {
      over.abort()
      return mostAtOnce((await all).map(looksOf))
    },
  }
}

function looksOf(said: string): readonly Look[] {
  return said.split('\n').flatMap((line) => {
    const [before = '', after = '', held = ''] = line.split(' ')
    return held === '' ? [] : [{ before: Number(before), after: Number(after), held: held === '1' }]
  })
}

/**
 * How many hosts certainly held the address in one moment, at most: one that holds it, and each other that held it at the
 * look before that one and at the look after. What moves between two looks is never counted twice.
 */
export function mostAtOnce(hosts: readonly (readonly Look[])[]): number {
  const counts = hosts.flatMap((looks) =>
    looks
      .filter(({ held }) => held)
      .map((look) => 1 + hosts.filter((others) => others !== looks && heldAround(others, look)).length),
  )
  return Math.max(0, ...counts)
}

function heldAround(looks: readonly Look[], { before, after }: Look): boolean {
  const last = looks.findLast((look) => look.after <= before)
  const next = looks.find((look) => look.before >= after)
  return last?.held === true && next?.held === true && next.before - last.after < UNKNOWN
}
