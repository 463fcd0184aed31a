import { HostError } from '../lib/errors.ts'
import type { Action } from './action.ts'
import { keyValues } from './change.ts'
import { resource, type Change, type Kind, type Resource } from './kind.ts'

interface ServiceSpec {
  readonly unit: string
  /**
   * `enabled`: starts at boot; that it runs is `loaded`'s business. `running`: starts at boot, and runs. `managed`: does not start at boot,
   * and whether it runs is a cluster's business. `retired`: neither starts at boot nor runs.
   */
  readonly wanted: 'enabled' | 'running' | 'managed' | 'retired'
}

/** A unit as its init system sees it. */
export interface ObservedService {
  readonly exists: boolean
  readonly masked: boolean
  readonly enabled: boolean
  readonly active: boolean
  /** Neither running nor about to: `activating` may be a restart that is waited for. */
  readonly stopped: boolean
  /** The init system read the unit's files before they changed; where it reads them only at its start, that takes another one. Or its program changed. */
  readonly stale: 'no' | 'yes' | 'restart' | 'replaced'
  readonly pid: number
}

/** Reads what an init system's `state` snippet printed. */
export function parseService(output: string): ObservedService {
  const values = keyValues(output)
  const load = values.get('load')
  const enabled = values.get('enabled')
  if (load === undefined) throw new HostError(`a unit's state cannot be read from '${output.trim()}'`)
  return {
    exists: load !== 'not-found',
    masked: load === 'masked' || enabled === 'masked' || enabled === 'masked-runtime',
    enabled: enabled === 'enabled',
    // Exactly `active`: `inactive` and `activating` are something else.
    active: values.get('active') === 'active',
    stopped: ['inactive', 'failed'].includes(values.get('active') ?? ''),
    stale: staleness(values.get('stale')),
    pid: Number(values.get('pid') ?? 0),
  }
}

function staleness(value: string | undefined): ObservedService['stale'] {
  return value === 'yes' || value === 'restart' || value === 'replaced' ? value : 'no'
}

const DISABLED = { property: 'boot', before: 'enabled', after: 'disabled' }
const READ = { property: 'unit files', before: 'changed since they were read' }
const STALE: Readonly<Record<ObservedService['stale'], readonly Change[]>> = {
  no: [],
  yes: [{ ...READ, after: 'read again' }],
  restart: [{ ...READ, after: 'read by a restart' }],
  replaced: [{ property: 'program', before: 'replaced since it was started', after: 'the new one runs' }],
}

/** Whether a unit starts at boot, and whether its init system knows its files. */
export const serviceKind: Kind<ServiceSpec, ObservedService> = {
  kind: 'service',
  probe: (spec, platform) => platform.init.state(spec.unit),
  parse: parseService,
  diff(spec, observed): readonly Change[] {
    if (spec.wanted === 'retired') {
      return [
        ...(observed.exists && !observed.stopped ? [{ property: 'state', before: 'running', after: 'stopped' }] : []),
        ...(observed.enabled ? [DISABLED] : []),
      ]
    }
    const state =
      spec.wanted === 'running' && !observed.active
        ? [{ property: 'state', before: 'not running', after: 'running' }]
        : []
    // A mask hides whether the unit is enabled and whether its files were read: that shows once it is gone. What does not run does not serve.
    if (observed.masked) return [{ property: 'mask', before: 'masked', after: 'not masked' }, ...state]
    if (spec.wanted === 'managed') return [...(observed.enabled ? [DISABLED] : []), ...STALE[observed.stale]]
    return [
      ...(observed.enabled ? [] : [{ property: 'boot', before: 'disabled', after: 'enabled' }]),
      ...STALE[observed.stale],
      ...state,
    ]
  },
  actions(spec, changes): readonly Action[] {
    const { unit, wanted } = spec
    const act: Record<string, Action> = {
      mask: { do: 'unmask', unit },
      boot: { do: wanted === 'retired' || wanted === 'managed' ? 'disable' : 'enable', unit },
      state: { do: wanted === 'retired' ? 'stop' : 'start', unit },
      'unit files': { do: 'reread-units', unit },
      program: { do: 'reread-units', unit },
    }
    return changes.map(({ property }) => act[property]).filter((action) => action !== undefined)
  },
}

/** A unit that shall start at boot, or run, or be left to a cluster, or do nothing any more. */
export function serviceResource(unit: string, wanted: ServiceSpec['wanted'] = 'enabled'): Resource {
  return resource(serviceKind, unit, { unit, wanted })
}
