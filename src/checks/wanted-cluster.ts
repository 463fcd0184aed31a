/** What a cluster shall be, as far as this check judges it. */
export interface WantedCluster {
  /** The load balancers of the inventory, by name. */
  readonly members: readonly string[]
  /** `everywhere`: haproxy runs on all members. `with-vip`: on one. */
  readonly haproxy: 'everywhere' | 'with-vip'
  /** haproxy's unit: the cluster resource is `systemd:UNIT`. */
  readonly unit: string
  /** How pacemaker's log is read. */
  readonly logCommand: string
}
