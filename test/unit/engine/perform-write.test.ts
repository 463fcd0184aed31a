import fc from 'fast-check'
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Event } from '../../../src/engine/events.ts'
import { perform } from '../../../src/engine/perform/perform.ts'
import { Secret, Text, text } from '../../../src/lib/secret.ts'
import { debian } from '../../../src/platform/debian.ts'
import type { Judge, WantedFile } from '../../../src/resources/action.ts'
import { stagedPath } from '../../../src/resources/file.ts'
import { ShellHost } from '../support/shell-host.ts'
import { wantedFile } from '../support/wanted.ts'

async function write(host: ShellHost, ...files: readonly WantedFile[]) {
  const events: Event[] = []
  const steps = files.map((file) => ({ resources: [`file[${file.path}]`], action: { do: 'write' as const, file } }))
  const performed = await perform(host.connection, debian, steps, (event) => events.push(event))
  return { ...performed, events }
}

function modeOf(path: string): string {
  return (statSync(path).mode & 0o7777).toString(8).padStart(4, '0')
}

function judge(words: readonly string[], more: Partial<Judge> = {}): Judge {
  return { words, good: [0], silent: false, ...more }
}

test('a file lands with its bytes and its mode, in a folder that is made, and nothing is left beside it', async () => {
  const host = new ShellHost()
  const file = wantedFile(join(host.folder, 'new', "it's here", 'x.cfg'), { mode: '0640' })
  const { done, error, events } = await write(host, file)
  expect(error).toBeUndefined()
  expect(done).toEqual([`file[${file.path}]`])
  expect(readFileSync(file.path, 'utf8')).toBe('wanted\n')
  expect(modeOf(file.path)).toBe('0640')
  expect(readdirSync(join(host.folder, 'new', "it's here"))).toEqual(['x.cfg'])
  expect(events.map(({ type }) => type)).toEqual(['action-started', 'action-staged', 'action-done'])
})

describe('content', () => {
  test.each([
    ['quotes', `'"'"'\\'' "it's" \`id\` $(id) $HOME \\n %s %d %%`],
    ['lines', '\n\nfirst\r\n\tsecond\n\n\n'],
    ['unicode', 'pässwörd 漢字 🔑 \u202e'],
    ['no line break at its end', 'x'],
    ['nothing', ''],
    ['what looks like the script', "' || { tell failed 0; exit 1; }\n) <<'PATHS'\nPATHS\n"],
    ['what looks like options', '-n -e\n--'],
  ])('%s, secret or not, arrives byte for byte', async (_, value) => {
    const host = new ShellHost()
    const path = join(host.folder, 'x')
    expect(
      (await write(host, wantedFile(path, { content: text`a${new Secret(value)}b${value}` }))).error,
    ).toBeUndefined()
    expect(readFileSync(path, 'utf8')).toBe(`a${value}b${value}`)
  })

  test('any text arrives', async () => {
    const host = new ShellHost()
    const path = join(host.folder, 'x')
    const part = fc.string({ unit: 'binary', maxLength: 30 }).map((value) => value.replaceAll('\0', '').toWellFormed())
    await fc.assert(
      fc.asyncProperty(fc.array(part, { maxLength: 4 }), async (parts) => {
        const content = new Text(parts.map((value, index) => (index % 2 === 0 ? value : new Secret(value))))
        await write(host, wantedFile(path, { content }))
        expect(readFileSync(path, 'utf8')).toBe(parts.join(''))
      }),
      { numRuns: 25 },
    )
  })
})

describe('whole or not at all', () => {
  const content = text`${'0123456789abcdef\n'.repeat(1000)}`

  test('a full disk leaves the file as it was, and says so', async () => {
    const host = new ShellHost()
    const path = join(host.folder, 'x')
    writeFileSync(path, 'before')
    // Like a full disk: what goes beyond some kilobytes of a file is refused while it is written.
    host.before = "trap '' XFSZ; ulimit -f 4\n"
    const { error, failed, events } = await write(host, wantedFile(path, { content }))
    expect(error?.describe()).toContain(`${path} could not be written; it was not changed`)
    expect(error?.where).toBe('lb1')
    expect(failed).toEqual([`file[${path}]`])
    expect(readFileSync(path, 'utf8')).toBe('before')
    expect(existsSync(stagedPath(path))).toBe(false)
    expect(events.map(({ type }) => type)).toEqual(['action-started', 'action-failed'])
  })

  test('a shell that dies while it writes leaves the file as it was; what it left is overwritten next time', async () => {
    const host = new ShellHost()
    const path = join(host.folder, 'x')
    writeFileSync(path, 'before')
    host.before = 'ulimit -f 4\n'
    expect((await write(host, wantedFile(path, { content }))).error).toBeDefined()
    expect(readFileSync(path, 'utf8')).toBe('before')
    writeFileSync(stagedPath(path), 'left', { mode: 0o666 })
    host.before = ''
    expect((await write(host, wantedFile(path, { content, mode: '0600' }))).error).toBeUndefined()
    expect(readFileSync(path, 'utf8')).toBe(content.reveal())
    expect(modeOf(path)).toBe('0600')
    expect(readdirSync(host.folder)).not.toContain('x.ha-provision-new')
  })

  test('an owner that does not exist changes nothing', async () => {
    const host = new ShellHost()
    const path = join(host.folder, 'x')
    writeFileSync(path, 'before')
    expect((await write(host, wantedFile(path, { owner: 'no-such-user' }))).error?.message).toContain('no-such-user')
    expect(readFileSync(path, 'utf8')).toBe('before')
    expect(existsSync(stagedPath(path))).toBe(false)
  })

  test('while it is staged it is readable by its owner alone', async () => {
    const host = new ShellHost()
    host.program('chown', `stat -c %a "$2" >${host.folder}/seen\n`)
    await write(host, wantedFile(join(host.folder, 'x'), { mode: '0644' }))
    expect(readFileSync(join(host.folder, 'seen'), 'utf8')).toBe('600\n')
  })
})

