import { HostError } from '../lib/errors.ts'
import { Secret } from '../lib/secret.ts'
import { findPlatform, platforms } from '../platform/index.ts'
import { parseFirewall } from './firewall.ts'
import { parseInterfaces } from './interfaces.ts'
import { parseMembers } from './members.ts'
import { parseOsRelease } from './os-release.ts'
import type { Facts, ProgramVersion } from './types.ts'

/** Reads what the facts script printed. Throws HostError for a distribution that no platform stands for. */
export function parseFacts(host: string, output: string, marker: string): Facts {
  const section = sections(host, output, marker)
  const os = parseOsRelease(section('os'))
  const init = section('init') === 'openrc' ? 'openrc' : 'systemd'
  const platform = findPlatform(os.id, os.idLike, section('init'))
  if (platform === undefined) {
    const supported = platforms.map(({ ids, init: { name } }) => `${ids.join(', ')} with ${name}`).join('; ')
    throw new HostError(
      `${os.name || 'an unknown system'} with ${section('init') || 'no known init system'} is not supported`,
      {
        where: host,
        mend: `supported are: ${supported}`,
      },
    )
  }
  const [architecture = '', hostname = '', user = '', uid = ''] = section('machine').split('\n')
  const [etc = 0, var_ = 0] = section('space')
    .split('\n')
    .map((kib) => Number(kib) * 1024)
  return {
    host,
    os,
    platform: platform.name,
    init,
    architecture,
    hostname,
    user: { name: user, uid: Number(uid) },
    interfaces: parseInterfaces(section('links'), section('addresses')),
    versions: {
      haproxy: version(section('haproxy'), platform.haproxy.usualVersion),
      keepalived: version(section('keepalived'), platform.keepalived.usualVersion),
    },
    firewall: parseFirewall(section('firewall')),
    free: { etc, var: var_ },
    configs: { keepalived: secret(section('keepalived.conf')), haproxy: secret(section('haproxy.cfg')) },
    members: parseMembers(section('members')),
  }
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

/** `HAProxy version 2.6.12-1+deb12u3 2025/10/03 …`, `Keepalived v2.2.7 (01/16,2022)`. */
function version(line: string, usual: string): ProgramVersion {
  const found = /(?:version|Keepalived v)\s*(\d+(?:\.\d+)+)/i.exec(line)?.[1]
  return found === undefined ? { version: usual, installed: false } : { version: found, installed: true }
}

function secret(value: string): Secret | undefined {
  return value === '' ? undefined : new Secret(value)
}
