import type { Finding } from '../checks/check.ts'
import type { Answer, Question, Reply } from '../checks/question.ts'
import type { Connection } from '../connection/types.ts'
import { ask, type Dial } from './ask.ts'
import type { Built } from './build.ts'

interface Asking {
  readonly built: Built
  readonly connections: ReadonlyMap<string, Connection>
  readonly dialFromHere: Dial
  readonly requireServers: boolean
}

/** Each member's own haproxy. */
export async function askOwn({ built, connections, requireServers }: Asking): Promise<readonly Finding[]> {
  const answers = await Promise.all([...connections.values()].map((member) => askFrom(member, built.own)))
  return built.own.judge(answers, requireServers)
}

/**
 * Proof comes from elsewhere: through a VIP it is asked from a member that does not hold it, and from the control machine. Where the
 * holder may be a member out of sight, whoever is in sight asks.
 */
export async function askThrough(
  { built, connections, dialFromHere, requireServers }: Asking,
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
