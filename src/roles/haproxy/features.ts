import { atLeast } from '../../lib/version.ts'

/**
 * The first version of haproxy that knows each thing that we would write by ourselves; an older one is written to without it,
 * or in the way it knows. What only an operator asks for is in words-by-version.ts. The versions are those of haproxy's CHANGELOG
 * and of the configuration manual of each; what was tried against real programs is said in the golden cases.
 */
const SINCE = {
  /** `http-check connect` and `http-check send`, lists in `expect status` (2.2-dev7; manual 2.2, 4.2). */
  'http-check-rules': [2, 2],
  /** A new process takes over the listening sockets of the old one (1.8-dev2; management guide 1.8, 3). */
  'expose-fd': [1, 8],
  /** 1.8-dev1; manual 1.8, 3.1. */
  'hard-stop-after': [1, 8],
  /** `log stdout` (announcement of 1.9; 1.8.8 writes nothing, 2.0.13 does, also out of its chroot). */
  'log-to-stdout': [1, 9],
  /** Before, `default-server` took times and limits only: `check` and TLS stand on each server (1.8-dev1; 1.6.3 refuses them). */
  'default-server-words': [1, 8],
  /** Before, a name that does not resolve at the start keeps haproxy from starting (1.7-dev6). */
  'init-addr': [1, 7],
  /** `[2001:db8::1]:6443`; before, the last colon separates the port, and brackets are refused (1.7-dev1). */
  'ipv6-brackets': [1, 7],
  /** Before, quotes are letters like others, and only a backslash escapes (1.6-dev2; manual 1.6, 2.2). */
  quotes: [1, 6],
} as const

export type HaproxyFeature = keyof typeof SINCE

/** Whether a version as haproxy prints it (`2.6.12`, `1.8.27-493ce0b`) has a feature. */
export function supports(version: string, feature: HaproxyFeature): boolean {
  return atLeast(version, SINCE[feature])
}
