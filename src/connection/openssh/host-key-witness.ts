import { readFileSync, rmSync } from 'node:fs'
import { UnreachableError } from '../../lib/errors.ts'
import { plainKey } from '../host-keys/certificate.ts'
import { fingerprint } from '../host-keys/known-hosts.ts'
import { AuthorityError, nameIn } from '../host-keys/host-key-errors.ts'
import { HostKeys } from '../host-keys/host-keys.ts'
import type { Endpoint } from '../types.ts'
import { quoted } from './arguments.ts'

/**
 * Run by ssh for each host key it is shown: writes the key down, and vouches for it when its fingerprint is pinned.
 * Before, ssh asks for the keys that are known (ORDER): of pinned ones nothing but the fingerprint is.
 */
const SCRIPT =
  'file=$1 pinned=$2; shift 2; [ "$1" = ORDER ] && exit 0; printf %s "$2" > "$file"; ' +
  'case " $pinned " in *" $3 "*) echo "$4 $5 $2" ;; esac'
const SHOWN = ['%I', '%K', '%f', '%H', '%t']

/** Learns by ssh's KnownHostsCommand which key a host shows, so that a refusal can be told in our own words. */
export class HostKeyWitness {
  readonly #file: string
  readonly command: string

  constructor(file: string, { pinnedKeys }: Endpoint) {
    this.#file = file
    const fixed = ['-c', SCRIPT, 'sh', file, pinnedKeys.join(' ')].map((word) => quoted(word.replaceAll('%', '%%')))
    this.command = ['/bin/sh', ...fixed, ...SHOWN].join(' ')
  }

  /** The last key that was shown; of a certificate, the key it is for. */
  key(): Buffer | undefined {
    try {
      return plainKey(Buffer.from(readFileSync(this.#file, 'utf8'), 'base64'))
    } catch {
      return undefined
    }
  }

  forget(): void {
    rmSync(this.#file, { force: true })
  }
}

/** Why a host key was refused: our own judgement of the same key, else (an older ssh, a certificate) ssh's words. */
export function hostKeyError(endpoint: Endpoint, shown: Buffer | undefined, said: readonly string[]): UnreachableError {
  const judged =
    shown === undefined ? undefined : new HostKeys().refusal({ ...endpoint, hostKeyPolicy: 'strict' }, shown)
  const words = said.filter((line) => !line.startsWith('@@')).join('; ')
  if (judged instanceof AuthorityError) {
    const what = `${nameIn(endpoint)} is known by its certificate authority only (${judged.known}), which does not vouch for it`
    const mend = 'see by whom, for which names and until when its certificate is signed: ssh-keygen -Lf FILE there'
    return new UnreachableError(`${what}: ${words}`, { where: endpoint.name, mend })
  }
  if (judged !== undefined) return judged
  const mend =
    'compare the key with the host’s own (ssh-keygen -lf /etc/ssh/ssh_host_*_key.pub there), and see known_hosts'
  const key = shown === undefined ? '' : ` ${fingerprint(shown)}`
  return new UnreachableError(`ssh refuses the host key${key}: ${words}`, { where: endpoint.name, mend })
}
