import { rmSync, writeFileSync } from 'node:fs'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { words } from '../../lib/shell.ts'
import { passphraseFor } from '../credentials/identities.ts'
import type { Endpoint } from '../types.ts'

/** What ssh runs to ask: hands the question to a socket of ours and prints what comes back. Nothing means: no answer. */
const ASKER =
  'const s=require("node:net").connect(process.argv[1]);let a="";s.on("data",d=>a+=d);' +
  's.on("close",()=>{process.stdout.write(a);process.exitCode=a===""?1:0});s.on("error",()=>{});s.end(process.argv[2])'

/** ssh shows no more than this of a key's path. */
const SHOWN_PATH = 100

/** What a question was that could not be answered, so that logging in has no sense any more. */
export type Refusal = { readonly kind: 'wrong password' } | { readonly kind: 'more asked'; readonly question: string }

/** Answers what ssh asks during one login. The secrets are in no argument, no environment and no file. */
export class Askpass {
  readonly #endpoint: Endpoint
  readonly #onRefusal: (refusal: Refusal) => void
  #passwordAsked: string | undefined

  constructor(endpoint: Endpoint, onRefusal: (refusal: Refusal) => void) {
    this.#endpoint = endpoint
    this.#onRefusal = onRefusal
  }

  /** Whether there is anything to answer with. */
  static hasAnswers(endpoint: Endpoint): boolean {
    return (
      endpoint.password !== undefined ||
      endpoint.identityFiles.some((file) => passphraseFor(endpoint, file) !== undefined)
    )
  }

  /** Listens until `close`. `script` names the program for SSH_ASKPASS. */
  async serve(script: string, socket: string): Promise<{ readonly close: () => void }> {
    const server = createServer({ allowHalfOpen: true }, (client) => {
      let question = ''
      client.setEncoding('utf8')
      client.on('error', () => undefined)
      client.on('data', (part) => {
        question += String(part)
      })
      client.on('end', () => client.end(this.#answer(question)))
    })
    server.listen(socket)
    await once(server, 'listening')
    writeFileSync(script, `#!/bin/sh\nexec ${words(process.execPath, '-e', ASKER, socket)} "$1"\n`, { mode: 0o700 })
    return {
      close: () => {
        server.close()
        rmSync(script, { force: true })
      },
    }
  }

  get passwordGiven(): boolean {
    return this.#passwordAsked !== undefined
  }

  /**
   * A passphrase is given only for ssh's own question about one of the endpoint's keys: what a host asks comes behind
   * `(user@host) `. The password is given once: a second question means that it was wrong.
   */
  #answer(question: string): string {
    const file = this.#endpoint.identityFiles.find(
      (one) => question === `Enter passphrase for key '${one.slice(0, SHOWN_PATH)}': `,
    )
    if (file !== undefined) return passphraseFor(this.#endpoint, file)?.reveal() ?? ''
    const password = this.#endpoint.password?.reveal()
    const method = /^\(/.test(question) ? 'question' : /'s password: $/.test(question) ? 'password' : undefined
    if (method === undefined || password === undefined) return ''
    if (this.#passwordAsked === undefined) {
      this.#passwordAsked = question
      return password
    }
    const again = method === 'password' || question === this.#passwordAsked
    this.#onRefusal(again ? { kind: 'wrong password' } : { kind: 'more asked', question })
    return ''
  }
}
