import type { Problem } from '../lib/problem.ts'
import { readYaml, type YamlFault, type YamlSource } from '../lib/yaml.ts'
import { renderPath } from '../lib/yaml-path.ts'
import { type Finding, isWithin } from './finding.ts'
import type { Inventory } from './model.ts'
import type { Context, ParseEnvironment } from './normalise/context.ts'
import { normalise } from './normalise/inventory.ts'
import { applyRules } from './rules/rules.ts'
import { checkShape } from './shape.ts'

export type { ParseEnvironment }

interface Parsed {
  /** There when no problem is an error. */
  readonly inventory?: Inventory
  /** In the order of the file. */
  readonly problems: readonly Problem[]
}

/** Text → document → shape → normalised inventory → rules. Every problem in one go. */
export function parseInventory(text: string, file: string, environment: ParseEnvironment): Parsed {
  const source = readYaml(text)
  const faults = source.faults.map((fault) => faultProblem(fault, source, file))
  if (source.value === undefined) return { problems: inOrder(faults) }
  const { inventory, findings } = judge(source.value, file, environment)
  const problems = inOrder([...faults, ...findings.map((finding) => locate(finding, source, file))])
  const usable = inventory !== undefined && problems.every((problem) => problem.severity === 'warning')
  return usable ? { inventory, problems } : { problems }
}

function judge(
  value: unknown,
  file: string,
  environment: ParseEnvironment,
): { inventory?: Inventory; findings: readonly Finding[] } {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    const message = value === null ? 'the inventory is empty' : 'an inventory is a mapping of keys to values'
    const mend = 'write cluster, load_balancers, vips and haproxy; inventories/example.yaml shows every key'
    return { findings: [{ rule: 'not-an-inventory', severity: 'error', path: [], message, mend }] }
  }
  const { raw, findings } = checkShape(value)
  if (raw === undefined) return { findings }
  const context: Context = { environment, findings: [] }
  const inventory = normalise(raw, file, context)
  const judged = [...context.findings, ...applyRules({ inventory, raw })]
  return { inventory, findings: [...findings, ...judged.filter((finding) => !isEcho(finding, findings))] }
}

/** A rule may object to what is only the echo of a key that is misspelt or has no usable value. */
function isEcho(finding: Finding, byShape: readonly Finding[]): boolean {
  return byShape.some(({ path, meant = path }) => isWithin(finding.path, meant) || isWithin(meant, finding.path))
}

function locate(finding: Finding, source: YamlSource, file: string): Problem {
  const { rule, severity, path, point, message, mend } = finding
  return { severity, rule, file, ...source.position(path, point), path: renderPath(path), message, mend }
}

function faultProblem(fault: YamlFault, source: YamlSource, file: string): Problem {
  const { rule, message, mend, path, offset } = fault
  return { severity: 'error', rule, file, ...source.positionOf(offset), path: renderPath(path), message, mend }
}

function inOrder(problems: readonly Problem[]): readonly Problem[] {
  return [...problems].sort((a, b) => a.line - b.line || a.column - b.column)
}
