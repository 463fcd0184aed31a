import { UnreachableError } from '../../lib/errors.ts'
import type { Answers } from '../credentials/answers.ts'
import { Dialogue } from '../credentials/dialogue.ts'
import { passphraseFor } from '../credentials/identities.ts'
import { unwritableError } from '../host-keys/known-hosts-file.ts'
import { hostKeyOf } from '../host-keys/known-hosts.ts'
import { LoginClock } from '../login-clock.ts'
import type { Endpoint } from '../types.ts'
import { masterArguments } from './arguments.ts'
import { serveAskpass } from './askpass.ts'
import { environment } from './environment.ts'
import type { Program } from './program.ts'
import { HostKeyWitness, hostKeyError } from './host-key-witness.ts'
import { OpensshLink } from './link.ts'
import { loginError, REFUSED } from './login-errors.ts'
import { startMaster } from './master.ts'
import { problemsOf } from './problems.ts'
import { Questions } from './questions.ts'
import { Transcript } from './transcript.ts'
import type { Room } from './workspace.ts'

/** What the logins of a run share, and what is to be left out of this one. */
export interface Circumstances {
  readonly program: Program
  readonly answers: Answers
  readonly room: Room
  /** Algorithms of host keys to ask for, where not the usual ones. */
  readonly hostKeyAlgorithms: readonly string[] | undefined
  /** Nobody wants the login any more. */
  readonly unwanted: AbortSignal
}

const NOT_WRITTEN = /^Failed to add the host to the list of known hosts/

/** Connects, checks the host's key, logs in: done by ssh, and told in our words. */
export async function login(
  endpoint: Endpoint,
  via: OpensshLink | undefined,
  { program, answers, room, hostKeyAlgorithms, unwanted }: Circumstances,
): Promise<OpensshLink> {
  if (!program.modern) refuseOld(endpoint, program)
  const socket = room.path('m')
  const witness = program.modern ? new HostKeyWitness(room.path('k'), endpoint) : undefined
  const [over, stop] = [new AbortController(), new AbortController()]
  const giveUp = (): void => {
    stop.abort()
  }
  unwanted.addEventListener('abort', giveUp)
  if (unwanted.aborted) giveUp()
  const transcript = new Transcript()
  const dialogue = new Dialogue(endpoint, answers, over.signal)
  let [overdue, gaveUp] = [false, false]
  // ssh's own ConnectTimeout is for TCP; the handshake may take as long again.
  const clock = new LoginClock(endpoint.connectTimeoutSeconds * 2, () => {
    overdue = true
    stop.abort()
  })
  const questions = new Questions({
    ...{ endpoint, dialogue, ask: answers.ask, over: over.signal },
    instructions: () => transcript.instructions,
    wait: async (work) => await clock.during(work),
    giveUp: () => {
      gaveUp = true
      stop.abort()
    },
  })
  const script = room.path('p')
  const ask = async (question: string): Promise<string> => await questions.answer(question)
  const asking = program.modern ? await serveAskpass(script, room.path('a'), ask) : undefined
  try {
    const plan = {
      ...{ socket, via: via?.socket, answers: asking !== undefined },
      ...{ knownHostsCommand: witness?.command, hostKeyAlgorithms },
    }
    const master = await startMaster({
      arguments: masterArguments(endpoint, plan),
      environment: environment(asking === undefined ? undefined : script, via !== undefined),
      ...{ socket, transcript, abort: stop.signal },
      onProcess: (pid) => {
        room.watch(pid)
      },
    })
    const shown = witness?.key()
    if (master !== undefined) {
      dialogue.end('let in')
      room.watch(master.mux.pid)
      const { name } = endpoint
      const link = new OpensshLink(master, { socket, name, hostKey: shown && hostKeyOf(shown), via })
      // ssh goes on without having written it down: then a key that changes would never be noticed.
      const [file] = endpoint.knownHosts
      const unwritten = transcript.said.find((line) => NOT_WRITTEN.test(line))
      if (unwritten === undefined || file === undefined) return link
      link.close()
      throw unwritableError(file, endpoint, unwritten)
    }
    if (questions.thrown !== undefined) throw questions.thrown
    if (unwanted.aborted) throw new UnreachableError('the login was given up', { where: endpoint.name })
    if (transcript.said.some((line) => line.startsWith('Host key verification failed')))
      throw hostKeyError(endpoint, shown, transcript.said)
    // The ssh that goes through a jump host learns only that there is no way; asked once more, the jump host says why.
    if (via !== undefined && !transcript.greeted)
      (await via.forward(endpoint.host, endpoint.port, endpoint.connectTimeoutSeconds)).destroy()
    if (gaveUp || REFUSED.test(transcript.said.join('\n'))) dialogue.end('refused')
    const problems = await problemsOf(endpoint, transcript.offered)
    const { tried } = questions
    throw loginError({
      endpoint,
      transcript,
      reached: via !== undefined,
      overdue,
      gaveUp,
      tried,
      dialogue,
      ...problems,
    })
  } finally {
    unwanted.removeEventListener('abort', giveUp)
    clock.end()
    over.abort()
    dialogue.end('broke off')
    asking?.close()
    witness?.forget()
  }
}

/** What needs a newer ssh is refused, not done by half. */
function refuseOld(endpoint: Endpoint, { version }: Program): void {
  const { name, pinnedKeys, password, oneTimeCode, identityFiles } = endpoint
  const refuse = (what: string, instead: string): never => {
    const mend = `update openssh-client, ${instead}, or set connection.transport: ssh2`
    throw new UnreachableError(`${what} needs OpenSSH 8.5, and the ssh of this machine is ${version}`, {
      where: name,
      mend,
    })
  }
  if (pinnedKeys.length > 0) refuse('a pinned host key', 'name the key in connection.known_hosts')
  const phrase = identityFiles.some((file) => passphraseFor(endpoint, file) !== undefined)
  if (phrase || password !== undefined || oneTimeCode !== undefined)
    refuse('to give ssh a password, passphrase or code', 'load the key into an agent (ssh-add)')
}
