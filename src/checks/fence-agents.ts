import { quote } from '../lib/shell.ts'
import { listed, type Check, type Finding } from './check.ts'

/** The fence agents that the cluster was told of are where pacemaker looks for them: without one nobody is fenced, and a dead holder's VIP stays where it was. */
export function fenceAgentsCheck(agents: readonly string[]): Check {
  const check = 'fence-agents'
  // Those of the old cluster-glue have another folder, and are pacemaker's to find.
  const looked = [...new Set(agents)].filter((agent) => agent.startsWith('fence_'))
  return {
    id: check,
    scope: 'host',
    probe: () => `for agent in ${looked.map(quote).join(' ')}; do [ -x "/usr/sbin/$agent" ] || echo "$agent"; done`,
    judge: (samples) =>
      samples.map(({ host, output }): Finding => {
        const missing = output.split('\n').filter((line) => line !== '')
        if (missing.length === 0) return { check, host, status: 'passed', message: 'the fence agents are there' }
        const message = `${listed(missing)} ${missing.length === 1 ? 'is' : 'are'} not in /usr/sbin: ${host} cannot fence by that`
        const mend = 'install the package that has it there, or name another agent'
        return { check, host, status: 'failed', message, mend }
      }),
  }
}
