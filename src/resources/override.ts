import { quote } from '../lib/shell.ts'
import { resource, type Kind, type Resource } from './kind.ts'

interface OverrideSpec {
  readonly unit: string
}

const pathOf = (unit: string): string => `/run/systemd/system/${unit}.service.d/50-pacemaker.conf`

/**
 * What pacemaker lays over a unit that it starts, so that nobody else starts it again. Pacemaker takes it away only when it stops the unit:
 * where it ends and leaves the unit running, a killed unit would stay dead until the next boot. Systemd only.
 */
export const overrideKind: Kind<OverrideSpec, boolean> = {
  kind: 'override',
  probe: ({ unit }) => `[ -e ${quote(pathOf(unit))} ] && echo there || echo absent`,
  parse: (output) => output.trim() === 'there',
  diff: (_spec, isThere) =>
    isThere
      ? [{ property: 'restart', before: 'left to pacemaker (Restart=no)', after: "as the unit's own files say" }]
      : [],
  // Killed between the two, the unit's files have changed since they were read: its service tells.
  actions: ({ unit }) => [
    { do: 'remove', path: pathOf(unit) },
    { do: 'reread-units', unit },
  ],
}

/** A unit that nothing of pacemaker's is laid over. */
export function overrideResource(unit: string): Resource {
  return resource(overrideKind, unit, { unit })
}
