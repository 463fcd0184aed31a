import { createHash } from 'node:crypto'
import { usualPlatform } from './platforms.ts'

/** Who is who in a lab, by the last octet of the address. */
const octets = {
  bastion: { bastion: 10 },
  loadBalancers: { lb1: 11, lb2: 12, lb3: 13, lb4: 14 },
  apis: { api1: 21, api2: 22, api3: 23 },
  vip: 100,
  spareVip: 101,
} as const

/** Most load balancers a lab can have. */
export const maxHosts = Object.keys(octets.loadBalancers).length

/** A container of the lab and its address. */
export interface LabHost {
  readonly name: string
  readonly address: string
}

/** A load balancer of the lab, and what it is (debian-12, say). */
export interface LabBalancer extends LabHost {
  readonly platform: string
}

/**
 * Everybody of a lab whose addresses begin with `prefix` (10.213.7, say), with so many load balancers; the list of
 * platforms goes round and round over them.
 */
export function layout(prefix: string, count: number, platforms: readonly string[] = [usualPlatform]) {
  const at = (octet: number) => `${prefix}.${octet}`
  const named = (all: Readonly<Record<string, number>>): LabHost[] =>
    Object.entries(all).map(([name, octet]) => ({ name, address: at(octet) }))
  return {
    subnet: `${prefix}.0/24`,
    vip: at(octets.vip),
    spareVip: at(octets.spareVip),
    bastion: { name: 'bastion', address: at(octets.bastion.bastion) },
    hosts: named(octets.loadBalancers)
      .slice(0, count)
      .map((host, index): LabBalancer => ({
        ...host,
        platform: platforms[index % platforms.length] ?? usualPlatform,
      })),
    apis: named(octets.apis),
  }
}

/** The first three octets of a /24. */
export function prefixOf(subnet: string): string {
  return subnet.split('.').slice(0, 3).join('.')
}

/** A number below `below` that is always the same for the same text. */
export function stableNumber(text: string, below: number): number {
  return createHash('sha256').update(text).digest().readUInt32BE(0) % below
}

/** The Compose project of a lab: two checkouts never meet, nor do two labs of one. */
export function projectName(checkout: string, name?: string): string {
  const project = `ha-lab-${createHash('sha256').update(checkout).digest('hex').slice(0, 8)}`
  return name === undefined ? project : `${project}-${name}`
}
