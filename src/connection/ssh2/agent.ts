import ssh2 from 'ssh2'
import type { GetStreamCallback, IdentityCallback, ParsedKey } from 'ssh2'

const ANSWER_MS = 5000

/** The keys an agent holds, or why it cannot be asked. */
export async function agentKeys(socket: string): Promise<readonly ParsedKey[] | Error> {
  return await new Promise<readonly ParsedKey[] | Error>((resolve) => {
    const timer = setTimeout(() => {
      resolve(new Error(`the agent at ${socket} does not answer`))
    }, ANSWER_MS)
    new ssh2.OpenSSHAgent(socket).getIdentities((error, keys) => {
      clearTimeout(timer)
      if (error) resolve(new Error(`the agent at ${socket} cannot be asked: ${error.message}`))
      else resolve((keys ?? []).flatMap((key) => ('pubKey' in key ? [] : key)))
    })
  })
}

/** An agent that offers one key. Offering all it holds ends at the host's MaxAuthTries before the right one. */
export class OneKeyAgent extends ssh2.OpenSSHAgent {
  readonly #key: ParsedKey
  #signed = false

  constructor(socket: string, key: ParsedKey) {
    super(socket)
    this.#key = key
  }

  override getIdentities(callback: IdentityCallback<ParsedKey>): void {
    callback(undefined, [this.#key])
  }

  /** It had to sign: the host would let the key in. */
  get signed(): boolean {
    return this.#signed
  }

  /** Which key there is needs no asking, so whoever reaches for the agent wants a signature. */
  override getStream(callback: GetStreamCallback): void {
    this.#signed = true
    super.getStream(callback)
  }
}
