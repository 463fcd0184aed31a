import { unifiedDiff } from '../../lib/diff.ts'
import { HostError } from '../../lib/errors.ts'
import { parseXml, renderXml, xml, type XmlElement } from '../../lib/xml.ts'
import type { WantedCib } from '../action.ts'
import type { Comparison, Resource } from '../kind.ts'
import { changesBetween, concern } from './changes.ts'
import { masked, revealed, secretText, secretValues, sensitiveNames } from './mask.ts'
import { merge } from './merge.ts'
import { section } from './tree.ts'

const SILENT = 'pacemaker does not answer'

/** The configuration of a cluster, of which every member has the same. It is changed through one of them. */
export function cibResource(name: string, wanted: WantedCib): Resource {
  return {
    id: `cib[${name}]`,
    kind: 'cib',
    scope: 'cluster',
    cib: wanted,
    probe,
    compare: (output) => compareCib(output, wanted),
  }
}

/** A pacemaker that hangs must not keep the other probes from being answered. */
function probe(): string {
  return `command -v cibadmin >/dev/null || { echo '${SILENT}'; exit 0; }
timeout 20 cibadmin --query 2>/dev/null || echo '${SILENT}'`
}

/** Everything is told of a cluster that does not run yet, and nothing can be done about it. */
function compareCib(output: string, wanted: WantedCib): Comparison {
  const running = !output.includes(SILENT)
  const cib = running ? readCib(output) : xml('cib', {})
  const current = section(cib, 'configuration')
  const { configuration, doubts, takeover } = merge(
    current,
    revealed(wanted.configuration, wanted.secrets),
    wanted.purge,
  )
  const isSensitive = sensitiveNames(wanted.configuration, wanted.secrets)
  const values = secretValues([current, configuration], wanted.secrets, isSensitive)
  const [before, after] = [masked(current, values, isSensitive), masked(configuration, values, isSensitive)]
  const changes = changesBetween(before, after, takeover)
  if (changes.length === 0) return { changes, actions: [], ...(doubts.length === 0 ? {} : { doubts }) }
  const text = running ? renderXml(concern(before)) : undefined
  return {
    changes: running ? changes : [{ property: 'cluster', before: SILENT, after: 'configured' }, ...changes],
    actions: running ? [{ do: 'cib', from: versionOf(cib), content: secretText(configuration, values) }] : [],
    diff: unifiedDiff('CIB', text, renderXml(concern(after))),
    ...(doubts.length === 0 ? {} : { doubts }),
  }
}

function readCib(output: string): XmlElement {
  const cib = parseXml(output)
  if (cib.name !== 'cib' || cib.attributes.epoch === undefined)
    throw new HostError(`what cibadmin printed is no CIB: <${cib.name}>`)
  return cib
}

/** Which configuration it is: pacemaker counts its changes. What is merely observed is counted elsewhere. */
function versionOf({ attributes }: XmlElement): string {
  return `${attributes.admin_epoch ?? '0'}.${attributes.epoch ?? '0'}`
}
