import { expect } from 'vitest'
import type { Finding, Sample } from '../../../src/checks/check.ts'

/** What members printed, all in one moment. */
export function samplesOf(outputs: Readonly<Record<string, string>>): readonly Sample[] {
  return Object.entries(outputs).map(([host, output]) => ({ host, output, from: 0, to: 1 }))
}

/** The findings without their words. */
export function verdicts(findings: readonly Finding[]): readonly (readonly [string, string | undefined, string])[] {
  return findings.map(({ check, host, status }) => [check, host, status])
}

/** Any text that says this. */
export function saying(words: string | RegExp): unknown {
  return typeof words === 'string' ? expect.stringContaining(words) : expect.stringMatching(words)
}
