// How long programs take and how much memory they need at most, as seen from outside.
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** Runs a program to its end: seconds, its highest resident memory in MiB (Linux), and what it printed. */
export async function measure(program, words) {
  const since = performance.now()
  const child = spawn(program, words, { stdio: ['ignore', 'pipe', 'pipe'] })
  let [output, complaint, memory] = ['', '', 0]
  child.stdout.setEncoding('utf8').on('data', (chunk) => (output += chunk))
  child.stderr.setEncoding('utf8').on('data', (chunk) => (complaint += chunk))
  const watching = setInterval(() => (memory = Math.max(memory, highWater(child.pid))), 10)
  const code = await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve))
  clearInterval(watching)
  if (code !== 0) throw new Error(`${program} ${words.join(' ')} ended with exit code ${code}\n${complaint}${output}`)
  return { seconds: (performance.now() - since) / 1000, memory, output }
}

/** Runs all at the same time: seconds until the last has ended. */
export async function measureTogether(commands) {
  const since = performance.now()
  await Promise.all(commands.map(([program, ...words]) => measure(program, words)))
  return { seconds: (performance.now() - since) / 1000 }
}

/**
 * Measures several things in turn, again and again, so that a busy moment of the machine meets all of them. After so many seconds
 * no further round is begun.
 */
export async function alternate(rounds, things, seconds = Infinity) {
  const results = Object.fromEntries(Object.keys(things).map((name) => [name, []]))
  const until = performance.now() + seconds * 1000
  for (let round = 0; round < rounds && (round === 0 || performance.now() < until); round += 1) {
    for (const [name, thing] of Object.entries(things)) results[name].push(await thing())
  }
  return results
}

export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

function highWater(pid) {
  try {
    return Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024
  } catch {
    return 0
  }
}
