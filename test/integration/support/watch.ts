import { execa } from 'execa'
import { containerOf } from '../../../src/lab/containers.ts'
import { until } from '../../../src/lab/wait.ts'
import { readLab } from '../../../src/lab/state.ts'
import { watchHolders } from './holder-watch.ts'

/** What a client and the hosts saw while something happened. */
export interface Seen {
  readonly requests: number
  readonly failed: number
  /** Of those that failed: refused at once, as where nobody listens. */
  readonly refused: number
  /** Milliseconds without a good answer, the longest. */
  readonly longestGap: number
  /** The most holders of the VIP at one moment, as the kernels of the members said. */
  readonly mostHolders: number
}

/** The client: a fresh TLS request every 20 ms from inside the lab, until its stdin ends or five minutes are over. */
const CLIENT = `
import select, socket, ssl, sys, time
address, patience, context = sys.argv[1], float(sys.argv[2]), ssl._create_unverified_context()
total = failed = refused = 0; longest = 0.0; last = time.monotonic(); end = last + 300
while time.monotonic() < end and not select.select([sys.stdin], [], [], 0.02)[0]:
    total += 1
    try:
        with socket.create_connection((address, 6443), patience) as plain, context.wrap_socket(plain) as secure:
            secure.sendall(b"GET /readyz HTTP/1.0\\r\\n\\r\\n")
            if not secure.recv(64).startswith(b"HTTP/1."): raise OSError
        now = time.monotonic(); longest = max(longest, now - last); last = now
    except OSError as error:
        failed += 1; refused += isinstance(error, ConnectionRefusedError)
longest = max(longest, time.monotonic() - last)
print(total, failed, refused, round(longest * 1000))
`

/**
 * Asks through an address all the time and counts its holders, while `work` is done. `patience`: seconds that a request waits
 * for its answer. Half a second shows how long a gap is; where none may fail, a machine that is busy for a moment is given time.
 */
export async function whileAsking<T>(
  address: string,
  hosts: readonly string[],
  work: () => Promise<T>,
  { patience = 0.5 } = {},
): Promise<{ readonly result: T; readonly seen: Seen }> {
  const lab = await readLab()
  const words = ['exec', '-i', containerOf(lab, 'api1'), 'python3', '-c', CLIENT, address, String(patience)]
  const client = execa('docker', words, { stdin: 'pipe' })
  const holders = await watchHolders(address, hosts)
  try {
    const result = await work()
    const mostHolders = await holders.stop()
    client.stdin.end()
    const [requests = 0, failed = 0, refused = 0, longestGap = 0] = (await client).stdout.split(' ').map(Number)
    return { result, seen: { requests, failed, refused, longestGap, mostHolders } }
  } finally {
    await holders.stop()
    client.kill()
  }
}

/**
 * Opens one connection through an address to one of these servers and prints a counter for every line that comes over it, until its
 * stdin ends or fifteen minutes are over.
 */
const WATCHER = `
import select, socket, ssl, sys, time
address, wanted, context = sys.argv[1], sys.argv[2].split(","), ssl._create_unverified_context()
for _ in range(60):
    secure = context.wrap_socket(socket.create_connection((address, 6443), 2))
    secure.sendall(b"GET /watch HTTP/1.1\\r\\nHost: lab\\r\\n\\r\\n")
    stream = secure.makefile()
    line = next(one for one in stream if "server" in one or any(name in one for name in ("api1", "api2", "api3")))
    if any(name in line for name in wanted): break
    secure.close()
end = time.monotonic() + 900
for count, line in enumerate(stream):
    print(count, flush=True)
    if time.monotonic() > end or select.select([sys.stdin], [], [], 0)[0]: break
`

/** A long-lived connection through the VIP. `lines` tells how many lines have come so far. */
export interface Watch {
  readonly lines: () => number
  readonly broken: () => boolean
  readonly close: () => void
}

/** Opens a watch through an address that ends at one of the named servers, and waits for its first lines. */
export async function openWatch(address: string, servers: readonly string[]): Promise<Watch> {
  const lab = await readLab()
  const client = execa(
    'docker',
    ['exec', '-i', containerOf(lab, 'api1'), 'python3', '-c', WATCHER, address, servers.join(',')],
    { reject: false, stdin: 'pipe' },
  )
  const seen = { lines: 0, ended: false }
  const reading = (async () => {
    for await (const line of client) seen.lines += line === '' ? 0 : 1
  })()
  void reading
    .catch(() => undefined)
    .finally(() => {
      seen.ended = true
    })
  await until('the first lines of a watch', 20, () => Promise.resolve(seen.lines >= 2 || seen.ended))
  return { lines: () => seen.lines, broken: () => seen.ended, close: () => client.stdin.end() }
}
