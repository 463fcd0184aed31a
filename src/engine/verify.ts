import { setTimeout as sleep } from 'node:timers/promises'
import { overlap, type Finding, type Sample } from '../checks/check.ts'
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
  /** Who takes the VIPs as soon as it can; undefined where nobody takes them from another. */
  readonly expected?: string | undefined
}

const PAUSE = 250
/** How long the member with the highest priority may take to take its VIPs, in milliseconds: three adverts and its checks. */
const TAKING = 8000
const TAKER = 'taker'

/**
 * Judges the cluster in one moment, until every check passes or the deadline is over. A zero or a two has to be seen twice.
 * Emits nothing but what it waits for; the findings are the caller's to tell.
 */
export async function verify(input: VerifyInput): Promise<Verification> {
  const since = performance.now()
  let said = ''
  let seen = 0
  for (let samples = input.first ?? (await takeSamples(input)); ; samples = await takeSamples(input)) {
    const verification = await judge(input, samples)
    seen += 1
    const elapsed = performance.now() - since
    const settled =
      elapsed >= Math.min(TAKING, input.deadline) || verification.findings.every(({ check }) => check !== TAKER)
    const final = seen >= 2 && elapsed >= input.deadline
    if ((verification.passed && settled) || input.signal.aborted || final) return verification
    const waiting = verification.findings
      .filter(({ status, check }) => status === 'failed' || check === TAKER)
      .map(({ message }) => message)
      .join('; ')
    if (waiting !== said) input.emit({ type: 'waiting', what: `until this is over: ${waiting}` })
    said = waiting
    await sleep(PAUSE)
  }
}

/** Who holds which VIP now: one sample of each member, and no question asked. */
export async function holdersNow(
  input: Pick<VerifyInput, 'built' | 'connections'>,
): Promise<ReadonlyMap<string, string | undefined>> {
  return holdersIn(input.built, await takeSamples(input))
}

function holdersIn(built: Built, samples: Samples): ReadonlyMap<string, string | undefined> {
  return new Map(
    built.vips.map((vip) => {
      const [first, ...others] = vip.holders([...samples.values()].flatMap((byCheck) => byCheck.get(vip.id) ?? []))
      return [vip.vip.name, others.length === 0 ? first : undefined] as const
    }),
  )
}

async function takeSamples({ built, connections }: Pick<VerifyInput, 'built' | 'connections'>): Promise<Samples> {
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
  const local = [...ids.values()].flatMap((check) => {
    const taken = of(check.id)
    return overlap(taken)
      ? check.judge(taken)
      : [
          {
            check: check.id,
            host: undefined,
            status: 'failed' as const,
            message: 'the members were not seen in one moment',
          },
        ]
  })
  const holders = holdersIn(built, samples)
  const findings = [...local, ...notTaken(holders, input.expected), ...(await askAll(input, holders))].filter(
    ({ host }) => host === undefined || input.notYet?.has(host) !== true,
  )
  return { findings, holders, passed: findings.every(({ status }) => status !== 'failed') }
}

/** The member with the highest priority takes its VIPs within a few adverts; `up` does not end before that. */
function notTaken(holders: ReadonlyMap<string, string | undefined>, expected: string | undefined): readonly Finding[] {
  return [...holders].flatMap(([vip, holder]): Finding[] =>
    expected === undefined || holder === undefined || holder === expected
      ? []
      : [
          {
            check: TAKER,
            host: expected,
            status: 'warning',
            message: `${vip} is held by ${holder}, though ${expected} has the higher priority`,
            mend: `see whether the checks of ${expected} fail: 'journalctl -u keepalived' there`,
          },
        ],
  )
}

/** Proof comes from elsewhere: through a VIP it is asked from a member that does not hold it, and from the control machine. */
async function askAll(
  { built, connections, dialFromHere, requireServers }: VerifyInput,
  holders: ReadonlyMap<string, string | undefined>,
): Promise<readonly Finding[]> {
  const own = [...built.backends].map(async ([host, question]) => {
    const connection = connections.get(host)
    if (connection === undefined) return []
    return question.judge(
      await ask((address, port) => connection.forward(address, port), question.request),
      host,
      requireServers,
    )
  })
  const through = [...built.answers].flatMap(([vip, questions]) => {
    const holder = holders.get(vip)
    if (holder === undefined) return []
    const other = [...connections.values()].find(({ name }) => name !== holder)
    return questions.flatMap((question) => [
      ...(other === undefined
        ? []
        : [
            ask((address, port) => other.forward(address, port), question.request).then((reply) =>
              question.judge(reply, other.name, requireServers),
            ),
          ]),
      ask(dialFromHere, question.request).then((reply) =>
        question.judge(asked(reply, other !== undefined), 'the control machine', requireServers),
      ),
    ])
  })
  return (await Promise.all([...own, ...through])).flat()
}

/** The control machine may be somewhere from where the VIP cannot be reached at all: with a member's proof at hand that is no failure. */
function asked(reply: Awaited<ReturnType<typeof ask>>, proved: boolean): Awaited<ReturnType<typeof ask>> {
  return proved && reply.kind === 'refused' ? { kind: 'not-asked', why: reply.why } : reply
}
