import type { EventOf } from './run.ts'

type Facts = EventOf<'facts'>['facts']

/** What a host is, in three lines. */
export function factsText(facts: Facts): string {
  const { architecture, init, interfaces, os, platform, versions } = facts
  const addresses = interfaces.flatMap(({ name, addresses }) => {
    const told = addresses.map(({ address, prefix }) => `${address}/${prefix}`)
    return told.length > 0 ? [`${name} ${told.join(' ')}`] : []
  })
  return [
    `${os.name}, ${architecture}, ${init}, handled as ${platform}`,
    `  haproxy ${versionText(versions.haproxy)}, keepalived ${versionText(versions.keepalived)}`,
    `  ${addresses.join(', ')}`,
  ].join('\n')
}

function versionText({ installed, version }: Facts['versions']['haproxy']): string {
  return installed ? version : `not installed (${version} is usual)`
}
