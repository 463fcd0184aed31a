import { UnreachableError } from '../lib/errors.ts'
import { ForwardError } from './forward-error.ts'
import type { Hop, Link } from './link.ts'
import { AT_FIRST, persist, type Waited } from './patience.ts'
import { NotReachedError, retell } from './reach-errors.ts'
import type { Endpoint } from './types.ts'
import { wayOf } from './way.ts'

/** Logs in to an endpoint through the last of the jump hosts before it. */
export type Login = (
  endpoint: Endpoint,
  via: Link | undefined,
  before: readonly Endpoint[],
  waited: Waited,
) => Promise<Link>

/** The connections to jump hosts: one for each way, shared by all that goes through it. */
export class Jumps {
  readonly #login: Login
  readonly #over: AbortSignal
  readonly #links = new Map<string, Promise<Link>>()

  constructor(login: Login, over: AbortSignal) {
    this.#login = login
    this.#over = over
  }

  /** The jump hosts of a chain, each connected. `where` is told of the one that is not reached. */
  async open(jumps: readonly Endpoint[], where: string | undefined): Promise<readonly Hop[]> {
    const hops: Hop[] = []
    for (const [index, jump] of jumps.entries()) {
      try {
        hops.push({ name: jump.name, link: await this.#hop(jump, hops.at(-1)?.link, jumps.slice(0, index)) })
      } catch (error) {
        if (!(error instanceof UnreachableError)) throw error
        const place = jumps.length === 1 ? '' : ` (${index + 1} of ${jumps.length})`
        throw retell(error, `its jump host ${jump.name}${place} is not reached: ${error.message}`, where)
      }
    }
    return hops
  }

  /** One that failed or has ended is forgotten, so that it can be tried again. */
  async #hop(jump: Endpoint, via: Link | undefined, before: readonly Endpoint[]): Promise<Link> {
    const way = wayOf([...before, jump])
    const known = this.#links.get(way)
    if (known !== undefined) return await known
    const link = persist(async (waited) => await this.#login(jump, via, before, waited), AT_FIRST, this.#over)
    this.#links.set(way, link)
    const forget = (): void => {
      if (this.#links.get(way) === link) this.#links.delete(way)
    }
    link.then((open) => {
      open.onEnd(forget)
    }, forget)
    return await link
  }
}

/** What a jump host says of the way on, told as what became of the host behind it. */
export function notForwarded(error: ForwardError, endpoint: Endpoint, jump: string): UnreachableError {
  const what = `not reached through jump host ${jump}: ${error.message}`
  const details = { where: endpoint.name, mend: error.mend ?? MEND, cause: error }
  return error.reason === 'failed' ? new NotReachedError(what, details) : new UnreachableError(what, details)
}

const MEND = 'is the host up, and can the jump host reach this address?'
