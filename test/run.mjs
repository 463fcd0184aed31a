// Runs every test there is and ends with a line that counts them. A skipped test is a failure: it proved nothing.
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync } from 'node:fs'

const projects = projectsOf(process.argv[2])
const report = '.cache/test-report.json'
mkdirSync('.cache', { recursive: true })
rmSync(report, { force: true })

const { status } = spawnSync(
  process.execPath,
  [
    'node_modules/vitest/vitest.mjs',
    'run',
    ...projects.flatMap((project) => ['--project', project]),
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
  ],
  { stdio: 'inherit' },
)

let counts = { passed: 0, failed: 1, skipped: 0 }
try {
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, numFailedTestSuites } = JSON.parse(
    readFileSync(report, 'utf8'),
  )
  // A file that does not load has no tests that could fail.
  const broken = numFailedTests === 0 ? numFailedTestSuites : 0
  counts = { passed: numPassedTests, failed: numFailedTests + broken, skipped: numPendingTests + numTodoTests }
} catch {
  console.error('the test runner left no report')
}
const ok = status === 0 && counts.failed === 0 && counts.skipped === 0
if (counts.skipped > 0) console.error(`${counts.skipped} skipped: a skipped test is a failure here`)
console.log(
  `${counts.passed} passed, ${counts.failed + counts.skipped + (ok || counts.failed + counts.skipped > 0 ? 0 : 1)} failed`,
)
process.exit(ok ? 0 : 1)

function projectsOf(option) {
  if (option === '--soak') return ['soak']
  return option === '--unit' ? ['unit'] : ['unit', 'integration']
}
