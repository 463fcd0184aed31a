import { deviceCertificatesCheck } from '../../checks/device-certificates.ts'
import { deviceVoteCheck } from '../../checks/device-vote.ts'
import { expectedVotesCheck } from '../../checks/expected-votes.ts'
import { serviceCheck } from '../../checks/service.ts'
import { fileHash, rootFile } from '../../resources/file.ts'
import { clearedResource } from '../../resources/cleared.ts'
import type { Resource } from '../../resources/kind.ts'
import { loadedResource } from '../../resources/loaded.ts'
import { seededResource } from '../../resources/seeded.ts'
import { serviceResource } from '../../resources/service.ts'
import { text, type Text } from '../../lib/secret.ts'
import type { ClusterPrograms } from '../../platform/types.ts'
import { membersFile } from '../members.ts'
import type { Role } from '../role.ts'
import { renderCorosync } from './conf.ts'
import { DEVICE_UNIT } from './device.ts'
import { followed, RELOAD } from './reload.ts'
import { belongingOf } from './ours.ts'
import { deviceVotes, isCountFixed, isTwoNode } from './votes.ts'

/** corosync with its configuration and key, and pacemaker: both started at boot. What pacemaker shall run is not said here. */
export const corosyncRole: Role = ({ inventory, facts, platform: { cluster, init }, secrets, nodeIds }) => {
  // Refused before anything is done; nothing can be said of it.
  if ('refused' in cluster) return { resources: [], checks: [] }
  const { unit, config, dropIn } = cluster.corosync
  const { device } = inventory.corosync
  const conf = { path: config, content: text`${renderCorosync(inventory, nodeIds)}` }
  const key = secrets.authkey === undefined ? undefined : keyFile(cluster, text`${secrets.authkey}`)
  const files = [...(key === undefined ? [] : [key]), conf].map((file) => ({ path: file.path, sha256: fileHash(file) }))
  const belonging = belongingOf(facts.configs.corosync?.reveal(), inventory)
  return {
    resources: [
      ...(belonging === 'ours' ? [] : [cleared(cluster, { path: config, sha256: fileHash(conf) })]),
      // The key first: without it corosync refuses a configuration that asks for one.
      ...(key === undefined ? [] : [rootFile(key.path, key.content, { encoding: key.encoding, mode: '0400', unit })]),
      rootFile(config, conf.content, {
        validate: { words: ['corosync', '-t', '-c', '%s'], good: [0], silent: false },
        // Not ours: corosync knows a key in its file too.
        sensitive: [/^\s*key\s*:\s*(\S.*)$/gm],
        unit,
      }),
      ...(inventory.pacemaker.fencing.kind === 'none' ? [seededResource({ folder: cluster.pacemaker.cib })] : []),
      rootFile(dropIn.path, text`${dropIn.content}`),
      membersFile(inventory),
      serviceResource(unit),
      loadedResource({ unit, files, reload: RELOAD, followed: followed(config), provedBy: 'main-process' }),
      serviceResource(cluster.pacemaker.unit, 'running'),
      // Last: it asks a host that is not ours, and nothing else waits for it.
      serviceResource(DEVICE_UNIT, device === undefined ? 'retired' : 'running'),
    ],
    checks: [
      expectedVotesCheck({
        members: inventory.loadBalancers.length,
        device: deviceVotes(inventory.corosync, inventory.loadBalancers.length),
        twoNode: isTwoNode(inventory),
        fixed: isCountFixed(inventory),
      }),
      ...(device === undefined
        ? []
        : [serviceCheck(DEVICE_UNIT, init.logCommand(DEVICE_UNIT)), deviceVoteCheck(device.host)]),
      ...(device === undefined || device.tls === 'off' ? [] : [deviceCertificatesCheck()]),
    ],
  }
}

function keyFile({ corosync }: ClusterPrograms, content: Text) {
  return { path: corosync.authkey, content, encoding: 'base64' as const }
}

/** A host that comes from elsewhere brings no CIB along, and runs nothing as what it was. */
function cleared({ corosync, pacemaker }: ClusterPrograms, unless: { path: string; sha256: string }): Resource {
  return clearedResource({ folder: pacemaker.cib, units: [pacemaker.unit, corosync.unit], unless })
}
