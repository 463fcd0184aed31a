import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createPool } from '../../../src/connection/pool.ts'
import type { Connection } from '../../../src/connection/types.ts'
import { HostError, UnreachableError } from '../../../src/lib/errors.ts'
import { Secret, text } from '../../../src/lib/secret.ts'
import { runLocally, scratch, startServer } from './server.ts'
import type { TestServer } from './server.ts'

let server: TestServer
let host: Connection
const pool = createPool()
const run = async (script: string, timeoutSeconds = 10) => await host.run({ label: 'try', script, timeoutSeconds })

beforeAll(async () => {
  server = await startServer()
  host = await pool.connect(server.target())
})
afterAll(async () => {
  pool.closeAll()
  await server.stop()
})

test('gives back status and both streams', async () => {
  expect(await run('echo out; echo err >&2; exit 3')).toEqual({ code: 3, stdout: 'out\n', stderr: 'err\n' })
})

test('is one execution with a short command line, whatever the script', async () => {
  const before = server.commandLines.length
  await run('true')
  await run(`: ${'x'.repeat(300_000)}\necho done`)
  const [short, long] = server.commandLines.slice(before)
  expect(server.commandLines.length - before).toBe(2)
  expect(short).toHaveLength(long?.length ?? 0)
  expect(short?.length).toBeLessThan(1200)
})

test('a secret in a script is never in the command line', async () => {
  const script = text`echo ${new Secret('hunter2')} | wc -c`
  expect((await host.run({ label: 'secret', script, timeoutSeconds: 5 })).stdout.trim()).toBe('8')
  expect(server.commandLines.join('\n')).not.toContain('hunter2')
})

test('commands cannot read the rest of the script as their stdin', async () => {
  expect((await run('cat\necho still here')).stdout).toBe('still here\n')
})

test('here-documents, functions, set -e and quotes survive', async () => {
  const script = `set -e\nf() { printf '%s\\n' "$1"; }\nf "it's"\ncat <<'END'\n$HOME }\nEND\nfalse\necho never`
  expect(await run(script)).toEqual({ code: 1, stdout: "it's\n$HOME }\n", stderr: '' })
})

test('half a script that arrived runs nothing', async () => {
  expect((await run('echo one\nif true; then')).stdout).toBe('')
})

test('runs in the C locale, with the sbin directories in PATH', async () => {
  expect((await run('echo $LC_ALL; case $PATH in */usr/sbin*) echo sbin; esac')).stdout).toBe('C\nsbin\n')
})

test('UTF-8 that is cut between packets stays whole', async () => {
  const { stdout } = await run('i=0; while [ $i -lt 9000 ]; do printf "€ü😀x"; i=$((i+1)); done')
  expect(stdout).toBe('€ü😀x'.repeat(9000))
})

test('too much output is an error', async () => {
  await expect(run('yes')).rejects.toThrow('printed more than 16 MiB')
})

test('twenty commands at once use at most eight channels', async () => {
  const directory = scratch()
  const script = `cd ${directory}; : >$$; ls | wc -l; sleep 0.1; rm $$`
  const results = await Promise.all(Array.from({ length: 20 }, async () => await run(script)))
  const seen = results.map((result) => Number(result.stdout))
  expect(Math.max(...seen)).toBeGreaterThan(4)
  expect(Math.max(...seen)).toBeLessThanOrEqual(8)
})

test('a deadline kills the script and its children on the host', async () => {
  const pid = run('sh -c "echo \\$\\$ >&2; sleep 321" & sleep 321; wait', 1)
  await expect(pid).rejects.toThrow(HostError)
  await expect(pid).rejects.toThrow('try: did not finish within 1 s and was killed')
  expect(running('sleep 321')).toBe(false)
})

test('a deadline also kills what ignores TERM', async () => {
  await expect(run('trap "" TERM; sleep 322; sleep 322; sleep 322', 1)).rejects.toThrow('did not finish within 1 s')
  expect(running('sleep 322')).toBe(false)
}, 15_000)

test('status 124 before the deadline is only a status', async () => {
  expect((await run('exit 124')).code).toBe(124)
})

test('a script that is killed is an error, never a status', async () => {
  await expect(run('kill -9 $$')).rejects.toThrow('try: was killed by SIGKILL')
})

test('a signal that sshd reports is an error', async () => {
  const strange = await startServer({
    exec: (channel) => {
      channel.exit('KILL')
      channel.close()
    },
  })
  const connection = await pool.connect(strange.target())
  await expect(connection.run({ label: 'x', script: 'true', timeoutSeconds: 5 })).rejects.toThrow(
    'x: was killed by SIGKILL',
  )
  await strange.stop()
})

test('a daemon that holds stdout does not hold the run', async () => {
  const since = performance.now()
  expect((await run('sleep 20 & echo started')).stdout).toBe('started\n')
  expect(performance.now() - since).toBeLessThan(450)
})

test('a host that runs something else instead is an error, even with status 0', async () => {
  const forced = await startServer({
    exec: (channel) => {
      channel.write('This account is not \u001b[2Javailable.\n')
      channel.exit(0)
      channel.close()
    },
  })
  const connection = await pool.connect(forced.target())
  const outcome = connection.run({ label: 'x', script: 'true', timeoutSeconds: 5 })
  await expect(outcome).rejects.toThrow(
    'x: the host did not begin it (exit status 0); it said:\nThis account is not \\x1b[2Javailable.',
  )
  await forced.stop()
})

