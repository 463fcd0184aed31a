import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { describe, expect, test } from 'vitest'
import { kinds } from '../../src/resources/index.ts'

const SRC = fileURLToPath(new URL('../../src', import.meta.url))

/** From the ground up: a room imports only from itself and from rooms before it. */
const ROOMS = [
  'lib',
  'inventory',
  'platform',
  'connection',
  'facts',
  'resources',
  'checks',
  'roles',
  'playbook',
  'engine',
  'report',
  'lab',
  'cli',
  'main.ts',
]

/** Where a dependency comes in: nowhere else is it imported. zod, the shape of everything that is read, is free. */
const DOORS: Readonly<Record<string, readonly string[]>> = {
  '@inquirer/password': ['connection'],
  'age-encryption': ['inventory'],
  commander: ['cli'],
  diff: ['lib'],
  execa: ['connection', 'lab'],
  'ip-address': ['lib', 'inventory', 'checks', 'engine'],
  listr2: ['report'],
  'p-limit': ['connection'],
  ssh2: ['connection'],
  yaml: ['lib'],
  '@xmldom/xmldom': ['lib'],
  zod: ROOMS,
}

const LONGEST = 250

interface Source {
  /** `engine/up.ts`. */
  readonly path: string
  readonly text: string
  readonly imports: readonly { readonly what: string; readonly typeOnly: boolean }[]
}

const sources = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .sort()
  .map((path): Source => {
    const text = readFileSync(join(SRC, path), 'utf8')
    return { path, text, imports: importsOf(path, text) }
  })

/** Static and lazy imports, and what is exported on. */
function importsOf(path: string, text: string): Source['imports'] {
  const found: { what: string; typeOnly: boolean }[] = []
  const visit = (node: ts.Node): void => {
    if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier !== undefined) {
      const typeOnly = ts.isImportDeclaration(node)
        ? node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword
        : node.isTypeOnly
      if (ts.isStringLiteral(node.moduleSpecifier)) found.push({ what: node.moduleSpecifier.text, typeOnly })
    }
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      const [what] = node.arguments
      found.push({
        what: what !== undefined && ts.isStringLiteral(what) ? what.text : 'not a literal',
        typeOnly: false,
      })
    }
    ts.forEachChild(node, visit)
  }
  visit(ts.createSourceFile(path, text, ts.ScriptTarget.Latest))
  return found
}

function roomOf(path: string): string {
  return path.split('/')[0] ?? ''
}

/** `diff` of `diff/lib/patch/create.js`. */
function packageOf(what: string): string {
  return what
    .split('/')
    .slice(0, what.startsWith('@') ? 2 : 1)
    .join('/')
}

/** The files of ours that a file imports. */
function ownImports({ path, imports }: Source): readonly string[] {
  return imports.filter(({ what }) => what.startsWith('.')).map(({ what }) => join(dirname(path), what))
}

describe('the rooms of src', () => {
  test('are the ones in the list', () => {
    expect([...new Set(sources.map(({ path }) => roomOf(path)))].sort()).toEqual([...ROOMS].sort())
  })

  test('import only from themselves and from rooms before them', () => {
    const wrong = sources.flatMap((source) =>
      ownImports(source)
        .filter((target) => ROOMS.indexOf(roomOf(target)) > ROOMS.indexOf(roomOf(source.path)))
        .map((target) => `${source.path} → ${target}`),
    )
    expect(wrong).toEqual([])
  })

  test('import files of ours by a relative path that ends in .ts', () => {
    const wrong = sources.flatMap(({ path, imports }) =>
      imports
        .filter(({ what }) => (what.startsWith('.') ? !what.endsWith('.ts') : what.startsWith('/')))
        .map(({ what }) => `${path} → ${what}`),
    )
    expect(wrong).toEqual([])
  })

  test('have one door for each dependency', () => {
    const wrong = sources.flatMap(({ path, imports }) =>
      imports
        .filter(({ what }) => !what.startsWith('.') && !what.startsWith('node:'))
        .filter(({ what }) => DOORS[packageOf(what)]?.includes(roomOf(path)) !== true)
        .map(({ what }) => `${path} → ${what}`),
    )
    expect(wrong).toEqual([])
  })
})

test('no files import each other in a circle', () => {
  const targets = new Map(sources.map((source) => [source.path, ownImports(source)]))
  const clean = new Set<string>()
  const circles: string[] = []
  const walk = (path: string, way: readonly string[]): void => {
    if (way.includes(path)) circles.push([...way.slice(way.indexOf(path)), path].join(' → '))
    else if (!clean.has(path)) for (const next of targets.get(path) ?? []) walk(next, [...way, path])
    clean.add(path)
  }
  for (const { path } of sources) walk(path, [])
  expect(circles).toEqual([])
})

describe('every file of src', () => {
  test(`has at most ${LONGEST} lines`, () => {
    const long = sources.filter(({ text }) => text.trimEnd().split('\n').length > LONGEST).map(({ path }) => path)
    expect(long).toEqual([])
  })

  test('leaves the console alone', () => {
    expect(sources.filter(({ text }) => /\bconsole\./.test(text)).map(({ path }) => path)).toEqual([])
  })

  test('leaves the exit to main.ts', () => {
    expect(sources.filter(({ text }) => /\bprocess\.exit\b/.test(text)).map(({ path }) => path)).toEqual(['main.ts'])
  })
})

test('every kind of resource is in the visible list', () => {
  const files = sources.filter(({ text }) => /^export const \w+Kind: Kind</m.test(text))
  expect(kinds.map(({ kind }) => `resources/${kind}.ts`).sort()).toEqual(files.map(({ path }) => path).sort())
})
