import type { Facts } from '../../facts/types.ts'
import type { Inventory } from '../../inventory/model.ts'
import { atLeast } from '../../lib/version.ts'
import { platformNamed } from '../../platform/index.ts'
import type { Objection } from '../objection.ts'
import { belongingOf, calledCluster } from './ours.ts'

/** knet and a list of members that is read again came with corosync 3; the words of the CIB with pacemaker 2. */
const OLDEST = { corosync: [3], pacemaker: [2] } as const

/** Why a host cannot be a member of a cluster with pacemaker. */
export function clusterUnsupported(inventory: Inventory, facts: Facts): readonly Objection[] {
  const cluster = platformNamed(facts.platform)?.cluster
  if (cluster !== undefined && 'refused' in cluster)
    return [{ problem: cluster.refused, mend: `write ha: keepalived in the inventory, or take another distribution` }]
  return [...versions(facts), ...belonging(inventory, facts)]
}

function versions(facts: Facts): readonly Objection[] {
  return (['corosync', 'pacemaker'] as const).flatMap((program): readonly Objection[] => {
    const { version, installed } = facts.versions[program]
    if (!installed && version === '')
      return [
        {
          problem: `the repositories of ${facts.os.name} have no ${program}`,
          mend: `write ha: keepalived in the inventory, or install corosync 3 and pacemaker 2 there from elsewhere`,
        },
      ]
    if (!installed || atLeast(version, OLDEST[program])) return []
    const oldest = OLDEST[program].join('.')
    return [
      {
        problem: `${program} ${version} is installed, and ${program} ${oldest} or later is needed`,
        mend: `install ${program} ${oldest} or later there, or write ha: keepalived in the inventory`,
      },
    ]
  })
}

function belonging(inventory: Inventory, { configs }: Facts): readonly Objection[] {
  const conf = configs.corosync?.reveal()
  if (conf === undefined || belongingOf(conf, inventory) !== 'foreign') return []
  return [
    {
      problem: `it is a member of another cluster, ${calledCluster(conf)}`,
      mend: `take it out of that one first ('systemctl disable --now pacemaker corosync' there, then remove /etc/corosync/corosync.conf), or give this cluster that name`,
    },
  ]
}
