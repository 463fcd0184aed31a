import { isIP } from 'node:net'
import { canonicalAddress } from '../../lib/address.ts'
import { atLeast } from '../../lib/version.ts'
import { DEFAULT_PORT } from './conf.ts'
import { type ListedMember, listedMembers, parseCorosync, type Section, sectionsAt } from './parse.ts'

/** What a member runs with, or shall. */
export interface CorosyncFiles {
  readonly conf: string
  /** The key as base64; undefined where there is none. */
  readonly authkey: string | undefined
}

/** What changes between two of them, as names of aspects; nothing is to be done where there are none. */
export interface CorosyncChanges {
  /** What running members take when they are told to read their files again, all of them at the same time. */
  readonly reload: readonly string[]
  /** What they take at their start only, or what would tear them apart while they run. */
  readonly restart: readonly string[]
  /** Members, by their new names, whose address on a link becomes another: live it is refused, and taken while they are stopped. */
  readonly moved: readonly string[]
}

/** Before 3.1 a running corosync kept the key and the ciphers that it was started with (release notes 3.1.0). */
const CRYPTO_BY_RELOAD = [3, 1]

/** Settings by where they stand, and what they are called; found in the lab to be kept until a restart, though a reload says nothing of it. */
const AT_START: Readonly<Record<string, string>> = {
  'totem.version': 'totem version',
  'totem.cluster_name': 'cluster name',
  'totem.transport': 'transport',
  'totem.ip_version': 'ip version',
  'quorum.provider': 'quorum provider',
}
const CRYPTO: Readonly<Record<string, string>> = {
  'totem.crypto_cipher': 'cipher',
  'totem.crypto_hash': 'hash',
  'totem.secauth': 'cipher',
  'totem.crypto_model': 'crypto model',
  'totem.keyfile': 'key',
}
const LIVE: Readonly<Record<string, string>> = {
  'totem.token': 'token',
  'quorum.two_node': 'votes',
  'quorum.expected_votes': 'votes',
}
/** What corosync does where a setting is not written. */
const DEFAULTS: Readonly<Record<string, string>> = {
  'totem.transport': 'knet',
  'totem.crypto_cipher': 'none',
  'totem.crypto_hash': 'none',
  'totem.secauth': 'off',
}
/** Looked at by themselves, or a matter of people. */
const APART = /^(totem\.interface|nodelist|logging)\./
/** Of multicast's days: knet reads none of them. */
const IDLE = ['bindnetaddr', 'mcastaddr', 'broadcast', 'ttl', 'ringnumber', 'linknumber']

/** What a change of the files changes for members that run, and how they can take it. Pure. */
export function corosyncChanges(before: CorosyncFiles, after: CorosyncFiles, version: string): CorosyncChanges {
  const [old, now] = [parseCorosync(before.conf), parseCorosync(after.conf)]
  const [was, is] = [settings(old), settings(now)]
  const changed = [...new Set([...was.keys(), ...is.keys()])].filter(
    (key) => !APART.test(key) && (was.get(key) ?? DEFAULTS[key]) !== (is.get(key) ?? DEFAULTS[key]),
  )
  const crypto = [
    ...changed.flatMap((key) => CRYPTO[key] ?? []),
    ...(before.authkey === after.authkey || after.authkey === undefined ? [] : ['key']),
  ]
  const members = memberChanges(listedMembers(before.conf), listedMembers(after.conf))
  const differ = (wanted: (key: string) => boolean): boolean =>
    String(linkSettings(old, wanted)) !== String(linkSettings(now, wanted))
  const taken = atLeast(version, CRYPTO_BY_RELOAD)
  const live = changed.filter((key) => AT_START[key] === undefined && CRYPTO[key] === undefined)
  return {
    reload: distinct([
      ...members.reload,
      ...(differ((key) => key !== 'mcastport' && !IDLE.includes(key)) ? ['links'] : []),
      ...live.map((key) => LIVE[key] ?? (key.startsWith('quorum.device') ? 'quorum device' : key)),
      ...(taken ? crypto : []),
    ]),
    restart: distinct([
      ...changed.flatMap((key) => AT_START[key] ?? []),
      // The sockets stay where they were opened.
      ...(differ((key) => key === 'mcastport') ? ['ports'] : []),
      ...members.restart,
      ...(taken ? [] : crypto),
    ]),
    moved: members.moved,
  }
}

function memberChanges(before: readonly ListedMember[], after: readonly ListedMember[]): CorosyncChanges {
  const pairs = after.flatMap((now) => {
    const was = counterpart(now, before)
    return was === undefined ? [] : [{ was, now }]
  })
  const moved = pairs.filter(isMoved)
  const linked = pairs.some(({ was, now }) => String([...was.addresses.keys()]) !== String([...now.addresses.keys()]))
  const staying = new Set(pairs.map(({ was }) => was))
  const replaced = pairs.length < after.length || staying.size < before.length
  return {
    reload: [...(replaced ? ['members'] : []), ...(linked ? ['links'] : [])],
    restart: [
      ...(moved.length > 0 ? ['addresses'] : []),
      ...(pairs.some(({ was, now }) => was.nodeId !== now.nodeId) ? ['node ids'] : []),
      ...(pairs.some(({ was, now }) => was.name !== undefined && was.name !== now.name) ? ['names'] : []),
    ],
    moved: moved.map(({ now }) => now.name ?? ''),
  }
}

/** The same member in the other file: one of its addresses is there, else its name, which in a file made by hand may stand as its address. */
function counterpart(one: ListedMember, others: readonly ListedMember[]): ListedMember | undefined {
  const own = new Set([...one.addresses.values()].map(notation))
  return (
    others.find(({ addresses }) => [...addresses.values()].some((address) => own.has(notation(address)))) ??
    others.find(({ name, addresses }) => one.name !== undefined && (name ?? addresses.get(0)) === one.name)
  )
}

/** An address that was a name resolves to the same, or corosync refuses to read its file: that is its to say. */
function isMoved({ was, now }: { readonly was: ListedMember; readonly now: ListedMember }): boolean {
  return [...now.addresses].some(([link, address]) => {
    const old = was.addresses.get(link)
    return old !== undefined && isIP(old) !== 0 && notation(old) !== notation(address)
  })
}

function notation(address: string): string {
  return isIP(address) === 0 ? address : canonicalAddress(address)
}

/** Every setting by its path: `totem.token`. */
function settings(section: Section, path = ''): ReadonlyMap<string, string> {
  return new Map([
    ...[...section.values].map(([key, value]) => [`${path}${key}`, value] as const),
    ...section.sections.flatMap((one) => [...settings(one, `${path}${one.name}.`)]),
  ])
}

/** What is said of the links themselves, as far as it is asked for. */
function linkSettings(section: Section, wanted: (key: string) => boolean): readonly string[] {
  return sectionsAt(section, ['totem', 'interface'])
    .flatMap(({ values }) => {
      const link = values.get('linknumber') ?? values.get('ringnumber') ?? '0'
      const usual = String(DEFAULT_PORT + Number(link))
      return [...values]
        .filter(([key, value]) => wanted(key) && !(key === 'mcastport' && value === usual))
        .map(([key, value]) => `${link} ${key} ${value}`)
    })
    .toSorted()
}

function distinct(names: readonly string[]): readonly string[] {
  return [...new Set(names)]
}
