import type { Corosync, Inventory, LoadBalancer } from '../../inventory/model.ts'
import { deviceVotes, isTwoNode } from './votes.ts'

/** corosync's own: the port of the first link, each further link having the next one. */
export const DEFAULT_PORT = 5405

/**
 * corosync.conf, the same bytes on all members. Members stand in the order of their numbers, which editing the inventory does not change.
 * The count of votes is left to the list: `expected_votes` would override it, and make a lone member quorate.
 */
export function renderCorosync(inventory: Inventory, nodeIds: ReadonlyMap<string, number>): string {
  const { corosync, cluster, loadBalancers } = inventory
  const idOf = ({ name }: LoadBalancer): number => nodeIds.get(name) ?? 0
  const members = loadBalancers.toSorted((a, b) => idOf(a) - idOf(b))
  const sections = [
    [`# Managed by ha-provision for the cluster ${cluster}: changes made here are overwritten.`],
    section('totem', [
      'version: 2',
      `cluster_name: ${cluster}`,
      'transport: knet',
      `crypto_cipher: ${corosync.cipher}`,
      `crypto_hash: ${corosync.hash}`,
      `token: ${corosync.token}`,
      ...rawLines(corosync.extra.totem),
      ...links(corosync, members),
    ]),
    section(
      'nodelist',
      members.flatMap((member) => section('node', memberLines(member, idOf(member)))),
    ),
    section('quorum', [
      'provider: corosync_votequorum',
      ...(isTwoNode(inventory) ? ['two_node: 1'] : []),
      ...rawLines(corosync.extra.quorum),
      ...deviceLines(corosync, members.length),
    ]),
    // The journal has a time of its own.
    section('logging', ['to_stderr: no', 'to_logfile: no', 'to_syslog: yes', 'timestamp: off']),
    ...[rawLines(corosync.extra.file)].filter((lines) => lines.length > 0),
  ]
  return `${sections.map((lines) => lines.join('\n')).join('\n\n')}\n`
}

function memberLines({ name, address, links: further }: LoadBalancer, id: number): readonly string[] {
  return [`name: ${name}`, `nodeid: ${id}`, ...[address, ...further].map((one, link) => `ring${link}_addr: ${one}`)]
}

/** corosync's own choice of ports needs no words. */
function links({ port }: Corosync, members: readonly LoadBalancer[]): readonly string[] {
  if (port === DEFAULT_PORT) return []
  const count = 1 + Math.max(0, ...members.map((member) => member.links.length))
  return Array.from({ length: count }, (_, link) =>
    section('interface', [`linknumber: ${link}`, `mcastport: ${port + link}`]),
  ).flat()
}

function deviceLines(corosync: Corosync, members: number): readonly string[] {
  const { device } = corosync
  if (device === undefined) return []
  const { host, port, algorithm, tls } = device
  const net = [
    `host: ${host}`,
    ...(port === undefined ? [] : [`port: ${port}`]),
    `algorithm: ${algorithm}`,
    `tls: ${tls}`,
  ]
  return section('device', ['model: net', `votes: ${deviceVotes(corosync, members)}`, ...section('net', net)])
}

function section(name: string, lines: readonly string[]): string[] {
  return [`${name} {`, ...lines.map((line) => `    ${line}`), '}']
}

function rawLines(raw: string): readonly string[] {
  return raw
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line.trim() !== '')
}
