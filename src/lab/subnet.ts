import { networkInterfaces } from 'node:os'
import { HaError } from '../lib/errors.ts'
import { stableNumber } from './layout.ts'
import { run } from './run.ts'

/**
 * The first three octets of the lab's /24: those it had before, else one of 10.213.0 to 10.213.255, the same at each call
 * for the same checkout; the next one where a subnet in `taken` (CIDR) overlaps. Throws an HaError when all do.
 */
export function choosePrefix(checkout: string, taken: readonly string[], before?: string): string {
  const start = stableNumber(checkout, 256)
  const ranges = taken.flatMap((cidr) => range(cidr) ?? [])
  const candidates = Array.from({ length: 256 }, (_, step) => `10.213.${(start + step) % 256}`)
  for (const prefix of before === undefined ? candidates : [before, ...candidates]) {
    const first = numberOf(`${prefix}.0`)
    if (!ranges.some((used) => used.first <= first + 255 && first <= used.last)) return prefix
  }
  throw new HaError('no free /24 in 10.213.0.0/16 for the lab', { where: 'lab', mend: 'docker network prune' })
}

/** Subnets that Docker's networks and this machine's interfaces use, except those of one project. */
export async function takenSubnets(exceptProject: string): Promise<string[]> {
  const own = Object.values(networkInterfaces()).flatMap((addresses) => addresses?.map(({ cidr }) => cidr ?? '') ?? [])
  const ids = (await run('docker', ['network', 'ls', '--quiet'], { seconds: 30 })).split('\n').filter((id) => id !== '')
  if (ids.length === 0) return own
  const format = '{{index .Labels "com.docker.compose.project"}}|{{range .IPAM.Config}}{{.Subnet}} {{end}}'
  const lines = (await run('docker', ['network', 'inspect', '--format', format, ...ids], { seconds: 30 })).split('\n')
  const foreign = lines.filter((line) => !line.startsWith(`${exceptProject}|`))
  return [...own, ...foreign.flatMap((line) => (line.split('|')[1] ?? '').split(' '))]
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
