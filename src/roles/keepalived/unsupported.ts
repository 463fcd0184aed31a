import { platformNamed } from '../../platform/index.ts'
import type { Facts } from '../../facts/types.ts'
import type { Inventory, LoadBalancer } from '../../inventory/model.ts'
import { notBefore, type Objection, type Program, tooNew, type Word } from '../objection.ts'
import { since, supports } from './features.ts'
import { instancesOf } from './instances.ts'
import { renderKeepalived } from './render.ts'
import { syncGroups } from './sync-group.ts'

/** What an operator may ask for in raw lines (ChangeLog and release notes); before `-t` nobody else would object. */
const WORDS: readonly Word[] = [
  { name: 'track_file', line: /^\s*(vrrp_)?track_file\b/, since: [2, 0, 0] },
  { name: 'notify_master_rx_lower_pri', line: /^\s*notify_master_rx_lower_pri\b/, since: [2, 0, 6] },
  { name: 'vrrp_track_process', line: /^\s*(vrrp_)?track_process\b/, since: [2, 0, 11] },
  { name: 'vrrp_min_garp', line: /^\s*vrrp_min_garp\b/, since: [2, 0, 12] },
  { name: 'vrrp_startup_delay', line: /^\s*vrrp_startup_delay\b/, since: [2, 0, 14] },
  { name: 'max_auto_priority', line: /^\s*max_auto_priority\b/, since: [2, 1, 0] },
  { name: 'reload_check_config', line: /^\s*reload_check_config\b/, since: [2, 2, 0] },
  { name: 'unicast_fault_no_peer', line: /^\s*unicast_fault_no_peer\b/, since: [2, 2, 7] },
]

/** What the inventory asks for and the keepalived of this host cannot do. */
export function keepalivedUnsupported(inventory: Inventory, lb: LoadBalancer, facts: Facts): readonly Objection[] {
  const { version } = facts.versions.keepalived
  const program: Program = { name: 'keepalived', version }
  const paths = platformNamed(facts.platform)?.keepalived
  const secrets = { vrrpAuthPass: undefined, statsPassword: undefined, authkey: undefined }
  const config = renderKeepalived(inventory, lb, facts, secrets, paths).masked
  return [...tooNew(program, config, WORDS), ...tracking(inventory, lb, program), ...globalVips(inventory, lb, program)]
}

/** What would be tracked in the file, and be ignored without a word. */
function tracking(inventory: Inventory, lb: LoadBalancer, program: Program): readonly Objection[] {
  const { check, scripts, trackProcess } = inventory.keepalived
  const { version } = program
  const object = (what: string, feature: Parameters<typeof since>[0]): Objection[] =>
    supports(version, feature) ? [] : [notBefore(program, what, since(feature))]
  const process = trackProcess === undefined ? [] : object('track_process', 'track-process')
  if (syncGroups(instancesOf(inventory, lb), inventory.keepalived).length === 0 || process.length > 0) return process
  const weighted = [...(check.kind === 'none' ? [] : [check]), ...scripts].some(({ weight }) => weight !== 0)
  const several = 'for several VIPs on one interface'
  return [
    ...(weighted ? object(`a script with a weight ${several}`, 'group-tracking') : []),
    ...(trackProcess !== undefined && trackProcess.weight !== 0
      ? object(`track_process with a weight ${several}`, 'group-track-process')
      : []),
  ]
}

function globalVips(inventory: Inventory, lb: LoadBalancer, program: Program): readonly Objection[] {
  const { version } = program
  if (!supports(version, 'config-test') || supports(version, 'global-ipv6-vip')) return []
  return instancesOf(inventory, lb)
    .filter(({ vip, peers }) => vip.family === 6 && peers === undefined && !/^fe[89ab]/i.test(vip.address))
    .map(({ vip }) => ({
      problem: `keepalived ${version} refuses ${vip.address} as the first VIP of a multicast instance: it is not link-local`,
      mend: `install keepalived ${since('global-ipv6-vip').join('.')} or later there, or use mode: unicast with IPv6 addresses of the members`,
    }))
}
