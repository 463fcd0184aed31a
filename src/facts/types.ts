import type { Secret } from '../lib/secret.ts'
import type { FirewallName } from '../platform/firewall/types.ts'

export interface InterfaceAddress {
  readonly address: string
  readonly prefix: number
  readonly family: 4 | 6
}

export interface NetworkInterface {
  readonly name: string
  readonly addresses: readonly InterfaceAddress[]
}

/** An interface in the hands of systemd-networkd. */
export interface NetworkdLink {
  readonly interface: string
  /** Its .network file; one of netplan's is made again at every boot. */
  readonly file: string
  /** KeepConfiguration=, as it is written; empty where it is not. */
  readonly keeps: string
}

/** A version a host said it has, or the one its platform usually ships. */
export interface ProgramVersion {
  /** `2.6.12`; empty where the platform has no such program. */
  readonly version: string
  /** False: nothing is installed yet, and this is the platform's usual version. */
  readonly installed: boolean
}

/** The programs whose versions decide what can be configured. */
export type ProgramName = 'haproxy' | 'keepalived' | 'corosync' | 'pacemaker'

/** What a host is. Facts do not change in a run, but for versions after packages were installed. */
export interface Facts {
  readonly host: string
  readonly os: {
    readonly id: string
    readonly idLike: readonly string[]
    readonly version: string
    readonly name: string
  }
  readonly platform: string
  readonly init: 'systemd' | 'openrc'
  /** What the operator should know of the choice of platform. */
  readonly notes: readonly string[]
  /** Programs that decide how things are done, those of them that are there. */
  readonly programs: readonly string[]
  readonly architecture: string
  readonly hostname: string
  readonly user: { readonly name: string; readonly uid: number }
  readonly interfaces: readonly NetworkInterface[]
  readonly versions: Readonly<Record<ProgramName, ProgramVersion>>
  /** The firewall manager that is active: one that is merely installed is `none`. */
  readonly firewall: FirewallName | 'none'
  readonly selinux: 'enforcing' | 'permissive' | 'disabled'
  /** The interfaces that systemd-networkd manages, netplan's among them. */
  readonly networkd: readonly NetworkdLink[]
  /** What haproxy was built with (`+OPENSSL`) or without (`-LUA`); empty before it is installed. */
  readonly haproxyBuild: readonly string[]
  /** The lines that name the host's own package repositories, where the platform needs to know them. */
  readonly repositories: readonly string[]
  /** Free bytes where configuration and packages go. */
  readonly free: { readonly etc: number; readonly var: number }
  /** The configurations as they are: secrets that the cluster already has are read back from them. */
  readonly configs: {
    readonly keepalived: Secret | undefined
    readonly haproxy: Secret | undefined
    readonly corosync: Secret | undefined
    /** The key of the cluster's members, as base64. */
    readonly authkey: Secret | undefined
  }
  /** The members as the last good run wrote them down here; undefined when there was none. */
  readonly members: readonly Member[] | undefined
}

/** A load balancer as it is remembered on the others, so that one that leaves can be retired. */
export interface Member {
  readonly name: string
  readonly address: string
  readonly host: string
  readonly port: number
}
