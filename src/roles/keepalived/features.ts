import { atLeast } from '../../lib/version.ts'

/**
 * The first version of keepalived that knows each thing we would like to write, from its ChangeLog and release notes; what was
 * tried against real programs is said in the golden cases. What is older than 1.3.5 (`script_user` and
 * `enable_script_security` 1.3.0, VRRP version 3, `vrrp_skip_check_adv_addr`, `vrrp_garp_*`) needs no row.
 */
const SINCE = {
  'track-process': [2, 0, 11],
  /** Before, `track_process` inside a sync group did nothing (release notes 2.2.0). */
  'group-track-process': [2, 2, 0],
  /** Before, tracking inside a sync group lost its weights and the group itself could not track (ChangeLog 2.0.0; 1.3.9 says so). */
  'group-tracking': [2, 0, 0],
  'fault-without-peers': [2, 2, 7],
  /** Before, an interval or time-out of a script was in whole seconds (2.2.8 refuses `0.5`, 2.3.3 takes it). */
  'script-fractions': [2, 3, 0],
  /** `-t` came with 2.0.4, an exit status that tells with 2.0.5; 1.3.9 prints its usage and ends with 0. */
  'config-test': [2, 0, 5],
  /** Before, its test takes it for a mistake that an IPv6 VIP in multicast is not link-local (release notes 2.2.0; 2.0.19 and 2.1.5 do). */
  'global-ipv6-vip': [2, 2, 0],
} as const

export type KeepalivedFeature = keyof typeof SINCE

/** Whether a version (`2.2.7`, `1.3.5`) has a feature. */
export function supports(version: string, feature: KeepalivedFeature): boolean {
  return atLeast(version, SINCE[feature])
}

/** The version that a feature came with. */
export function since(feature: KeepalivedFeature): readonly number[] {
  return SINCE[feature]
}
