import type { Secret } from '../lib/secret.ts'

/** The secrets of one cluster, settled: supplied, read back, generated, or a placeholder where nothing may be generated. */
export interface ClusterSecrets {
  readonly vrrpAuthPass: Secret | undefined
  readonly statsPassword: Secret | undefined
  /** corosync's key, as base64. */
  readonly authkey: Secret | undefined
}
