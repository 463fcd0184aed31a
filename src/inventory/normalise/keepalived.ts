import { parseIp } from '../addresses.ts'
import type { Check, Garp, Keepalived, Mail, TrackProcess, TrackScript } from '../model.ts'
import type { RawInventory, RawKeepalived } from '../schema/inventory.ts'
import { type Context, list } from './context.ts'
import { milliseconds, written } from './durations.ts'
import { normaliseSecret } from './secrets.ts'
import { DEFAULT_INSTANCE_PREFIX } from './vips.ts'

/** Measured in the lab: asked every second, believed at the first failure, a dead haproxy costs less than a second. */
const TIMING = { interval: 1000, timeout: 1000, fall: 1, rise: 2, weight: 0 }

export function normaliseKeepalived(raw: RawKeepalived, inventory: RawInventory, context: Context): Keepalived {
  const vrrpVersion = raw.vrrp_version ?? (hasIPv6(inventory) ? 3 : 2)
  return {
    mode: raw.mode ?? 'unicast',
    instancePrefix: raw.instance ?? DEFAULT_INSTANCE_PREFIX,
    routerId: normaliseRouterId(raw.router_id),
    advertInterval: milliseconds(raw.advert_interval, 1000),
    preempt: raw.preempt ?? true,
    preemptDelay: milliseconds(raw.preempt_delay, 0),
    vrrpVersion,
    authPass: normaliseAuthPass(raw.auth_pass, vrrpVersion, context),
    check: normaliseCheck(raw.check ?? {}),
    scripts: Object.entries(raw.scripts ?? {}).map(([name, script]) => normaliseScript(name, script)),
    trackProcess: normaliseTrackProcess(raw.track_process),
    trackInterfaces: list(raw.track_interfaces),
    scriptUser: raw.script_user ?? 'keepalived_script',
    scriptSecurity: raw.script_security ?? true,
    skipCheckAdvAddr: raw.skip_check_adv_addr ?? false,
    strict: raw.strict ?? false,
    garp: normaliseGarp(raw.garp ?? {}),
    mail: raw.mail === undefined ? undefined : normaliseMail(raw.mail),
    notify: {
      master: raw.notify?.master,
      backup: raw.notify?.backup,
      fault: raw.notify?.fault,
      stop: raw.notify?.stop,
      any: raw.notify?.any,
    },
    extra: { global: raw.extra?.global ?? '', instance: raw.extra?.instance ?? '', file: raw.extra?.file ?? '' },
    version: raw.version,
  }
}

/** Version 2 knows no IPv6; all instances of a file had better speak the same version. */
function hasIPv6(inventory: RawInventory): boolean {
  return Object.values(inventory.vips).some((vip) => parseIp(vip.address)?.family === 6)
}

function normaliseRouterId(raw: string | undefined): Keepalived['routerId'] {
  if (raw === undefined || raw === 'name') return 'name'
  return raw === 'address' ? 'address' : { text: raw }
}

function normaliseAuthPass(raw: RawKeepalived['auth_pass'], version: 2 | 3, context: Context): Keepalived['authPass'] {
  if (raw === undefined) return version === 2 ? 'generate' : 'none'
  if (typeof raw === 'string') return raw
  return normaliseSecret(raw, ['keepalived', 'auth_pass'], context) ?? 'none'
}

function normaliseCheck(raw: NonNullable<RawKeepalived['check']>): Check {
  return { kind: raw.kind ?? (raw.port === undefined ? 'reply' : 'port'), port: raw.port, ...normaliseTiming(raw) }
}

type RawScript = NonNullable<RawKeepalived['scripts']>[string]

function normaliseScript(name: string, raw: RawScript): TrackScript {
  return { name, command: raw.command, user: raw.user, ...normaliseTiming(raw) }
}

function normaliseTiming(raw: Omit<RawScript, 'command' | 'user'>): typeof TIMING {
  const interval = milliseconds(raw.interval, TIMING.interval)
  return {
    interval,
    timeout: milliseconds(raw.timeout, Math.min(TIMING.timeout, interval)),
    fall: raw.fall ?? TIMING.fall,
    rise: raw.rise ?? TIMING.rise,
    weight: raw.weight ?? TIMING.weight,
  }
}

/** The delay outlives a reload of haproxy, which replaces its process. */
function normaliseTrackProcess(raw: RawKeepalived['track_process']): TrackProcess | undefined {
  if (raw === undefined) return undefined
  const process = typeof raw === 'string' ? { process: raw } : raw
  return { process: process.process, weight: process.weight ?? 0, delay: milliseconds(process.delay, 1000) }
}

function normaliseGarp(raw: NonNullable<RawKeepalived['garp']>): Garp {
  return {
    masterDelay: written(raw.master_delay),
    masterRepeat: raw.master_repeat,
    masterRefresh: written(raw.master_refresh),
    masterRefreshRepeat: raw.master_refresh_repeat,
    lowerPrioRepeat: raw.lower_prio_repeat,
    interval: written(raw.interval),
    gnaInterval: written(raw.gna_interval),
  }
}

function normaliseMail(raw: NonNullable<RawKeepalived['mail']>): Mail {
  return {
    to: list(raw.to),
    from: raw.from,
    server: raw.server,
    connectTimeout: milliseconds(raw.connect_timeout, 30_000),
    alert: raw.alert ?? true,
  }
}
