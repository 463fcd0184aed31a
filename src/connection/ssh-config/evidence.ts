import { existsSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { readOpenSshHeader } from '../credentials/openssh-key.ts'
import { linesFor, parseKnownHosts, type KnownKey } from '../host-keys/known-hosts.ts'
import type { Endpoint } from '../types.ts'
import type { ConfigSettings } from './settings.ts'

/** What ssh2 cannot do and an endpoint may need. */
export interface Evidence {
  /** Certificates to log in with that exist: named by ssh_config, or beside a key. */
  readonly certificate: string | undefined
  readonly certificateBeside: string | undefined
  /** A key that is on a hardware token. */
  readonly hardwareKey: string | undefined
  readonly proxyCommand: boolean
  readonly pkcs11Provider: boolean
  /** GSSAPIAuthentication, and a ticket to use with it. */
  readonly gssapi: boolean
  /** The line of known_hosts whose authority signs the host's key, where no key of its own is known. */
  readonly certAuthority: string | undefined
}

/** Why only the ssh program will do; undefined: the built-in library does. */
export function needForOpenssh(evidence: Evidence): string | undefined {
  const { certificate, certificateBeside, certAuthority, hardwareKey } = evidence
  if (evidence.proxyCommand) return 'ssh_config has a ProxyCommand for it'
  if (certificate !== undefined) return `ssh_config names the certificate ${basename(certificate)}`
  if (certificateBeside !== undefined) return `${basename(certificateBeside)} has a certificate beside it`
  if (hardwareKey !== undefined) return `${basename(hardwareKey)} is on a hardware token`
  if (evidence.pkcs11Provider) return 'ssh_config has a PKCS11Provider for it'
  if (certAuthority !== undefined) return `its host key is signed by an authority (${certAuthority})`
  return evidence.gssapi ? 'ssh_config has GSSAPIAuthentication, and there is a Kerberos ticket' : undefined
}

/** Looks at the files of endpoints, each file once. */
export class EvidenceSearch {
  readonly #isHardware = new Map<string, boolean>()
  readonly #known = new Map<string, readonly KnownKey[]>()

  of(endpoint: Endpoint, config: ConfigSettings, hasTicket: boolean): Evidence {
    const { certificateFiles, identityFiles } = endpoint
    return {
      certificate: certificateFiles.find((file) => existsSync(file)),
      certificateBeside: identityFiles.find((file) => existsSync(`${file}-cert.pub`)),
      hardwareKey: identityFiles.find((file) => this.#onToken(file)),
      proxyCommand: endpoint.proxyCommand !== undefined,
      pkcs11Provider: config.pkcs11Provider !== undefined,
      gssapi: hasTicket && config.gssapi === true,
      certAuthority: this.#authority(endpoint),
    }
  }

  #onToken(file: string): boolean {
    const known = this.#isHardware.get(file) ?? isOnToken(file)
    this.#isHardware.set(file, known)
    return known
  }

  /** A pinned key is judged without known_hosts. */
  #authority({ sshConfigHost = '', host, port, hostKeyAlias, knownHosts, pinnedKeys }: Endpoint): string | undefined {
    if (pinnedKeys.length > 0) return undefined
    const known = knownHosts.flatMap((file) => this.#linesOf(file))
    const names = hostKeyAlias === undefined ? [host, sshConfigHost] : [hostKeyAlias]
    const about = names.flatMap((name) => [
      ...linesFor(known, { host: name, port }),
      ...linesFor(known, { host: name, port: 22 }),
    ])
    if (about.some(({ marker }) => marker === undefined)) return undefined
    const line = about.find(({ marker }) => marker === '@cert-authority')
    return line === undefined ? undefined : `${line.file}:${line.line}`
  }

  #linesOf(file: string): readonly KnownKey[] {
    const lines = this.#known.get(file) ?? parseKnownHosts(textOf(file), file)
    this.#known.set(file, lines)
    return lines
  }
}

/** The private file of such a key says so, and so does its public one. */
function isOnToken(file: string): boolean {
  const type = readOpenSshHeader(textOf(file))?.publicKey.subarray(4).toString('latin1')
  return (type ?? textOf(`${file}.pub`)).startsWith('sk-')
}

/** Empty when it cannot be read: whoever needs the file says what is wrong. */
function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
