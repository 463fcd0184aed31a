import type { Run } from '../../../src/engine/run.ts'
import type { Inventory } from '../../../src/inventory/model.ts'
import { loadShippedPlaybook } from '../../../src/playbook/load.ts'

const playbook = await loadShippedPlaybook('keepalived')

/** A run that is connected to nobody, unless the test says to whom. */
export function runOf(inventory: Inventory, more: Partial<Run> = {}): Run {
  return {
    inventory,
    playbook,
    targets: [],
    missing: [],
    connections: new Map(),
    connectMember: () => Promise.resolve(undefined),
    dialFromHere: () => Promise.reject(new Error('nothing was expected to be dialled')),
    emit: () => undefined,
    signal: new AbortController().signal,
    limit: new Set(inventory.loadBalancers.map(({ name }) => name)),
    requireServers: false,
    forceUnlock: false,
    yes: false,
    cleanup: false,
    patience: 0,
    ...more,
  }
}