describe('judged', () => {
  const refused = async (verdict: Judge, content = text`wanted\n`) => {
    const host = new ShellHost()
    const path = join(host.folder, 'x')
    writeFileSync(path, 'before')
    const { error, events } = await write(host, wantedFile(path, { content, validate: verdict, unit: 'haproxy' }))
    expect(existsSync(stagedPath(path))).toBe(false)
    expect(existsSync(`${path}.previous`)).toBe(error === undefined)
    expect(readFileSync(path, 'utf8')).toBe(error === undefined ? content.reveal() : 'before')
    return { message: error?.message, events, path }
  }

  test.each<readonly [what: string, verdict: Judge, good: boolean]>([
    ['good', judge(['grep', '-q', 'wanted', '%s']), true],
    ['refused by its status', judge(['grep', '-q', 'other', '%s']), false],
    ['a status that is good too', judge(['sh', '-c', 'exit 143', '%s'], { good: [0, 143] }), true],
    ['a status that is not', judge(['sh', '-c', 'exit 14', '%s'], { good: [0, 143] }), false],
    ['talkative, and that is fine', judge(['echo', 'fine']), true],
    ['talkative, and that means refused', judge(['echo', 'unknown keyword'], { silent: true }), false],
    ['talkative on stderr', judge(['sh', '-c', 'echo unknown >&2'], { silent: true }), false],
    ['silent as it should', judge(['true'], { silent: true }), true],
    ['a program that is not there', judge(['no-such-program', '%s']), false],
    ['words that the shell would take', judge(['test', '$(id) "*" it\'s', '=', '$(id) "*" it\'s']), true],
  ])('%s', async (_, verdict, good) => {
    expect((await refused(verdict)).message === undefined).toBe(good)
  })

  test('what the judge said is told', async () => {
    const { message, path } = await refused(judge(['sh', '-c', 'seq 20; exit 1', '%s']))
    expect(message).toContain(`${path} was refused by sh; the file was not changed`)
    expect(message).toContain('20\n')
    expect(message).not.toContain('12\n')
  })

  test('a judge that cites the file does not make the error show its secrets', async () => {
    const content = text`stats auth admin:${new Secret("'hun ter22'")}\nauth_pass ${new Secret('s3cr3t-w0rd')}\n`
    const { message, events } = await refused(judge(['grep', '-v', 'nothing', '%s'], { good: [7] }), content)
    expect(message).toContain('stats auth admin:')
    expect(`${message ?? ''}${JSON.stringify(events)}`).not.toMatch(/hun ter22|s3cr3t-w0rd/)
  })
})

describe('the version that ran before', () => {
  test('is kept as long as what came after it was never loaded', async () => {
    const host = new ShellHost()
    const path = join(host.folder, 'x')
    const previous = `${path}.previous`
    const file = (value: string) => wantedFile(path, { content: text`${value}`, unit: 'haproxy', mode: '0600' })
    const pending = join(host.state, 'pending', 'haproxy')
    writeFileSync(path, 'by hand', { mode: 0o600 })
    await write(host, file('one'))
    expect(readFileSync(previous, 'utf8')).toBe('by hand')
    expect(readFileSync(pending, 'utf8')).toBe(`${path}\n`)
    await write(host, file('two'))
    expect(readFileSync(previous, 'utf8')).toBe('by hand')
    expect(readFileSync(pending, 'utf8')).toBe(`${path}\n`)
    // A proved load takes the journal away.
    rmSync(pending)
    await write(host, file('three'))
    await write(host, file('four'))
    expect(readFileSync(previous, 'utf8')).toBe('two')
    expect(modeOf(previous)).toBe('0600')
    expect(
      readdirSync(host.folder)
        .filter((name) => name.startsWith('x'))
        .sort(),
    ).toEqual(['x', 'x.previous'])
  })

  test('of a file that was not there is none, until it was loaded', async () => {
    const host = new ShellHost()
    const path = join(host.folder, 'x')
    const file = (value: string) => wantedFile(path, { content: text`${value}`, unit: 'haproxy' })
    await write(host, file('one'))
    await write(host, file('two'))
    expect(existsSync(`${path}.previous`)).toBe(false)
  })

  test('is kept of each file that a unit reads', async () => {
    const host = new ShellHost()
    const paths = ['x', 'x.more'].map((name) => join(host.folder, name))
    for (const path of paths) writeFileSync(path, `before ${path}`)
    await write(host, ...paths.map((path) => wantedFile(path, { unit: 'haproxy' })))
    for (const path of paths) expect(readFileSync(`${path}.previous`, 'utf8')).toBe(`before ${path}`)
    expect(readFileSync(join(host.state, 'pending', 'haproxy'), 'utf8')).toBe(`${paths.join('\n')}\n`)
  })

  test('an old one goes when the file is new', async () => {
    const host = new ShellHost()
    const path = join(host.folder, 'x')
    writeFileSync(`${path}.previous`, 'of long ago')
    await write(host, wantedFile(path, { unit: 'haproxy' }))
    expect(existsSync(`${path}.previous`)).toBe(false)
  })

  test('a file that no unit reads keeps none', async () => {
    const host = new ShellHost()
    const path = join(host.folder, 'x')
    await write(host, wantedFile(path, { content: text`one` }))
    await write(host, wantedFile(path, { content: text`two` }))
    expect(existsSync(`${path}.previous`)).toBe(false)
  })
})
