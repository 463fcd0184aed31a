/** The first version of haproxy that knows each thing we would like to write. */
const SINCE = {
  /** `http-check connect` and `http-check send`, lists in `expect status` (announcement of 2.2). */
  'http-check-rules': [2, 2],
  /** A new process takes over the listening sockets of the old one (announcement of 1.8). */
  'expose-fd': [1, 8],
  'hard-stop-after': [1, 8],
  /** `log stdout` (announcement of 1.9). */
  'log-to-stdout': [1, 9],
} as const

export type HaproxyFeature = keyof typeof SINCE

/** Whether a version as haproxy prints it (`2.6.12`, `1.8.27-493ce0b`) has a feature. */
export function supports(version: string, feature: HaproxyFeature): boolean {
  const [major = 0, minor = 0] = version.split(/[.-]/).map(Number)
  const [wantedMajor, wantedMinor] = SINCE[feature]
  return major > wantedMajor || (major === wantedMajor && minor >= wantedMinor)
}
