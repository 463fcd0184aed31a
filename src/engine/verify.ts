import { setTimeout as sleep } from 'node:timers/promises'
import { overlap, withoutConsequences, type Finding, type Sample } from '../checks/check.ts'
import type { Answer, Question, Reply } from '../checks/question.ts'
import type { VipCheck } from '../checks/vip.ts'
import type { Connection } from '../connection/types.ts'
import { ask, type Dial } from './ask.ts'
import type { Built, BuiltHost } from './build.ts'
import type { Emit } from './events.ts'
import { sample } from './observe.ts'

/** The samples of every member by check. */
export type Samples = ReadonlyMap<string, ReadonlyMap<string, Sample>>

export interface Verification {
  readonly findings: readonly Finding[]
  /** The holder of each VIP by its name; undefined where none or several hold it. */
  readonly holders: ReadonlyMap<string, string | undefined>
  readonly passed: boolean
}

export interface VerifyInput {
  readonly built: Built
  readonly connections: ReadonlyMap<string, Connection>
  /** From the control machine, or from the jump host that stands for it. */
  readonly dialFromHere: Dial
  readonly emit: Emit
  readonly signal: AbortSignal
  /** Milliseconds until a failure is final: a cluster that was just changed needs a moment. */
  readonly deadline: number
  /** Samples that were just taken, so that a cluster that is as it should be costs no further execution. */
  readonly first?: Samples | undefined
  /** Members whose own failures do not count: their turn has not come. */
  readonly notYet?: ReadonlySet<string>
  /** It is a failure when no server is up. */
  readonly requireServers: boolean
}

const PAUSE = 250
/** Milliseconds that what is not known yet is waited for: a server's first check after a reload. */
const SOON = 5000

/**
 * Judges the cluster in one moment, until every check passes or the deadline is over. A zero or a two has to be seen twice.
 * Emits nothing but what it waits for; the findings are the caller's to tell.
 */
export async function verify(input: VerifyInput): Promise<Verification> {
  const since = performance.now()
  const end = since + input.deadline
  const soonEnd = since + Math.min(input.deadline, SOON)
  let said = ''
  let seen = 0
  for (let samples = input.first ?? (await takeSamples(input)); ; samples = await takeSamples(input)) {
    const verification = await judge(input, samples)
    seen += 1
    const { passed, findings } = verification
    const now = performance.now()
    const isFinal = passed ? now >= soonEnd || !findings.some(({ soon }) => soon === true) : seen >= 2 && now >= end
    if (isFinal || input.signal.aborted) return verification
    const waiting = findings
      .filter(({ status }) => status === 'failed')
      .map(({ message }) => message)
      .join('; ')
    if (waiting !== said && waiting !== '') input.emit({ type: 'waiting', what: `until this is over: ${waiting}` })
    said = waiting
    await sleep(PAUSE)
  }
}

async function takeSamples({ built, connections }: VerifyInput): Promise<Samples> {
  const one = async (host: BuiltHost) => {
    const connection = connections.get(host.name)
    return [host.name, connection === undefined ? new Map<string, Sample>() : await sample(connection, host)] as const
  }
  return new Map(await Promise.all(built.hosts.filter(({ name }) => connections.has(name)).map(one)))
}

async function judge(input: VerifyInput, samples: Samples): Promise<Verification> {
  const { built } = input
  const of = (check: string): readonly Sample[] => [...samples.values()].flatMap((byCheck) => byCheck.get(check) ?? [])
  const ids = new Map(built.hosts.flatMap(({ checks }) => checks.map((check) => [check.id, check] as const)))
  const torn = built.vips.filter((vip) => !overlap(of(vip.id))).map(notOneMoment)
  const local = [...ids.values()].flatMap((check) =>
    torn.some((finding) => finding.check === check.id) ? [] : check.judge(of(check.id), built.outOfSight),
  )
  const holders = new Map(
    built.vips.map((vip) => {
      const found = vip.holders(of(vip.id))
      return [vip.vip.name, found.length === 1 ? found[0] : undefined] as const
    }),
  )
  const nowhere = new Set(built.vips.filter((vip) => vip.holders(of(vip.id)).length === 0).map((vip) => vip.vip.name))
  const asked = await Promise.all([
    askOwn(input),
    ...built.vips.map(({ vip }) => askThrough(input, vip.name, holders, nowhere)),
  ])
  const findings = withoutConsequences([...torn, ...local, ...asked.flat()]).filter(
    ({ host }) => host === undefined || input.notYet?.has(host) !== true,
  )
  return { findings, holders, passed: findings.every(({ status }) => status !== 'failed') }
}

function notOneMoment({ id }: VipCheck): Finding {
  const message = 'the members were not seen in one moment, so that who holds it is not known'
  return {
    check: id,
    host: undefined,
    status: 'failed',
    message,
    mend: 'a member answers too slowly: see what keeps it busy',
  }
}

/** Each member's own haproxy. */
async function askOwn({ built, connections, requireServers }: VerifyInput): Promise<readonly Finding[]> {
  const answers = await Promise.all([...connections.values()].map((member) => askFrom(member, built.own)))
  return built.own.judge(answers, requireServers)
}

/**
 * Proof comes from elsewhere: through a VIP it is asked from a member that does not hold it, and from the control machine. Where the
 * holder may be a member out of sight, whoever is in sight asks.
 */
async function askThrough(
  { built, connections, dialFromHere, requireServers }: VerifyInput,
  vip: string,
  holders: ReadonlyMap<string, string | undefined>,
  nowhere: ReadonlySet<string>,
): Promise<readonly Finding[]> {
  const holder = holders.get(vip)
  if (holder === undefined && !(nowhere.has(vip) && built.outOfSight.length > 0)) return []
  const others = [...connections.values()].filter(({ name }) => name !== holder)
  const judged = (built.answers.get(vip) ?? []).map(async (question) => {
    const [member, here] = await Promise.all([askFirst(others, question), ask(dialFromHere, question.request)])
    return question.judge([...member, ...fromHere(here, member)], requireServers)
  })
  return (await Promise.all(judged)).flat()
}

/** The first member whose sshd forwards; where none does, what the first one said. */
async function askFirst(members: readonly Connection[], question: Question): Promise<readonly Answer[]> {
  let refusal: Answer | undefined
  for (const member of members) {
    const answer = await askFrom(member, question)
    if (answer.reply.kind !== 'not-asked') return [answer]
    refusal ??= answer
  }
  return refusal === undefined ? [] : [refusal]
}

async function askFrom(member: Connection, { request }: Question): Promise<Answer> {
  return { from: member.name, reply: await ask((address, port) => member.forward(address, port), request) }
}

/**
 * The control machine may be somewhere from where the VIP cannot be reached at all: beside a member that could ask, that is no
 * failure, and no news where the member got nothing either.
 */
function fromHere(reply: Reply, [member]: readonly Answer[]): readonly Answer[] {
  const from = 'the control machine'
  if (member === undefined || reply.kind !== 'refused') return [{ from, reply }]
  if (member.reply.kind === 'refused' || member.reply.kind === 'silent') return []
  return [{ from, reply: { kind: 'not-asked', why: reply.why } }]
}
