/** The first version of keepalived that knows each thing we would like to write (its ChangeLog and manual page). */
const SINCE = {
  'track-process': [2, 0, 11],
  /** Before, tracking inside a sync group lost its weights and the group itself could not track. */
  'group-tracking': [2, 0, 0],
  'fault-without-peers': [2, 2, 7],
  /** Before, an interval or time-out of a script was in whole seconds (2.2.7 refuses `0.5`, 2.3.3 takes it). */
  'script-fractions': [2, 3, 0],
} as const

export type KeepalivedFeature = keyof typeof SINCE

/** Whether a version (`2.2.7`, `1.3.5`) has a feature. */
export function supports(version: string, feature: KeepalivedFeature): boolean {
  const parts = version.split(/[.-]/).map(Number)
  const wanted = SINCE[feature]
  const index = wanted.findIndex((part, at) => part !== (parts[at] ?? 0))
  return index < 0 || (parts[index] ?? 0) > (wanted[index] ?? 0)
}
