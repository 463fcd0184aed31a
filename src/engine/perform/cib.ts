import { type Text, text } from '../../lib/secret.ts'
import { words } from '../../lib/shell.ts'
import type { Action } from '../../resources/action.ts'

/** Brings the CIB to its new text by a patch that is judged before; nothing is changed when another has changed it meanwhile. */
export function cibScript({ content }: Extract<Action, { do: 'cib' }>): Text {
  return text`cibadmin --replace --xml-pipe <<'CIB'\n${content}\nCIB\n`
}

/** A property of its own, so that what an operator has set stays, and what a killed run has left is known for ours. */
const MAINTENANCE = 'ha-provision-maintenance-mode'

/** Sets or takes away our maintenance mode. */
export function maintenanceScript(on: boolean): string {
  const nvpair = `<nvpair id="${MAINTENANCE}" name="maintenance-mode" value="true"/>`
  const set = `<cluster_property_set id="cib-bootstrap-options">${nvpair}</cluster_property_set>`
  return on
    ? words('cibadmin', '--modify', '--allow-create', '--scope', 'crm_config', '--xml-text', set)
    : words('cibadmin', '--delete', '--xml-text', nvpair)
}
