import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { BuiltHost } from '../../../src/engine/build.ts'
import { observe, probeScript, sample, splitOutput } from '../../../src/engine/observe.ts'
import { HostError } from '../../../src/lib/errors.ts'
import { quote } from '../../../src/lib/shell.ts'
import { debian } from '../../../src/platform/debian.ts'
import { fileResource } from '../../../src/resources/file.ts'
import { sysctlResource } from '../../../src/resources/sysctl.ts'
import { userResource } from '../../../src/resources/user.ts'
import { fakeConnection } from '../support/fake-connection.ts'
import { ShellHost } from '../support/shell-host.ts'
import { runShell, shells } from '../support/shells.ts'
import { me, wantedFile } from '../support/wanted.ts'

const MARK = 'c0ffee00c0ffee00c0ffee00'

/** Text that looks as much like a frame as it can without knowing the mark. */
const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '\n',
        '\n\n',
        MARK.slice(0, -1),
        ` ${MARK.slice(1)} `,
        'end 0',
        '\ndeadbeefdeadbeefdeadbeef 1\n',
        ' 0',
        '\r',
      ),
      fc.string({ unit: 'binary-ascii' }).map((text) => text.replaceAll('\0', '')),
      fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll('\0', '')),
    ),
    { maxLength: 6 },
  )
  .map((parts) => parts.join(''))

describe.each(shells)('framed by $name', (shell) => {
  test('whatever probes print arrives as it is, each at its place', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(hostile, { minLength: 1, maxLength: 6 }), async (outputs) => {
        const probes = outputs.map((output) => `printf %s ${quote(output)}`)
        const { stdout } = await runShell(shell, probeScript(probes, MARK))
        expect(splitOutput('lb1', stdout, probes.length, MARK)).toEqual(outputs.map((output) => output.toWellFormed()))
      }),
      { numRuns: 40 },
    )
  })

  test('no probe disturbs the next: exits, variables, functions, stdin, stderr, folders', async () => {
    const probes = [
      'x=1; cd /; exit 7',
      'printf "%s" "${x-unset}"; pwd >/dev/null; f() { :; }',
      'cat; echo after',
      'echo seen; echo unseen >&2',
      'f 2>&1 || echo gone; trap "echo trapped" EXIT',
      'set -e; false; echo never',
    ]
    const { stdout, code } = await runShell(shell, probeScript(probes, MARK))
    const [first, second, third, fourth, fifth, sixth] = splitOutput('lb1', stdout, probes.length, MARK)
    expect([first, second, third, fourth, sixth]).toEqual(['', 'unset', 'after\n', 'seen\n', ''])
    expect(fifth).toMatch(/gone\ntrapped\n$/)
    expect(code).toBe(0)
  })
})

test('wherever a script is cut off, it is an error or nothing is lost', () => {
  const whole = `\n${MARK} 0\nfirst\n\n${MARK} end 0\n\n${MARK} 1\nsecond\n${MARK} end 0\n`
  expect(splitOutput('lb1', whole, 2, MARK)).toEqual(['first\n', 'second'])
  const last = whole.lastIndexOf(`\n${MARK} end`)
  for (let length = 0; length < last + `\n${MARK} end `.length; length += 1) {
    expect(() => splitOutput('lb1', whole.slice(0, length), 2, MARK)).toThrow(HostError)
  }
})

test('a cut-off script is told with its host', () => {
  const thrown = (): string => {
    try {
      splitOutput('lb1', '', 1, MARK)
    } catch (error) {
      return error instanceof HostError ? error.describe() : ''
    }
    return ''
  }
  expect(thrown()).toMatch(/^lb1: the answer of a probe is missing/)
})

test('no probes, no answers', () => {
  expect(probeScript([], MARK)).toBe('')
  expect(splitOutput('lb1', '', 0, MARK)).toEqual([])
})

describe('a look', () => {
  test('compares every resource of every play and takes every sample, in one execution', async () => {
    const host = new ShellHost()
    const built: BuiltHost = {
      name: 'lb1',
      platform: debian,
      plays: [
        { play: 'first', serial: 'all', resources: [userResource(me.owner), userResource('no-such-user')] },
        { play: 'second', serial: 'live', resources: [fileResource(wantedFile(`${host.folder}/absent`))] },
      ],
      checks: [{ id: 'echo', scope: 'host', probe: () => 'echo sampled; exit 3', judge: () => [] }],
    }
    const before = performance.now()
    const { resources, samples } = await observe(host.connection, built)
    expect(resources.map(({ play, resource, comparison }) => [play, resource.id, comparison.changes.length])).toEqual([
      ['first', `user[${me.owner}]`, 0],
      ['first', 'user[no-such-user]', 1],
      ['second', `file[${host.folder}/absent]`, 1],
    ])
    expect(samples.get('echo')).toMatchObject({ host: 'lb1', output: 'sampled\n' })
    expect(samples.get('echo')?.from).toBeGreaterThanOrEqual(before)
    expect(samples.get('echo')?.to).toBeGreaterThan(samples.get('echo')?.from ?? Infinity)
    expect(host.ran).toEqual(['observe'])
  })

  test('looking again at the checks asks nothing else', async () => {
    const host = new ShellHost()
    const built: BuiltHost = {
      name: 'lb1',
      platform: debian,
      plays: [{ play: 'p', serial: 'all', resources: [sysctlResource('a', '1')] }],
      checks: [{ id: 'echo', scope: 'host', probe: () => 'echo sampled', judge: () => [] }],
    }
    expect([...(await sample(host.connection, built)).keys()]).toEqual(['echo'])
    expect(host.ran).toHaveLength(1)
  })

  test('an answer that cannot be read is told with resource and host', async () => {
    const built: BuiltHost = {
      name: 'lb1',
      platform: debian,
      plays: [{ play: 'p', serial: 'all', resources: [fileResource(wantedFile('/x'))] }],
      checks: [],
    }
    const connection = fakeConnection('lb1', {
      run: ({ script }) => {
        const mark = /\\n' (\S+) 0/.exec(String(script))?.[1] ?? ''
        return Promise.resolve({ code: 0, stdout: `\n${mark} 0\nnonsense\n${mark} end 0\n`, stderr: '' })
      },
    })
    await expect(observe(connection, built)).rejects.toMatchObject({
      where: 'lb1',
      message: "file[/x]: file /x: unexpected answer 'nonsense'",
    })
  })
})
