import type { Play } from '../playbook/playbook.ts'
import type { Step } from './perform/step.ts'
import type { Observation } from './observe.ts'

/**
 * What is to be done on a host, in order: all of it, or the part of one play. Installs of one host become one. What the cluster has as a
 * whole is not a host's: `clusterSteps`.
 */
export function pendingSteps(observation: Observation, play?: Play['name']): readonly Step[] {
  const own = observation.resources.filter(({ resource }) => resource.scope !== 'cluster')
  return stepsOf(play === undefined ? own : own.filter((one) => one.play === play))
}

/** What is to be done to what the cluster has as a whole, as this member sees it; to be done through one of them. */
export function clusterSteps({ resources }: Observation): readonly Step[] {
  return stepsOf(resources.filter(({ resource }) => resource.scope === 'cluster'))
}

function stepsOf(resources: Observation['resources']): readonly Step[] {
  const steps: Step[] = []
  for (const { resource, comparison } of resources) {
    for (const action of comparison.actions) {
      const last = steps.at(-1)
      if (action.do === 'install' && last?.action.do === 'install') {
        const { packages, holdUnits } = last.action
        steps[steps.length - 1] = {
          resources: [...last.resources, resource.id],
          action: {
            do: 'install',
            packages: [...packages, ...action.packages],
            holdUnits: [...holdUnits, ...action.holdUnits],
          },
        }
      } else steps.push({ resources: [resource.id], action })
    }
  }
  return steps
}

/** The unit whose start or reload moves the VIP. */
export function loadsOf(steps: readonly Step[]): readonly string[] {
  return steps.flatMap(({ action }) => (action.do === 'load' ? [action.load.unit] : []))
}
