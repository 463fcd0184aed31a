import * as corosync from './corosync.ts'
import { autoTieBreaker, corosyncExtra } from './corosync-extra.ts'
import * as fencing from './fencing.ts'
import * as links from './links.ts'
import * as members from './members.ts'
import * as operations from './operations.ts'
import * as properties from './properties.ts'
import * as quorum from './quorum.ts'
import type { Rule } from './rule.ts'
import * as vips from './vips-of-pacemaker.ts'

/** Rules of `ha: pacemaker`, by name: of corosync's members and of the cluster's resources. */
export const PACEMAKER_RULES: Readonly<Record<string, Rule>> = {
  'node-id-range': members.nodeIdRange,
  'node-id-distinct': members.nodeIdDistinct,
  'node-name-case': members.nodeNameCase,
  'link-count': links.linkCount,
  'link-address': links.linkAddress,
  'link-distinct': links.linkDistinct,
  'link-family': links.linkFamily,
  'link-ports': links.linkPorts,

  'token-range': corosync.tokenRange,
  'crypto-hash': corosync.cryptoHash,
  'authkey-form': corosync.authkeyForm,
  'corosync-extra': corosyncExtra,
  'auto-tie-breaker': autoTieBreaker,
  'quorum-policy': quorum.quorumPolicy,
  'quorum-device-host': quorum.quorumDeviceHost,
  'quorum-device-algorithm': quorum.quorumDeviceAlgorithm,

  'fencing-unsaid': fencing.fencingUnsaid,
  'fencing-none': fencing.fencingNone,
  'fencing-host-unknown': fencing.fencingHostUnknown,
  'fencing-uncovered': fencing.fencingUncovered,
  'fencing-race': fencing.fencingRace,
  'fencing-host-list': fencing.fencingHostList,
  'fencing-secret': fencing.fencingSecret,

  'operation-times': operations.operationTimes,
  'on-fail': operations.onFail,
  'migration-threshold': operations.migrationThreshold,
  'failure-timeout': operations.failureTimeout,
  'property-reserved': properties.propertyReserved,
  'property-unknown': properties.propertyUnknown,

  'vip-prefix': vips.vipPrefix,
  'vip-broadcast': vips.vipBroadcast,
  'vip-option': vips.vipOption,
  'prefer-unknown': vips.preferUnknown,
  'prefer-score': vips.preferScore,
  'prefer-nobody': vips.preferNobody,
  'prefer-apart': vips.preferApart,
}
