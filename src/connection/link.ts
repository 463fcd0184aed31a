import type { Duplex } from 'node:stream'
import type { Endpoint, HostKey } from './types.ts'

/** How a command's process ended: by a code, or by a signal. */
export interface Exit {
  readonly code: number | null
  readonly signal: string | undefined
}

/** What is told of one command on a host, as it happens. */
export interface ChannelListener {
  stdout(chunk: Buffer): void
  stderr(chunk: Buffer): void
  /** May come before the last of the output. */
  exit(exit: Exit): void
  /** Comes last, once; without `exit` before it, the connection was lost. */
  close(): void
}

/** One command on a host, as a transport carries it. Writing after its end does nothing. */
export interface Channel {
  /** Called at once by whoever gets the channel: its end may come in the same packet. */
  listen(listener: ChannelListener): void
  write(text: string): void
  /** Ends its stdin. */
  end(): void
  /** Sends something that nobody minds, so that what the host has to say next need not wait for TCP's acknowledgement. */
  nudge(): void
  close(): void
}

/** The host did not open a channel, or the connection has ended: `unanswered` when nothing came back in time. */
export class ChannelRefusal extends Error {
  readonly unanswered: boolean

  constructor(message: string, unanswered: boolean) {
    super(message)
    this.unanswered = unanswered
  }
}

export interface ExecOptions {
  /** How long the host may take to open the channel. */
  readonly timeoutSeconds: number
  /** With a terminal, whose output has stderr in it: for a sudo that wants one. */
  readonly terminal: boolean
  /** Another command comes when the result of this one is known: see SpareLink. */
  readonly followed?: boolean
}

/** A logged-in connection to one machine, whichever program speaks SSH. */
export interface Link {
  /** Runs a command line. `begin` gets the channel as soon as it is open. Throws ChannelRefusal. */
  exec<T>(commandLine: string, options: ExecOptions, begin: (channel: Channel) => T): Promise<T>
  /** A TCP connection that begins on the machine. Throws ForwardError. */
  forward(address: string, port: number, timeoutSeconds: number): Promise<Duplex>
  /** What the machine proved itself with; undefined where the transport cannot tell. */
  readonly hostKey: HostKey | undefined
  /** Why it ended, as far as is known; undefined as long as nothing is wrong. */
  readonly trouble: string | undefined
  readonly ended: boolean
  onEnd(listener: () => void): void
  /** Takes leave. A machine that does not answer keeps nothing of ours alive. */
  close(): void
}

/** A jump host on the way, connected. */
export interface Hop {
  readonly name: string
  readonly link: Link
}

/** A connection to a host, and the jump hosts it goes through. */
export interface Reached {
  readonly link: Link
  readonly hops: readonly Hop[]
}

/** A program that speaks SSH. One for each run: it keeps what logins share, and gives up those under way when the run ends. */
export interface Transport {
  /**
   * Logs in: directly, or through the machine that `via` is connected to. Throws UnreachableError, and BrokenOffError
   * (reach-errors.ts) where the host cut the connection before authentication.
   */
  connect(endpoint: Endpoint, via: Link | undefined): Promise<Link>
}
