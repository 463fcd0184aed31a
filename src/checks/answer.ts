import { listed, type Finding } from './check.ts'
import type { Answer, Question, Reply, Request } from './question.ts'

/**
 * haproxy answers a request through the VIP. An accepted connection proves nothing (the kernel of a frozen host accepts):
 * a reply is wanted, or the orderly close of a haproxy that has no server to give.
 */
export function answerQuestion(vip: string, request: Request): Question {
  const id = `answer[${vip}]`
  const at = `${request.address}:${request.port}`
  return {
    id,
    request,
    judge: (answers, requireServers) =>
      sameReplies(answers).map(({ reply, from }) => ({
        check: id,
        host: undefined,
        ...verdict(reply, at, from, requireServers),
      })),
  }
}

/** Who got the same reply is told in one finding. */
function sameReplies(answers: readonly Answer[]): readonly { readonly reply: Reply; readonly from: string }[] {
  const groups = new Map<string, { reply: Reply; from: string[] }>()
  for (const { reply, from } of answers) {
    const key = JSON.stringify(reply.kind === 'answered' ? { ...reply, body: '' } : reply)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, { reply, from: [from] })
    else group.from.push(from)
  }
  return [...groups.values()].map(({ reply, from }) => ({ reply, from: listed(from) }))
}

function verdict(reply: Reply, at: string, from: string, requireServers: boolean): Omit<Finding, 'check' | 'host'> {
  switch (reply.kind) {
    case 'answered':
      return { status: 'passed', message: `${at} answered ${reply.status} to ${from}` }
    case 'accepted':
      return {
        status: 'not-checked',
        message: `${at} accepted a connection from ${from}; its protocol is unknown, so that no answer could be asked for`,
      }
    case 'closed':
      return {
        status: requireServers ? 'failed' : 'warning',
        message: `${at}: haproxy closed the connection of ${from}, since it has no server that is up`,
        mend: 'start the servers behind it (before kubeadm init this is as expected)',
        follows: 'no server is up',
      }
    case 'silent':
      return {
        status: 'failed',
        message: `${at} accepted the connection of ${from} and never answered`,
        mend: 'the haproxy of the holder, or the server behind it, hangs',
      }
    case 'refused':
      return {
        status: 'failed',
        message: `${at} cannot be reached from ${from}: ${reply.why}`,
        mend: 'see whether haproxy runs on the holder and what filters the port',
      }
    case 'not-asked':
      return { status: 'not-checked', message: `${at} was not asked from ${from}: ${reply.why}` }
  }
}
