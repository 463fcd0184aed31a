/** Where haproxy lives on a platform: Debian's unit makes /run/haproxy, RHEL and Alpine have other places (field-notes 47). */
export interface HaproxyPaths {
  readonly config: string
  /** Undefined: no chroot, as in a container. */
  readonly chroot: string | undefined
  /** The administration socket. */
  readonly socket: string
  readonly user: string
  readonly group: string
  /** The target of a `log` line where the inventory names none. */
  readonly log: string
  /** The same for versions that cannot print their log. */
  readonly oldLog?: string
}