test('noise of a login shell is not the script’s output', async () => {
  const noisy = await startServer({
    exec: (channel, line) => {
      runLocally(channel, `echo Welcome; echo hi >&2; ${line}`)
    },
  })
  const connection = await pool.connect(noisy.target())
  expect((await connection.run({ label: 'x', script: 'echo mine', timeoutSeconds: 5 })).stdout).toBe('mine\n')
  await noisy.stop()
})

test('output that breaks off is an error, whatever the status', async () => {
  const cutting = await startServer({
    exec: (channel, line) => {
      const mark = /sh ([0-9a-f]{24})$/.exec(line)?.[1] ?? ''
      channel.write(`${mark}\nhalf of`)
      channel.stderr.write(`${mark}\n`)
      channel.exit(0)
      channel.close()
    },
  })
  const connection = await pool.connect(cutting.target())
  const outcome = connection.run({ label: 'x', script: 'true', timeoutSeconds: 5 })
  await expect(outcome).rejects.toThrow('x: ended, but its output broke off')
  await cutting.stop()
})

test('output that comes long after the status is waited for', async () => {
  const slow = await startServer({
    exec: (channel, line) => {
      const mark = /sh ([0-9a-f]{24})$/.exec(line)?.[1] ?? ''
      channel.stderr.write(`${mark}\n${mark}\n`)
      channel.write(`${mark}\nfirst `)
      channel.exit(0)
      setTimeout(() => channel.write(`last${mark.slice(0, 7)}`), 1000)
      setTimeout(() => channel.write(`${mark.slice(7)}\nfrom a daemon`), 1100)
    },
  })
  const connection = await pool.connect(slow.target())
  const result = await connection.run({ label: 'x', script: 'true', timeoutSeconds: 5 })
  expect(result).toEqual({ code: 0, stdout: 'first last', stderr: '' })
  await slow.stop()
})

const cut = (flaky: TestServer, milliseconds: number): void => {
  setTimeout(() => {
    flaky.clients.forEach((client) => client.end())
  }, milliseconds)
}

test('a connection that vanishes is an error for all that runs, and a new one is opened for what comes after', async () => {
  const flaky = await startServer()
  const connection = await pool.connect(flaky.target())
  const pending = [1, 2].map(
    async () => await connection.run({ label: 'wait', script: 'sleep 20', timeoutSeconds: 30 }),
  )
  cut(flaky, 300)
  for (const outcome of pending) {
    await expect(outcome).rejects.toThrow(
      /^connection lost while “wait” ran(: .*)?; it had been started, and whether it finished is not known$/,
    )
  }
  const next = { label: 'next', script: 'echo on', timeoutSeconds: 5 }
  const results = await Promise.all([1, 2, 3].map(async () => await connection.run(next)))
  expect(results.map(({ stdout }) => stdout)).toEqual(['on\n', 'on\n', 'on\n'])
  expect(flaky.clients.size).toBe(1)
  await flaky.stop()
})

test('a command that only looks is run once more, and only once', async () => {
  const flaky = await startServer()
  const connection = await pool.connect(flaky.target())
  const log = join(scratch(), 'runs')
  const look = {
    label: 'look',
    script: `echo run >> ${log}; sleep 0.8; echo seen`,
    timeoutSeconds: 5,
    repeatable: true,
  }
  cut(flaky, 300)
  expect((await connection.run(look)).stdout).toBe('seen\n')
  expect(readFileSync(log, 'utf8')).toBe('run\nrun\n')
  cut(flaky, 300)
  setTimeout(cut, 600, flaky, 300)
  await expect(connection.run(look)).rejects.toThrow(/^connection lost while “look” ran/)
  expect(readFileSync(log, 'utf8')).toBe('run\n'.repeat(4))
  await flaky.stop()
})

test('what is closed by us is not opened again', async () => {
  const own = createPool()
  const connection = await own.connect(server.target())
  const pending = connection.run({ label: 'look', script: 'sleep 20', timeoutSeconds: 30, repeatable: true })
  setTimeout(() => {
    own.closeAll()
  }, 200)
  await expect(pending).rejects.toThrow('connection lost while “look” ran')
  await expect(connection.run({ label: 'next', script: 'true', timeoutSeconds: 5 })).rejects.toThrow(
    'connection lost before “next” was started, and not opened again: the run has ended',
  )
  const single = await pool.connect(server.target())
  single.close()
  await expect(single.run({ label: 'next', script: 'true', timeoutSeconds: 5 })).rejects.toThrow('it was closed by us')
})

test('a channel that closes without a status is an error', async () => {
  const mute = await startServer({
    exec: (channel) => {
      channel.close()
    },
  })
  const connection = await pool.connect(mute.target())
  await expect(connection.run({ label: 'x', script: 'true', timeoutSeconds: 5 })).rejects.toThrow(UnreachableError)
  await mute.stop()
})

test('channels refused by the host are told as such', async () => {
  const tight = await startServer({ maxSessions: 0 })
  const connection = await pool.connect(tight.target())
  await expect(connection.run({ label: 'x', script: 'true', timeoutSeconds: 5 })).rejects.toThrow(
    'refused to open a channel',
  )
  await tight.stop()
})

function running(command: string): boolean {
  return execFileSync('ps', ['-eo', 'args']).toString().split('\n').includes(command)
}
