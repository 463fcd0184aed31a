// Integration tests run in lanes side by side: each has a lab of its own and one file at a time inside.
import { readdirSync } from 'node:fs'

const FOLDER = 'test/integration'

/**
 * Alone: what judges how long a service was away, which other work on the machine would spoil.
 * The rest by the number that a file's name begins with; what comes is in the last lane until it is put elsewhere.
 */
const ALONE = [20, 31, 50]
const LANES = [
  { name: 'a', below: 40 },
  { name: 'b', below: 70 },
  { name: 'c', below: 80 },
  // The way in: boxes of their own, and no lab.
  { name: 'd', below: Infinity },
]

/**
 * The lanes, in groups: lanes of a group run side by side, groups one after the other. Every file is in exactly one lane.
 * With numbers only the files that begin with them.
 */
export function lanesOf(numbers = []) {
  const all = integrationFiles().map((file) => ({ file, number: numberOf(file) }))
  const numbered = numbers.length === 0 ? all : all.filter(({ number }) => numbers.includes(number))
  if (numbered.length === 0) throw new Error('no integration test has such a number')
  const alone = numbered.filter(({ number }) => ALONE.includes(number))
  const rest = numbered.filter(({ number }) => !ALONE.includes(number))
  const laneOf = (number) => LANES.find(({ below }) => number < below)?.name
  const beside = LANES.map(({ name }) => ({
    name,
    files: rest.filter(({ number }) => laneOf(number) === name).map(({ file }) => file),
  }))
  const first = { name: 'a', files: alone.map(({ file }) => file) }
  return [[first], beside].map((group) => group.filter((lane) => lane.files.length > 0))
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
