import type { Secret } from '../lib/secret.ts'
import type { Haproxy } from './model-haproxy.ts'
import type { Corosync, Pacemaker } from './model-pacemaker.ts'
import type { SecretReference } from './secrets.ts'

export type * from './model-haproxy.ts'
export type * from './model-pacemaker.ts'

/**
 * An inventory after parsing and normalising: every default filled in, long and short forms one.
 * Durations are milliseconds. What rules may judge is still as the operator wrote it.
 */
export interface Inventory {
  /** The file, as the operator named it. */
  readonly file: string
  readonly cluster: string
  readonly ha: 'keepalived' | 'pacemaker'
  readonly connection: ConnectionSettings
  readonly loadBalancers: readonly LoadBalancer[]
  readonly vips: readonly Vip[]
  readonly keepalived: Keepalived
  readonly corosync: Corosync
  readonly pacemaker: Pacemaker
  /** Whether the hosts' own firewalls are opened, only judged, or left alone. */
  readonly firewall: 'manage' | 'check' | 'ignore'
  readonly haproxy: Haproxy
}

export interface ConnectionSettings {
  readonly user: string | undefined
  readonly port: number | undefined
  readonly identityFiles: readonly string[]
  /** Use the agent that SSH_AUTH_SOCK names. */
  readonly agent: boolean | undefined
  readonly knownHosts: readonly string[]
  readonly hostKeys: 'strict' | 'accept-new' | undefined
  readonly connectTimeout: number | undefined
  readonly become: Become
  readonly password: Secret | undefined
  /** Looked up anew at each login. */
  readonly oneTimeCode: SecretReference | undefined
  readonly passphrase: Secret | undefined
  readonly becomePassword: Secret | undefined
  /** The way to the hosts, the nearest to us first; `[]`: straight there. */
  readonly jumps: readonly JumpHost[] | undefined
  readonly transport: 'auto' | 'ssh2' | 'openssh'
  /** The ssh_config file that is followed: ssh's usual ones when undefined, `none`: none. */
  readonly sshConfig: string | undefined
}

/** How root's rights are got; `auto`: by sudo where there is one, else by doas. */
export type Become = 'auto' | 'sudo' | 'doas' | 'su' | 'none'

export interface JumpHost {
  readonly host: string
  readonly port: number | undefined
  readonly user: string | undefined
  readonly identityFiles: readonly string[]
  /** Fingerprints one of which its host key has to have. */
  readonly pinnedKeys: readonly string[]
  readonly password: Secret | undefined
  readonly oneTimeCode: SecretReference | undefined
  readonly passphrase: Secret | undefined
}

/** What a load balancer has of its own; the rest is the connection's. */
export interface OwnConnection {
  readonly identityFiles: readonly string[]
  readonly pinnedKeys: readonly string[]
  readonly jumps: readonly JumpHost[] | undefined
  readonly transport: ConnectionSettings['transport'] | undefined
  readonly become: Become | undefined
  readonly password: Secret | undefined
  readonly oneTimeCode: SecretReference | undefined
  readonly becomePassword: Secret | undefined
}

export interface LoadBalancer {
  readonly name: string
  /** Where ssh goes. */
  readonly host: string
  readonly port: number | undefined
  readonly user: string | undefined
  readonly own: OwnConnection
  /** Its own address in the cluster: VRRP source, unicast peer, `bind: { at: address }`. */
  readonly address: string
  /** 1–254; the highest healthy one holds the VIPs. */
  readonly priority: number
  /** The initial VRRP state; `nopreempt` needs BACKUP on all. */
  readonly state: 'MASTER' | 'BACKUP'
  /** Its number in corosync; where none is given the cluster's own memory, else the order, counts. */
  readonly nodeId: number | undefined
  /** Its addresses on further corosync links. */
  readonly links: readonly string[]
}

export interface Vip {
  readonly name: string
  readonly address: string
  readonly prefix: number | undefined
  readonly family: 4 | 6
  readonly interface: string
  readonly virtualRouterId: number
  /** The name of its `vrrp_instance`: one instance a VIP. */
  readonly instance: string
  /** The label of the address on its interface: `eth0:api`. */
  readonly label: string | undefined
  /** Of pacemaker: the broadcast address, where the agent should not derive it. */
  readonly broadcast: string | undefined
  /** Of pacemaker: further parameters of `ocf:heartbeat:IPaddr2`, by name. */
  readonly options: ReadonlyMap<string, string>
  /** Of pacemaker: who would rather hold it, by score; `-INFINITY` never. */
  readonly preferences: ReadonlyMap<string, number | '-INFINITY' | 'INFINITY'>
}

export interface Keepalived {
  readonly mode: 'unicast' | 'multicast'
  readonly instancePrefix: string
  /** `name`: the load balancer's name; `address`: its address; else the text. */
  readonly routerId: 'name' | 'address' | { readonly text: string }
  readonly advertInterval: number
  readonly preempt: boolean
  readonly preemptDelay: number
  readonly vrrpVersion: 2 | 3
  readonly authPass: 'generate' | 'none' | Secret
  readonly check: Check
  readonly scripts: readonly TrackScript[]
  readonly trackProcess: TrackProcess | undefined
  readonly trackInterfaces: readonly string[]
  readonly scriptUser: string
  readonly scriptSecurity: boolean
  readonly skipCheckAdvAddr: boolean
  readonly strict: boolean
  readonly garp: Garp
  readonly mail: Mail | undefined
  readonly notify: Notify
  /** Raw lines of `global_defs`, of every `vrrp_instance`, and of the file's end. */
  readonly extra: { readonly global: string; readonly instance: string; readonly file: string }
  /** The package's version, `*` for any text; the newest there is when undefined. */
  readonly version: string | undefined
}

/** The check of haproxy itself: `reply` asks its health page, `port` connects, `none` tracks nothing. */
export interface Check {
  readonly kind: 'reply' | 'port' | 'none'
  /** The port that is connected to, for `port`. */
  readonly port: number | undefined
  readonly interval: number
  readonly timeout: number
  readonly fall: number
  readonly rise: number
  /** 0: a failure is FAULT and gives the VIP up. */
  readonly weight: number
}

export interface TrackScript {
  readonly name: string
  readonly command: string
  readonly interval: number
  readonly timeout: number
  readonly fall: number
  readonly rise: number
  readonly weight: number
  readonly user: string | undefined
}

export interface TrackProcess {
  readonly process: string
  readonly weight: number
  readonly delay: number
}

export interface Garp {
  readonly masterDelay: number | undefined
  readonly masterRepeat: number | undefined
  readonly masterRefresh: number | undefined
  readonly masterRefreshRepeat: number | undefined
  readonly lowerPrioRepeat: number | undefined
  readonly interval: number | undefined
  readonly gnaInterval: number | undefined
}

export interface Mail {
  readonly to: readonly string[]
  readonly from: string
  readonly server: string
  readonly connectTimeout: number
  /** Send a mail at every transition (`smtp_alert`). */
  readonly alert: boolean
}

export interface Notify {
  readonly master: string | undefined
  readonly backup: string | undefined
  readonly fault: string | undefined
  readonly stop: string | undefined
  readonly any: string | undefined
}
