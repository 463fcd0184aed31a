import { type Text, text } from '../../lib/secret.ts'
import type { Action } from '../../resources/action.ts'

/** Brings the CIB to its new text by a patch that is judged before; nothing is changed when another has changed it meanwhile. */
export function cibScript({ content }: Extract<Action, { do: 'cib' }>): Text {
  return text`cibadmin --replace --xml-pipe <<'CIB'\n${content}\nCIB\n`
}
