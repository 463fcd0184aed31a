import type { Finding } from './check.ts'

/** What became of a request over a channel. `closed` is haproxy without a server for it; `silent` is a program that does not answer. */
export type Reply =
  | { readonly kind: 'answered'; readonly status: number; readonly body: string }
  | { readonly kind: 'closed' }
  | { readonly kind: 'accepted' }
  | { readonly kind: 'silent' }
  | { readonly kind: 'refused'; readonly why: string }
  /** The channel itself was refused: nothing was learnt. */
  | { readonly kind: 'not-asked'; readonly why: string }

/** An HTTP request, in clear text or in TLS, or (`tcp`) a connection whose protocol is not known. */
export interface Request {
  readonly address: string
  readonly port: number
  readonly protocol: 'https' | 'http' | 'tcp'
  readonly path: string
}

/** A reply and who asked: a member's name, or `the control machine`. */
export interface Answer {
  readonly from: string
  readonly reply: Reply
}

/** A request that proves something, and what its replies mean. Who asks is the engine's business. */
export interface Question {
  readonly id: string
  readonly request: Request
  /** With `requireServers` it is a failure when no server is up. */
  judge(answers: readonly Answer[], requireServers: boolean): readonly Finding[]
}
