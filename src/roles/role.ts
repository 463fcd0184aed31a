import type { Check } from '../checks/check.ts'
import type { Facts } from '../facts/types.ts'
import type { Inventory, LoadBalancer } from '../inventory/model.ts'
import type { Platform } from '../platform/types.ts'
import type { Resource } from '../resources/kind.ts'
import type { ClusterSecrets } from './secrets.ts'

/** What a role knows: the inventory, the host's own facts and the cluster's secrets; never another host's facts. */
export interface RoleInput {
  readonly inventory: Inventory
  readonly host: LoadBalancer
  readonly facts: Facts
  readonly platform: Platform
  readonly secrets: ClusterSecrets
  /** The members' numbers in corosync, by name: what the cluster remembers, else counted. */
  readonly nodeIds: ReadonlyMap<string, number>
}

/** What a role wants of a host, in the order it is done, and how it is judged. */
export interface RoleOutput {
  readonly resources: readonly Resource[]
  readonly checks: readonly Check[]
}

/** A typed function from parameters and facts to resources and checks. */
export type Role = (input: RoleInput) => RoleOutput
