import type { Path } from '../lib/yaml.ts'
import { renderPath } from '../lib/yaml-path.ts'
import type { Finding } from './finding.ts'
import { explainIssue } from './shape-issues.ts'
import { inventorySchema, type RawInventory } from './schema/inventory.ts'

/** Judges a document against the schema. `raw` is there when nothing is wrong, or only things that can be left out. */
export function checkShape(value: unknown): { readonly raw?: RawInventory; readonly findings: readonly Finding[] } {
  const result = inventorySchema.safeParse(value)
  if (result.success) return { raw: result.data, findings: [] }
  const findings = withoutEchoes(result.error.issues.flatMap((issue) => explainIssue(issue, value)))
  const rest = inventorySchema.safeParse(
    prune(
      value,
      findings.map((finding) => finding.path),
    ),
  )
  return rest.success ? { raw: rest.data, findings } : { findings }
}

/** A key that is missing only because it is misspelt is one problem, not two. */
function withoutEchoes(findings: readonly Finding[]): readonly Finding[] {
  const meant = new Set(findings.flatMap((finding) => (finding.meant === undefined ? [] : [renderPath(finding.meant)])))
  return findings.filter((finding) => finding.rule !== 'missing' || !meant.has(renderPath(finding.path)))
}

/** The document without what is wrong in it, so that the rules can judge the rest in the same go. */
function prune(value: unknown, wrong: readonly Path[]): unknown {
  const copy: unknown = structuredClone(value)
  for (const path of wrong) remove(copy, path)
  return copy
}

function remove(value: unknown, path: Path): void {
  const [segment, ...rest] = path
  if (segment === undefined || typeof value !== 'object' || value === null) return
  // A list goes as a whole: the places of its items have to stay what they are.
  if (rest.length === 0 || typeof rest[0] === 'number') Reflect.deleteProperty(value, segment)
  // Nobody refers to a server or a script by its name: one that is incomplete can be left out as a whole.
  else remove(Reflect.get(value, segment), segment === 'servers' || segment === 'scripts' ? rest.slice(0, 1) : rest)
}
