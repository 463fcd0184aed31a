import type { Secret } from '../../lib/secret.ts'
import type { Fencing, FencingDevice, Operations, Pacemaker } from '../model.ts'
import type { RawPacemaker } from '../schema/inventory.ts'
import { type Context, list } from './context.ts'
import { milliseconds } from './durations.ts'
import { normaliseSecret } from './secrets.ts'

type RawFencing = NonNullable<RawPacemaker['fencing']>
type RawDevice = Exclude<RawFencing, 'none'>[string]
type RawOperations = NonNullable<NonNullable<RawPacemaker['operations']>['vip']>

/** IPaddr2 and a systemd unit answer within a moment: what takes longer has failed. */
const VIP = { interval: 10_000, monitorTimeout: 20_000, start: 20_000, stop: 20_000 }
const HAPROXY = { interval: 5_000, monitorTimeout: 20_000, start: 60_000, stop: 60_000 }

export function normalisePacemaker(raw: RawPacemaker, context: Context): Pacemaker {
  return {
    haproxy: raw.haproxy ?? 'everywhere',
    fencing: normaliseFencing(raw.fencing, context),
    quorumPolicy: raw.quorum_policy ?? 'stop',
    stickiness: raw.stickiness ?? 100,
    migrationThreshold: raw.migration_threshold ?? 3,
    failureTimeout: milliseconds(raw.failure_timeout, 120_000),
    vip: normaliseOperations(raw.operations?.vip ?? {}, raw.monitor, VIP),
    haproxyOperations: normaliseOperations(raw.operations?.haproxy ?? {}, raw.monitor, HAPROXY),
    properties: new Map(Object.entries(raw.properties ?? {}).map(([name, value]) => [name, String(value)])),
    purge: raw.purge ?? false,
    version: raw.version,
  }
}

function normaliseOperations(raw: RawOperations, shared: RawOperations['monitor'], usual: typeof VIP): Operations {
  return {
    monitor: {
      interval: milliseconds(raw.monitor?.interval ?? shared?.interval, usual.interval),
      timeout: milliseconds(raw.monitor?.timeout ?? shared?.timeout, usual.monitorTimeout),
    },
    startTimeout: milliseconds(raw.start_timeout, usual.start),
    stopTimeout: milliseconds(raw.stop_timeout, usual.stop),
    onFail: raw.on_fail ?? 'restart',
  }
}

function normaliseFencing(raw: RawFencing | undefined, context: Context): Fencing {
  if (raw === undefined || raw === 'none') return { kind: 'none', explicit: raw === 'none' }
  return {
    kind: 'devices',
    devices: Object.entries(raw).map(([name, device]) => normaliseDevice(name, device, context)),
  }
}

function normaliseDevice(name: string, raw: RawDevice, context: Context): FencingDevice {
  const options = Object.entries(raw.options ?? {}).flatMap(
    ([option, value]): (readonly [string, string | Secret])[] => {
      if (typeof value !== 'object') return [[option, String(value)]]
      const secret = normaliseSecret(value, ['pacemaker', 'fencing', name, 'options', option], context)
      return secret === undefined ? [] : [[option, secret]]
    },
  )
  return {
    name,
    agent: raw.agent,
    options: new Map(options),
    hosts: list(raw.hosts),
    monitorInterval: milliseconds(raw.monitor_interval, 60_000),
  }
}
