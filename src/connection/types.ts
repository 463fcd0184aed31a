import type { Duplex } from 'node:stream'
import type { Secret, Text } from '../lib/secret.ts'

/** What is run on a host: a POSIX `sh` script, sent on stdin, with root's rights unless `plain`. */
export interface Command {
  /** What it is, for errors and logs: `facts`, `install packages`. */
  readonly label: string
  readonly script: string | Text
  /** After this many seconds the script is killed on the host too. */
  readonly timeoutSeconds: number
  /** Runs as the login user, without become. */
  readonly plain?: boolean
  /** Only looks: when the connection is lost while it runs, it is run once more over a new one. */
  readonly repeatable?: boolean
  /** Another one comes when its result is known: the way for it is opened meanwhile. */
  readonly followed?: boolean
  /** Told of every line of stdout as it comes, so that a long command can be watched. */
  readonly onLine?: (line: string) => void
}

/** How a command ended. A lost connection, a signal or a deadline is thrown, never returned. */
export interface Result {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** The public key a machine proved itself with. */
export interface HostKey {
  /** `ssh-ed25519`. */
  readonly type: string
  /** `SHA256:…`, as ssh prints it. */
  readonly fingerprint: string
}

/** A command that goes on: it lives as long as its channel. */
export interface Running {
  /** The host asked for the become password, and got it. */
  readonly asked: boolean
  /** Lines of stdout as they come. */
  readonly lines: AsyncIterable<string>
  /** Writes a line to its stdin. */
  send(line: string): void
  /** Settles when it has ended. Rejects like `run`. */
  readonly done: Promise<Result>
  /** Closes its stdin and waits for it to end. */
  close(): Promise<void>
}

/** The seam: everything the tool does on a host goes through one of these. */
export interface Connection {
  /** The host's name in the inventory. */
  readonly name: string
  /** What the host proved itself with; undefined where the transport does not tell. */
  readonly hostKey: HostKey | undefined
  /** Runs a script and waits for it. Throws UnreachableError when the connection is lost, HostError for deadline, signal or become. */
  run(command: Command): Promise<Result>
  /** Starts a script that stays; the script must read its stdin to learn that the run has ended. */
  start(command: Command): Promise<Running>
  /** A TCP connection that begins on the host. Throws ForwardError. */
  forward(address: string, port: number): Promise<Duplex>
  close(): void
}

/** The fields of the inventory that decide over a login, for advice: `connection.user`. */
export interface Fields {
  readonly user: string
  readonly password: string
  readonly identityFiles: string
  /** Whether --ask-password and HA_PROVISION_PASSWORD hold for it: they are the hosts', not the jump hosts'. */
  readonly hasFlag: boolean
}

/** Where and how to log in. Paths are absolute. Secrets that are needed and not given are asked for before the run. */
export interface Endpoint {
  /** The name in the inventory: what messages say. */
  readonly name: string
  readonly host: string
  readonly port: number
  readonly user: string
  /** In this order. */
  readonly identityFiles: readonly string[]
  /** The operator named the identity files: of the agent's keys only these are offered, and each has to be usable. */
  readonly identitiesOnly: boolean
  /** The socket of an agent; none when undefined. */
  readonly agent: string | undefined
  readonly knownHosts: readonly string[]
  readonly hostKeyPolicy: 'strict' | 'accept-new'
  readonly connectTimeoutSeconds: number
  /** For encrypted identity files. */
  readonly passphrase: Secret | undefined
  /** For single files, by path, before `passphrase`: what was typed at the prompt. */
  readonly passphrases?: ReadonlyMap<string, Secret>
  /** For password logins. */
  readonly password: Secret | undefined
  /** Makes the one-time code that the host may ask for, anew at each login. */
  readonly oneTimeCode: (() => Promise<Secret>) | undefined
  /** The name it has in known_hosts, where that is not its own: ssh's HostKeyAlias. */
  readonly hostKeyAlias: string | undefined
  /** Fingerprints (`SHA256:…`): its host key has to have one of them, and known_hosts is not asked. */
  readonly pinnedKeys: readonly string[]
  /** New names are written to known_hosts hashed: ssh's HashKnownHosts. */
  readonly hashKnownHosts: boolean
  /** OpenSSH user certificates to log in with, beside the keys. */
  readonly certificateFiles: readonly string[]
  /** The program that is the way to it, with ssh's tokens: ProxyCommand of ssh_config, where no jump host is the way. */
  readonly proxyCommand: string | undefined
  /** Those of the connection unless given. */
  readonly fields?: Fields | undefined
  /** Which program speaks SSH to it: a library in this process, or the ssh of this machine. */
  readonly transport: 'ssh2' | 'openssh'
  /** Why, where nobody said so: `id_ed25519 has a certificate beside it`. */
  readonly transportReason: string | undefined
  /** The file ssh reads its own settings from: its usual ones when undefined, `none`: none. */
  readonly sshConfig: string | undefined
  /** The name its settings stand under in that file, where it is not `host`. */
  readonly sshConfigHost?: string | undefined
}

/** How a host is reached: through `jumps`, the nearest to us first (one connection to each for all that go through it), as whom, and how it becomes root. */
export interface Target extends Endpoint {
  readonly jumps: readonly Endpoint[]
  /** `auto`: sudo where there is one, else doas. */
  readonly become: 'auto' | 'sudo' | 'doas' | 'su' | 'none'
  readonly becomePassword: Secret | undefined
}
