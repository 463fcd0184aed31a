import { UnreachableError } from '../../lib/errors.ts'
import type { Link, Transport } from '../link.ts'
import type { Endpoint } from '../types.ts'

/** SSH by the ssh program of this machine. */
export class OpensshTransport implements Transport {
  async connect(endpoint: Endpoint, _via: Link | undefined): Promise<Link> {
    return await Promise.reject(new UnreachableError('transport: openssh is being built', { where: endpoint.name }))
  }
}
