import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { loadInventory, type LoadOptions } from '../../../src/inventory/load.ts'
import { InputError } from '../../../src/lib/problem.ts'
import { Secret } from '../../../src/lib/secret.ts'

let folder = ''

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'inventory-'))
})
afterAll(async () => {
  await rm(folder, { recursive: true })
})

async function file(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, content)
  return path
}

async function refusal(path: string, options?: LoadOptions): Promise<string> {
  const thrown: unknown = await loadInventory(path, options).then(
    () => undefined,
    (error: unknown) => error,
  )
  expect(thrown).toBeInstanceOf(InputError)
  return thrown instanceof InputError ? thrown.describe().replaceAll(folder, '') : ''
}

const inventory = (authPass: string) => `
cluster: demo
load_balancers: { lb1: 10.0.0.11, lb2: 10.0.0.12 }
vips: { api: { address: 10.0.0.10/24, interface: eth0 } }
keepalived: { auth_pass: ${authPass} }
haproxy: { frontends: { api: { servers: { cp1: "10.0.0.21:6443" } } } }
`

describe('a file that cannot be an inventory', () => {
  test('is not there', async () => {
    expect(await refusal(join(folder, 'nothing.yaml'))).toBe(
      '/nothing.yaml:1:1: there is no such file; correct the path, or start from a copy of inventories/example.yaml',
    )
  })

  test('is a directory', async () => {
    expect(await refusal(folder)).toBe(':1:1: this is a directory; name the inventory file in it')
  })

  test('is binary', async () => {
    expect(await refusal(await file('binary', new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 0xff])))).toMatch(
      'not a text file in UTF-8',
    )
    expect(await refusal(await file('nul', 'cluster: a\0b'))).toMatch('not a text file in UTF-8')
  })

  test('is far too large', async () => {
    expect(await refusal(await file('large.yaml', '# '.repeat(5 * 1024 * 1024)))).toMatch('larger than 1 MiB')
  })

  test('is empty', async () => {
    expect(await refusal(await file('empty.yaml', ''))).toMatch('the inventory is empty')
  })

  test('may not be read', async () => {
    const path = await file('locked.yaml', 'cluster: demo')
    await chmod(path, 0)
    // Root reads everything: so be nobody for a moment.
    const isRoot = process.geteuid?.() === 0
    if (isRoot) process.seteuid?.(65_534)
    try {
      expect(await refusal(path)).toMatch('you may not read this file')
    } finally {
      if (isRoot) process.seteuid?.(0)
    }
  })
})

describe('secrets', () => {
  async function authPass(text: string, options?: LoadOptions): Promise<string | undefined> {
    const { inventory: loaded } = await loadInventory(await file('secret.yaml', inventory(text)), options)
    return loaded.keepalived.authPass instanceof Secret ? loaded.keepalived.authPass.reveal() : undefined
  }

  test('from the environment, a file beside the inventory, a command', async () => {
    vi.stubEnv('TEST_VRRP_PASS', 'from-env')
    await mkdir(join(folder, 'secrets'), { recursive: true })
    await file('secrets/vrrp', 'fr-file\n')
    expect(await authPass('{ env: TEST_VRRP_PASS }')).toBe('from-env')
    expect(await authPass('{ file: secrets/vrrp }')).toBe('fr-file')
    expect(await authPass('{ command: "cat secrets/vrrp" }')).toBe('fr-file')
    vi.unstubAllEnvs()
  })

  test('are not looked up where nobody needs them', async () => {
    expect(await authPass('{ command: "touch looked-up; false" }', { secrets: 'placeholder' })).toBe('********')
    expect(await refusal(join(folder, 'looked-up'))).toMatch('there is no such file')
  })

  test.each([
    [
      '{ env: TEST_NOT_SET }',
      '.env: the environment has no variable TEST_NOT_SET; export TEST_NOT_SET before you run the tool',
    ],
    ['{ file: nowhere }', '.file: /nowhere cannot be read; create the file, or correct the path'],
    ['{ command: "exit 3" }', '.command: the command that should print the secret failed; run it by hand to see why'],
    ['{ command: "true" }', '.command: the secret is empty; put a value there, or remove the key'],
  ])('%s', async (text, expected) => {
    expect(await refusal(await file('missing.yaml', inventory(text)))).toMatch(expected)
  })
})
