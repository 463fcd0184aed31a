import type { Sample } from './check.ts'

/** Why, and what the operator can do about it. */
export interface Reason {
  readonly why: string
  readonly mend: string
}

/** What moves a VIP knows why it is on no member, or on several. */
export interface VipReasons {
  /** Names the addresses of the host, and what else is needed to tell why. */
  readonly probe: string
  nowhere(address: string, samples: readonly Sample[]): Reason
  /** At least one. */
  atOnce(address: string, holders: readonly string[], samples: readonly Sample[]): readonly Reason[]
}
