import { UnreachableError } from '../../lib/errors.ts'
import type { Link, Transport } from '../link.ts'
import type { Endpoint } from '../types.ts'

/** SSH by the ssh program of this machine. */
export class OpensshTransport implements Transport {
  async connect(endpoint: Endpoint, via: Link | undefined): Promise<Link> {
    const way = via === undefined ? '' : ' through a jump host'
    return await Promise.reject(
      new UnreachableError(`transport: openssh is being built${way}`, { where: endpoint.name }),
    )
  }
}
