// Integration tests run in lanes side by side: each has a lab of its own and one file at a time inside.
import { readdirSync } from 'node:fs'

const FOLDER = 'test/integration'

/**
 * Alone: what judges how long a service was away or whether quorum was kept, which other work on the machine would spoil;
 * each lane's after the other's. The rest by the number that a file's name begins with.
 */
const ALONE = { a: [20, 31, 50], e: [95] }
/** Numbers below which a file is in a lane, as far as none before claims it: about as long each. */
const LANES = [
  [40, 'a'],
  [70, 'b'],
  [75, 'c'],
  [80, 'b'],
  // The way in: boxes of their own, and no lab.
  [90, 'd'],
  // corosync and pacemaker: what changes, and what breaks.
  [93, 'e'],
  [Infinity, 'f'],
]

/**
 * The lanes, in groups: lanes of a group run side by side, groups one after the other. Every file is in exactly one lane.
 * With numbers only the files that begin with them.
 */
export function lanesOf(numbers = []) {
  const all = integrationFiles().map((file) => ({ file, number: numberOf(file) }))
  const numbered = numbers.length === 0 ? all : all.filter(({ number }) => numbers.includes(number))
  if (numbered.length === 0) throw new Error('no integration test has such a number')
  const laneOf = (number) => LANES.find(([below]) => number < below)?.[1]
  const filesOf = (fits) => numbered.filter(({ number }) => fits(number)).map(({ file }) => file)
  const alone = Object.entries(ALONE).map(([name, own]) => [{ name, files: filesOf((number) => own.includes(number)) }])
  const never = Object.values(ALONE).flat()
  const lanes = [...new Set(LANES.map(([, name]) => name))].map((name) => ({
    name,
    files: filesOf((number) => !never.includes(number) && laneOf(number) === name),
  }))
  // A cluster that is short of processor time loses its members: the two lanes of clusters have the machine for themselves.
  const ofClusters = lanes.filter(({ name }) => name >= 'e')
  return [...alone, lanes.filter(({ name }) => name < 'e'), ofClusters]
    .map((group) => group.filter((lane) => lane.files.length > 0))
    .filter((group) => group.length > 0)
}

function integrationFiles() {
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith('.test.ts'))
    .sort()
    .map((name) => `${FOLDER}/${name}`)
}

/** `42` of `test/integration/42-faults-change.test.ts`. */
function numberOf(file) {
  const number = Number(/\/(\d+)-[^/]*$/.exec(file)?.[1])
  if (Number.isNaN(number))
    throw new Error(`${file}: an integration test begins with a number, by which its lane is chosen`)
  return number
}
