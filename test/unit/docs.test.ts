import type { Command } from 'commander'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { createProgram } from '../../src/cli/program.ts'
import { parseInventory } from '../../src/inventory/parse.ts'
import { HaError, InterruptedError, UnreachableError, VerificationError } from '../../src/lib/errors.ts'
import { renderProblem } from '../../src/lib/problem.ts'
import { placeholders } from './inventory/environment.ts'

const root = new URL('../../', import.meta.url)
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8')

const documents = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'docs/architecture.md'].map((path) => ({
  path,
  text: read(path),
}))

/** The fenced blocks of a language. */
function fences(language: string): readonly string[] {
  return documents.flatMap(({ text }) =>
    [...text.matchAll(/^```(\w+)\n(.*?)^```$/gms)].flatMap(([, own, body = '']) => (own === language ? [body] : [])),
  )
}

/** The words of each command line in shell blocks, without comments, pipes and what comes after them. */
const commandLines = fences('sh')
  .flatMap((body) => body.split('\n'))
  .map((line) => line.replace(/\s+#.*$/, '').split(/\s*[|>]/)[0] ?? '')
  .map((line) => line.split(/\s+/).filter((word) => word !== ''))
  .filter((words) => words.length > 0)

/** The real program with commands that do nothing. */
function harmless(): Command {
  const still = (command: Command): Command => {
    command.configureOutput({ writeErr: () => undefined, writeOut: () => undefined })
    command.commands.forEach(still)
    return command.commands.length > 0 ? command : command.action(() => undefined)
  }
  return still(createProgram({ exitCode: 0, signal: new AbortController().signal }, '0'))
}

describe('command lines in the documents', () => {
  const ours = commandLines.filter(([program]) => program === 'ha-provision').map((words) => words.slice(1))

  test.each(ours.map((words) => [words.join(' '), words] as const))('ha-provision %s', async (line, words) => {
    if (line === '--version') return
    await harmless().parseAsync([...words], { from: 'user' })
  })

  test('show every command', () => {
    const shown = new Set(ours.map(([command]) => command))
    const all = harmless().commands.map((command) => command.name())
    expect(all.filter((name) => !shown.has(name))).toEqual([])
  })

  test('are refused here when they are wrong', async () => {
    await expect(harmless().parseAsync(['up', 'a.yaml', '--no-such-option'], { from: 'user' })).rejects.toThrow()
  })

  test('name scripts of package.json', () => {
    const manifest: unknown = JSON.parse(read('package.json'))
    const named = commandLines.flatMap(([program, verb, name = '']) =>
      program !== 'npm' ? [] : verb === 'run' ? [name] : verb === 'test' ? ['test'] : [],
    )
    expect(named.length).toBeGreaterThan(5)
    for (const name of named) expect(manifest).toHaveProperty(['scripts', name])
  })

  test('begin with programs that are expected', () => {
    const programs = new Set(commandLines.map(([program]) => program))
    expect([...programs].sort()).toEqual(['.ci/run', 'ha-provision', 'npm', 'npx'])
  })
})

test.each(fences('yaml').map((body, index) => [index + 1, body] as const))('inventory %i is right', (_, body) => {
  const { problems, inventory } = parseInventory(body, 'doc.yaml', placeholders)
  expect(problems.map(renderProblem)).toEqual([])
  expect(inventory).toBeDefined()
})

describe('names in the documents', () => {
  const made = ['inventories/lab.yaml']

  test.each(documents)('files in $path exist', ({ text }) => {
    const named = [...text.matchAll(/`((?:[\w.-]+\/)+[\w.-]*|[A-Z]+\.md|LICENSE|[\w.-]+\.(?:json|ya?ml))`/g)]
      .map(([, path = '']) => path)
      .filter((path) => !made.includes(path))
    expect(named.filter((path) => !existsSync(new URL(path, root)))).toEqual([])
  })

  test('paths of tests after a rule exist', () => {
    const named = documents.flatMap(({ text }) => [...text.matchAll(/\btest\/[\w/.-]+\.ts\b/g)].map(([path]) => path))
    expect(named.filter((path) => !existsSync(new URL(path, root)))).toEqual([])
  })
})

test('code in the documents is run by a test', () => {
  const lines = fences('ts').flatMap((body) => body.split('\n').filter((line) => line.trim() !== ''))
  const run = new Set(
    readdirSync(new URL('test/integration/', root), { encoding: 'utf8' })
      .filter((name) => name.endsWith('.test.ts'))
      .flatMap((name) => read(`test/integration/${name}`).split('\n'))
      .map((line) => line.trim()),
  )
  expect(lines.length).toBeGreaterThan(0)
  expect(lines.filter((line) => !run.has(line.trim()))).toEqual([])
})

test('the exit codes are those of the program', () => {
  const table = [...read('README.md').matchAll(/^\| (\d+) \| (.+) \|$/gm)].map(([, code]) => Number(code))
  const errors = [new HaError(''), new VerificationError(''), new UnreachableError(''), new InterruptedError('')]
  const [done, changes] = [0, 2]
  expect(table).toEqual([done, changes, ...errors.map(({ exitCode }) => exitCode)].sort((a, b) => a - b))
})

test('the changelog begins with the version of the package', () => {
  const version = /^## (\S+)/m.exec(read('CHANGELOG.md'))?.[1]
  expect(JSON.parse(read('package.json'))).toHaveProperty('version', version)
})
