import { UnreachableError } from '../../lib/errors.ts'
import { hostKeyOf } from '../host-keys/known-hosts.ts'
import type { Endpoint } from '../types.ts'
import { masterArguments } from './arguments.ts'
import { Askpass, type Refusal } from './askpass.ts'
import { environment } from './environment.ts'
import { hasProxyJump, type Program } from './program.ts'
import { HostKeyWitness, hostKeyError } from './host-key-witness.ts'
import { OpensshLink } from './link.ts'
import { loginError } from './login-errors.ts'
import { type Failed, startMaster } from './master.ts'
import { problemsOf } from './problems.ts'
import type { Room } from './workspace.ts'

/** Connects, checks the host's key, logs in: done by ssh, and told in our words. */
export async function login(
  endpoint: Endpoint,
  via: OpensshLink | undefined,
  program: Program,
  room: Room,
): Promise<OpensshLink> {
  const answers = Askpass.hasAnswers(endpoint)
  if (!program.modern) refuseOld(endpoint, program, answers)
  const socket = room.path('m')
  const witness = program.modern ? new HostKeyWitness(room.path('k'), endpoint) : undefined
  const abort = new AbortController()
  let refusal: Refusal | undefined
  const askpass = new Askpass(endpoint, (seen) => {
    refusal ??= seen
    abort.abort()
  })
  const script = room.path('p')
  const asking = answers ? await askpass.serve(script, room.path('a')) : undefined
  try {
    const plan = {
      socket,
      via: via?.socket,
      ignoreProxyJump: via === undefined && (await hasProxyJump(endpoint)),
      answers,
      knownHostsCommand: witness?.command,
    }
    const started = await startMaster({
      arguments: masterArguments(endpoint, plan),
      environment: environment(answers ? script : undefined, via !== undefined),
      socket,
      // ssh's own ConnectTimeout is for TCP; the handshake may take as long again.
      seconds: endpoint.connectTimeoutSeconds * 2,
      abort: abort.signal,
      onProcess: (pid) => {
        room.watch(pid)
      },
    })
    if ('mux' in started) {
      room.watch(started.mux.pid)
      const shown = witness?.key()
      return new OpensshLink(started, socket, endpoint.name, shown && hostKeyOf(shown))
    }
    return await fail(endpoint, started, {
      via,
      shown: witness?.key(),
      refusal,
      passwordGiven: askpass.passwordGiven,
    })
  } finally {
    asking?.close()
    witness?.forget()
  }
}

interface Circumstances {
  readonly via: OpensshLink | undefined
  /** The host key that ssh was shown. */
  readonly shown: Buffer | undefined
  readonly refusal: Refusal | undefined
  readonly passwordGiven: boolean
}

async function fail(endpoint: Endpoint, { transcript, overdue }: Failed, seen: Circumstances): Promise<never> {
  const { via, shown, refusal, passwordGiven } = seen
  if (transcript.said.some((line) => line.startsWith('Host key verification failed')))
    throw hostKeyError(endpoint, shown, transcript.said)
  // The ssh that goes through a jump host learns only that there is no way; asked once more, the jump host says why.
  if (via !== undefined && !transcript.greeted)
    (await via.forward(endpoint.host, endpoint.port, endpoint.connectTimeoutSeconds)).destroy()
  const problems = await problemsOf(endpoint, transcript.offered)
  throw loginError({ endpoint, transcript, reached: via !== undefined, overdue, passwordGiven, refusal, ...problems })
}

/** What needs a newer ssh is refused, not done by half. */
function refuseOld({ name, pinnedKeys }: Endpoint, { version }: Program, answers: boolean): void {
  const refuse = (what: string, instead: string): never => {
    const mend = `update openssh-client, ${instead}, or set connection.transport: ssh2`
    throw new UnreachableError(`${what} needs OpenSSH 8.5, and the ssh of this machine is ${version}`, {
      where: name,
      mend,
    })
  }
  if (pinnedKeys.length > 0) refuse('a pinned host key', 'name the key in connection.known_hosts')
  if (answers) refuse('to give ssh a password or passphrase', 'load the key into an agent (ssh-add)')
}
