import { HostError } from '../lib/errors.ts'
import { Secret } from '../lib/secret.ts'
import { parseFirewall } from './firewall.ts'
import { choosePlatform, supportedSystems } from '../platform/choose.ts'
import { parseInterfaces } from './interfaces.ts'
import { parseMembers } from './members.ts'
import { parseNetworkd } from './networkd.ts'
import { parseOsRelease } from './os-release.ts'
import { parseSelinux } from './selinux.ts'
import type { Facts, ProgramVersion } from './types.ts'

/** Reads what the facts script printed. Throws HostError for a distribution that no platform stands for. */
export function parseFacts(host: string, output: string, marker: string): Facts {
  const section = sections(host, output, marker)
  const os = parseOsRelease(section('os'))
  const programs = lines(section('programs'))
  const choice = choosePlatform({ os, init: section('init'), programs })
  if (choice === undefined) throw unsupported(host, os.name, section('init'), programs)
  const { platform, release, note } = choice
  const [architecture = '', hostname = '', user = '', uid = ''] = section('machine').split('\n')
  const [etc = 0, var_ = 0] = section('space')
    .split('\n')
    .map((kib) => Number(kib) * 1024)
  return {
    host,
    os,
    platform: platform.name,
    init: platform.init.name,
    notes: note === undefined ? [] : [note],
    programs,
    architecture,
    hostname,
    user: { name: user, uid: Number(uid) },
    interfaces: parseInterfaces(section('links'), section('addresses')),
    versions: {
      haproxy: version(section('haproxy'), release.haproxy),
      keepalived: version(section('keepalived'), release.keepalived),
      corosync: version(section('corosync'), release.corosync ?? ''),
      pacemaker: version(section('pacemaker'), release.pacemaker ?? ''),
    },
    firewall: parseFirewall(section('firewall')),
    selinux: parseSelinux(section('selinux')),
    networkd: parseNetworkd(section('networkd')),
    haproxyBuild: section('build')
      .split(/\s+/)
      .filter((feature) => feature !== ''),
    repositories: lines(section('repositories')),
    free: { etc, var: var_ },
    configs: {
      keepalived: secret(section('keepalived.conf')),
      haproxy: secret(section('haproxy.cfg')),
      corosync: secret(section('corosync.conf')),
      authkey: secret(section('authkey').replaceAll(/\s/g, '')),
    },
    members: parseMembers(section('members')),
  }
}

function lines(text: string): readonly string[] {
  return text.split('\n').filter((line) => line !== '')
}

/** What was found, and what is supported. */
function unsupported(host: string, name: string, init: string, programs: readonly string[]): HostError {
  const managers = ['apt-get', 'dnf', 'yum', 'apk'].filter((program) => programs.includes(program))
  const found = `${init || 'no known init system'} and ${managers.join(', ') || 'no known package manager'}`
  return new HostError(`${name || 'an unknown system'} with ${found} is not supported`, {
    where: host,
    mend: `supported are: ${supportedSystems()}`,
  })
}

/** The text of each section, trimmed. A script that was cut off lacks its last one, and is not believed. */
function sections(host: string, output: string, marker: string): (name: string) => string {
  const texts = new Map<string, string>()
  for (const part of output.split(`${marker} `).slice(1)) {
    const end = part.indexOf('\n')
    texts.set(part.slice(0, end), part.slice(end + 1).trim())
  }
  return (name) => {
    const found = texts.get(name)
    if (found === undefined)
      throw new HostError(`the facts lack '${name}': the script was cut off`, { where: host, mend: 'run again' })
    return found
  }
}

/** `HAProxy version 2.6.12-1+deb12u3 2025/10/03 …`, `Keepalived v2.2.7 (01/16,2022)`, `Corosync Cluster Engine, version '3.1.7'`, `Pacemaker 2.1.5`. */
function version(line: string, usual: string): ProgramVersion {
  const found = /(?:version|Keepalived v|Pacemaker)\s*'?(\d+(?:\.\d+)+)/i.exec(line)?.[1]
  return found === undefined ? { version: usual, installed: false } : { version: found, installed: true }
}

function secret(value: string): Secret | undefined {
  return value === '' ? undefined : new Secret(value)
}
