import type { Facts } from '../../facts/types.ts'
import type { Inventory } from '../../inventory/model.ts'
import { atLeast } from '../../lib/version.ts'
import { platformNamed } from '../../platform/index.ts'
import { notBefore, type Objection } from '../objection.ts'
import { belongingOf, calledCluster } from './ours.ts'

/** What each has to be at least, and what came with it. */
const OLDEST = {
  corosync: { since: [3], why: 'knet, and a list of members that is read again while it runs' },
  pacemaker: { since: [2, 0, 3], why: 'crm_mon --output-as=xml, by which it is asked how the cluster is' },
} as const

/** quorum_policy: demote came with it (release notes). */
const DEMOTE = [2, 0, 5]

/** Why a host cannot be a member of a cluster with pacemaker. */
export function clusterUnsupported(inventory: Inventory, facts: Facts): readonly Objection[] {
  const cluster = platformNamed(facts.platform)?.cluster
  if (cluster !== undefined && 'refused' in cluster)
    return [{ problem: cluster.refused, mend: `write ha: keepalived in the inventory, or take another distribution` }]
  return [...versions(facts), ...demotion(inventory, facts), ...belonging(inventory, facts)]
}

function versions(facts: Facts): readonly Objection[] {
  return (['corosync', 'pacemaker'] as const).flatMap((program): readonly Objection[] => {
    const { version, installed } = facts.versions[program]
    if (!installed && version === '')
      return [
        {
          problem: `the repositories of ${facts.os.name} have no ${program}`,
          mend: `write ha: keepalived in the inventory, or install corosync 3 and pacemaker 2.0.3 or later there from elsewhere`,
        },
      ]
    const { since, why } = OLDEST[program]
    if (!installed || atLeast(version, since)) return []
    const oldest = since.join('.')
    return [
      {
        problem: `${program} ${version} is installed, and ${program} ${oldest} or later is needed (with it came ${why})`,
        mend: `install ${program} ${oldest} or later there, or write ha: keepalived in the inventory`,
      },
    ]
  })
}

function demotion({ pacemaker }: Inventory, { versions: { pacemaker: program } }: Facts): readonly Objection[] {
  const { version, installed } = program
  if (pacemaker.quorumPolicy !== 'demote' || !installed || atLeast(version, DEMOTE)) return []
  return [notBefore({ name: 'pacemaker', version }, 'quorum_policy: demote', DEMOTE)]
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
