// What a run of the test runner counted, as a file: more than its own reports tell of a failure, since what was expected
// and what was seen is all there is to go by when it happened on another machine.
import { writeFileSync } from 'node:fs'
import { relative } from 'node:path'
import { stripVTControlCharacters } from 'node:util'

/** A log that is cut keeps its end: a failure has to be told in few lines. */
const LINES_OF_A_FAILURE = 60

/** A reporter of the test runner; the file is named by TEST_TALLY. */
export default class Tally {
  onTestRunEnd(modules, unhandled) {
    const tests = modules.flatMap((module) => [...module.children.allTests()])
    const of = (state) => tests.filter((test) => test.result().state === state)
    const broken = modules.flatMap((module) => brokenIn(module))
    const failures = [
      ...of('failed').map((test) => told(test.module, test.fullName, test.result().errors)),
      ...broken,
      ...(unhandled.length === 0 ? [] : [told(undefined, 'beside all tests', unhandled)]),
    ]
    const counts = { passed: of('passed').length, failed: failures.length, skipped: 0, failures }
    // A test that a broken suite kept from running is neither; the suite has failed.
    counts.skipped = broken.length > 0 ? 0 : tests.length - of('failed').length - counts.passed
    writeFileSync(process.env.TEST_TALLY, JSON.stringify(counts))
  }
}

/** Files and suites that failed by themselves: they did not load, or a hook of theirs failed. */
function brokenIn(module) {
  const suites = [...module.children.allSuites()].filter((suite) => suite.errors().length > 0)
  const all = [...(module.errors().length > 0 ? [module] : []), ...suites]
  return all.map((suite) => told(module, suite.fullName ?? '', suite.errors()))
}

/** Where, what, and how it failed, as far as a few lines tell. */
function told(module, what, errors) {
  const where = module === undefined ? '' : `${relative('.', module.moduleId)}: `
  const how = errors.flatMap(({ message, diff, stacks = [] }) => [
    ...lines(message),
    ...lines(diff ?? ''),
    ...stacks.map(({ file, line }) => `    at ${relative('.', file)}:${line}`),
  ])
  return [`${where}${what}`, ...how.slice(0, LINES_OF_A_FAILURE)].join('\n')
}

function lines(text) {
  return stripVTControlCharacters(text)
    .split('\n')
    .filter((line) => line !== '')
}
