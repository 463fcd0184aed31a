// Runs every test there is and ends with a line that counts them. A skipped test is a failure: it proved nothing.
// Unit tests come first and alone; integration tests run in lanes side by side (test/lanes.mjs).
import { mkdirSync } from 'node:fs'
import { lanesOf } from './lanes.mjs'
import { endAll, vitest } from './vitest-run.mjs'

/** What comes first alone, then the lanes, then those of clusters. */
const MINUTES = { unit: 10, lane: 60, soak: 600 }

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    endAll()
    process.exit(130)
  })
}

mkdirSync('.cache', { recursive: true })
const results = await all(process.argv.slice(2))
const sum = (of) => results.reduce((total, counts) => total + of(counts), 0)
const skipped = sum((counts) => counts.skipped)
const failed = sum((counts) => counts.failed) + skipped
for (const failure of results.flatMap(({ failures }) => failures)) console.log(`FAILED ${failure}`)
if (skipped > 0) console.error(`${skipped} skipped: a skipped test is a failure here`)
console.log(`${sum((counts) => counts.passed)} passed, ${failed} failed`)
process.exit(failed === 0 ? 0 : 1)

/** `--unit`, `--soak`, numbers of integration tests (`10 43`), or everything. */
async function all([option, ...more]) {
  if (option === '--soak') return [await vitest({ name: 'soak', project: 'soak', minutes: MINUTES.soak })]
  const results = []
  const numbers = option === undefined || option === '--unit' ? [] : [option, ...more].map(Number)
  if (numbers.length === 0) results.push(await vitest({ name: 'unit', project: 'unit', minutes: MINUTES.unit }))
  if (option === '--unit') return results
  for (const lanes of lanesOf(numbers)) {
    const run = ({ name, files }) =>
      vitest({ name, project: 'integration', files, minutes: MINUTES.lane, lab: name, prefix: `${name}│ ` })
    results.push(...(await Promise.all(lanes.map(run))))
  }
  return results
}
