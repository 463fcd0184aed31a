import { networkInterfaces } from 'node:os'
import { HaError } from '../lib/errors.ts'
import { stableNumber } from './layout.ts'
import { attempt, run } from './run.ts'

/** Says on a network which folder its lab is kept in. */
export const folderLabel = 'ha-provision.lab.folder'

/**
 * The first three octets of the lab's /24: those it had before, else one of 10.213.0 to 10.213.255, the same at each call
 * for the same checkout; the next one where a subnet in `taken` (CIDR) overlaps. Throws an HaError when all do.
 */
export function choosePrefix(checkout: string, taken: readonly string[], before?: string): string {
  const start = stableNumber(checkout, 256)
  const candidates = Array.from({ length: 256 }, (_, step) => `10.213.${(start + step) % 256}`)
  for (const prefix of before === undefined ? candidates : [before, ...candidates]) {
    if (!taken.some((used) => overlap(`${prefix}.0/24`, used))) return prefix
  }
  throw new HaError('no free /24 in 10.213.0.0/16 for the lab', { where: 'lab', mend: 'docker network prune' })
}

/** Subnets that Docker's networks and this machine's interfaces use, except those of one project. */
export async function takenSubnets(exceptProject: string): Promise<string[]> {
  const own = Object.values(networkInterfaces()).flatMap((addresses) => addresses?.map(({ cidr }) => cidr ?? '') ?? [])
  return [...own, ...(await foreignNetworks(exceptProject)).flatMap(({ subnets }) => subnets)]
}

/** Who has a network of Docker that overlaps a subnet, in words; undefined where only this project has, or nobody. */
export async function holderOf(subnet: string, exceptProject: string): Promise<string | undefined> {
  const networks = await foreignNetworks(exceptProject)
  const holder = networks.find(({ subnets }) => subnets.some((other) => overlap(subnet, other)))
  if (holder === undefined) return undefined
  return holder.folder === '' ? `Docker's network ${holder.name}` : `the lab in ${holder.folder}`
}

interface Network {
  readonly name: string
  readonly subnets: readonly string[]
  /** The folder of the lab it is of, where it says so. */
  readonly folder: string
}

async function foreignNetworks(exceptProject: string): Promise<readonly Network[]> {
  const ids = (await run('docker', ['network', 'ls', '--quiet'], { seconds: 30 })).split('\n').filter((id) => id !== '')
  const fields = [
    `{{index .Labels "com.docker.compose.project"}}`,
    '{{.Name}}',
    '{{range .IPAM.Config}}{{.Subnet}} {{end}}',
    `{{index .Labels "${folderLabel}"}}`,
  ]
  // A network that its own lab removes meanwhile is no error: the others are told all the same.
  const inspect = ['network', 'inspect', '--format', fields.join('|'), ...ids]
  const { stdout } = await attempt('docker', inspect, { seconds: 30 })
  const rows = stdout.split('\n').map((line) => line.split('|'))
  return rows.flatMap(([project, name = '', subnets = '', folder = '']) =>
    project === exceptProject ? [] : [{ name, subnets: subnets.split(' '), folder: folder.replace('<no value>', '') }],
  )
}

function overlap(one: string, other: string): boolean {
  const [a, b] = [range(one), range(other)]
  return a !== undefined && b !== undefined && a.first <= b.last && b.first <= a.last
}

function range(cidr: string): { first: number; last: number } | undefined {
  const match = /^(\d+\.\d+\.\d+\.\d+)\/(\d+)$/.exec(cidr)
  if (match?.[1] === undefined) return undefined
  const size = 2 ** (32 - Number(match[2]))
  const first = Math.floor(numberOf(match[1]) / size) * size
  return { first, last: first + size - 1 }
}

function numberOf(address: string): number {
  return address.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0)
}
