import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const CHECKOUT = fileURLToPath(new URL('../..', import.meta.url))

const INVENTORY = `
cluster: demo
load_balancers: { lb1: 192.168.1.11, lb2: 192.168.1.12 }
vips: { api: { address: 192.168.1.10/24, interface: eth0 } }
haproxy:
  frontends:
    kube-apiserver: { servers: { cp1: "192.168.1.21:6443", cp2: "192.168.1.22:6443" } }
`

describe('the package, installed globally', () => {
  let folder: string
  let files: readonly string[]
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ha-provision-package-'))
    // What the build made is there already; another build while tests read dist would pull it from under them.
    const pack = ['pack', '--ignore-scripts', '--json', '--pack-destination', folder]
    await execa('npm', pack, { cwd: CHECKOUT, stdin: 'ignore', timeout: 120_000 })
    const archive = (await readdir(folder)).find((name) => name.endsWith('.tgz')) ?? 'no archive'
    files = (await execa('tar', ['-tzf', join(folder, archive)])).stdout.split('\n')
    const install = [
      'install',
      '--global',
      '--prefix',
      join(folder, 'prefix'),
      '--omit',
      'dev',
      // The checkout's own installation has filled the cache.
      '--prefer-offline',
      '--no-audit',
      '--no-fund',
    ]
    await mkdir(join(folder, 'work'))
    // From elsewhere, so that nothing of the checkout can be found by accident.
    const elsewhere = { cwd: join(folder, 'work'), stdin: 'ignore', timeout: 300_000 } as const
    await execa('npm', [...install, join(folder, archive)], elsewhere)
    await writeFile(join(folder, 'work', 'demo.yaml'), INVENTORY)
  })
  afterAll(async () => {
    await rm(folder, { recursive: true, force: true })
  })

  async function program(...words: readonly string[]): Promise<string> {
    const bin = join(folder, 'prefix', 'bin', 'ha-provision')
    const { stdout } = await execa(bin, words, { cwd: join(folder, 'work'), stdin: 'ignore', timeout: 30_000 })
    return stdout
  }

  it('holds what it needs, and nothing for developers', () => {
    const shipped = new Set(files.map((path) => path.split('/')[1]))
    expect([...shipped].sort()).toEqual([
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'dist',
      'docker-compose.test.yml',
      'docs',
      'inventories',
      'inventory.schema.json',
      'lab',
      'package.json',
      'playbooks',
    ])
    // Never those of a lab, which `lab up` writes beside them.
    const inventories = files.filter((path) => path.startsWith('package/inventories/'))
    expect(inventories.map((path) => basename(path, '.yaml')).sort()).toEqual([
      'alpine-pair',
      'example',
      'example-pacemaker',
      'kubesphere-pair',
      'stacked-masters',
      'under-the-hood',
    ])
    expect(files.filter((path) => /\.(ts|map)$/.test(path))).toEqual([])
  })

  it('tells its version', async () => {
    expect(await program('--version')).toMatch(/^\d+\.\d+\.\d+$/)
  })

  it('validates', async () => {
    expect(await program('validate', 'demo.yaml')).toBe('demo.yaml: no problems')
  })

  it('prints the schema that is in the repository', async () => {
    const { stdout } = await execa('cat', [join(CHECKOUT, 'inventory.schema.json')])
    expect(await program('schema')).toBe(stdout)
  })

  it('renders the files of every host', async () => {
    const written = (await program('render', 'demo.yaml', '--out', 'out')).split('\n')
    expect(written).toContain('out/lb1/etc/haproxy/haproxy.cfg')
    expect(written).toContain('out/lb2/etc/keepalived/keepalived.conf')
    expect(await readdir(join(folder, 'work', 'out'))).toEqual(['lb1', 'lb2'])
  })
})
