import { setTimeout as sleep } from 'node:timers/promises'
import { overlap, withoutConsequences, type Finding, type Sample } from '../checks/check.ts'
import type { VipCheck } from '../checks/vip.ts'
import type { Connection } from '../connection/types.ts'
import type { Dial } from './ask.ts'
import { askOwn, askThrough } from './prove.ts'
import type { Built, BuiltHost } from './build.ts'
import type { Emit } from './events.ts'
import { judgeChecks } from './judge-checks.ts'
import { sample, type Samples } from './observe.ts'

export interface Verification {
  readonly findings: readonly Finding[]
  /** The holder of each VIP by its name; undefined where none or several hold it. */
  readonly holders: ReadonlyMap<string, string | undefined>
  readonly passed: boolean
  /** What the last judgement was made of. */
  readonly samples: Samples
}

/** What is looked at: the members in sight, and what they shall be. */
export interface Cluster {
  readonly built: Built
  readonly connections: ReadonlyMap<string, Connection>
}

export interface VerifyInput extends Cluster {
  /** From the control machine, or from the jump host that stands for it. */
  readonly dialFromHere: Dial
  readonly emit: Emit
  readonly signal: AbortSignal
  /** Milliseconds until a failure is final: a cluster that was just changed needs a moment. */
  readonly deadline: number
  /** Samples that were just taken, so that a cluster that is as it should be costs no further execution. */
  readonly first?: Samples | undefined
  /** Whose own failures count beside those of the whole cluster; everybody's unless given. */
  readonly only?: string | undefined
  /** Who takes the VIPs as soon as it can; undefined where nobody takes them from another. */
  readonly expected?: string | undefined
  /** Checks that are not waited for: they failed before, and are not to be mended now. */
  readonly tolerated?: ReadonlySet<string> | undefined
  /** It is a failure when no server is up. */
  readonly requireServers: boolean
}

const PAUSE = 250
/** Milliseconds that what is not known yet is waited for: a server's first check after a reload, the VIP's way to the highest priority. */
const SOON = 8000

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
    const { findings } = verification
    const now = performance.now()
    const awaited = findings.filter(({ check }) => input.tolerated?.has(check) !== true)
    const isGood = awaited.every(({ status }) => status !== 'failed')
    const isFinal = isGood ? now >= soonEnd || !awaited.some(({ soon }) => soon === true) : seen >= 2 && now >= end
    if (isFinal || input.signal.aborted) return verification
    const waiting = awaited
      .filter(({ status }) => status === 'failed')
      .map(({ message }) => message)
      .join('; ')
    if (waiting !== said && waiting !== '' && input.deadline > 0)
      input.emit({ type: 'waiting', what: `until this is over: ${waiting}` })
    said = waiting
    await sleep(PAUSE)
  }
}

function holdersIn(built: Built, samples: Samples): ReadonlyMap<string, string | undefined> {
  return new Map(
    built.vips.map((vip) => {
      const [first, ...others] = vip.holders([...samples.values()].flatMap((byCheck) => byCheck.get(vip.id) ?? []))
      return [vip.vip.name, others.length === 0 ? first : undefined] as const
    }),
  )
}

/** One look at the checks of every member in sight. */
export async function takeSamples({ built, connections }: Cluster): Promise<Samples> {
  const one = async (host: BuiltHost) => {
    const connection = connections.get(host.name)
    return [host.name, connection === undefined ? new Map<string, Sample>() : await sample(connection, host)] as const
  }
  return new Map(await Promise.all(built.hosts.filter(({ name }) => connections.has(name)).map(one)))
}

async function judge(input: VerifyInput, samples: Samples): Promise<Verification> {
  const { built } = input
  const of = (check: string): readonly Sample[] => [...samples.values()].flatMap((byCheck) => byCheck.get(check) ?? [])
  const torn = built.vips.filter((vip) => !overlap(of(vip.id))).map(notOneMoment)
  const local = judgeChecks(built, samples).filter(({ check }) => !torn.some((finding) => finding.check === check))
  const holders = holdersIn(built, samples)
  const nowhere = new Set(built.vips.filter((vip) => vip.holders(of(vip.id)).length === 0).map((vip) => vip.vip.name))
  const asked = await Promise.all([
    askOwn(input),
    ...built.vips.map(({ vip }) => askThrough(input, vip.name, holders, nowhere)),
  ])
  const all = [...torn, ...local, ...notTaken(holders, input.expected), ...asked.flat()]
  const findings = withoutConsequences(all).filter(
    ({ host }) => host === undefined || input.only === undefined || host === input.only,
  )
  return { findings, holders, passed: findings.every(({ status }) => status !== 'failed'), samples }
}

/** The member with the highest priority takes its VIPs within a few adverts; `up` does not end before that. */
function notTaken(holders: ReadonlyMap<string, string | undefined>, expected: string | undefined): readonly Finding[] {
  if (expected === undefined) return []
  return [...holders].flatMap(([vip, holder]): Finding[] => {
    if (holder === undefined || holder === expected) return []
    const message = `${vip} is held by ${holder}, though ${expected} has the higher priority`
    const mend = `see whether the checks of ${expected} fail: keepalived's log there tells`
    return [{ check: `taker[${vip}]`, host: expected, status: 'warning', message, mend, soon: true }]
  })
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
