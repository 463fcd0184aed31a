// Measures how long the service through the VIP is away: `node bench/gap.mjs [--runs 3] [NAME …]`, on the lab, after `lab up` and
// `up inventories/lab.yaml`. Ends with a table, and writes .cache/gaps.json.
import { mkdirSync, writeFileSync } from 'node:fs'
import { runnerImport } from 'vite'

const words = process.argv.slice(2)
const at = words.indexOf('--runs')
const runs = at < 0 ? 3 : Number(words.splice(at, 2)[1])
const { module: gap } = await runnerImport('./bench/gap.ts')
const { module: all } = await runnerImport('./bench/gap-scenarios.ts')
const chosen = all.scenarios.filter(({ name }) => words.length === 0 || words.includes(name))
const results = {}
for (let run = 1; run <= runs; run += 1) {
  for (const scenario of chosen) {
    await all.settled(scenario)
    try {
      const one = await gap.measureGap(scenario.seconds, scenario.happen)
      ;(results[scenario.name] ??= []).push(one)
      console.log(`${run}/${runs} ${scenario.name}: ${JSON.stringify(one)}`)
    } finally {
      await scenario.mend?.()
    }
  }
}
const middle = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)]
console.log('\n| event on the holder | gap min / median / max | failed requests |\n|---|---|---|')
for (const [name, list] of Object.entries(results)) {
  const gaps = list.map(({ gap: seconds }) => seconds)
  const words = [Math.min(...gaps), middle(gaps), Math.max(...gaps)].map((seconds) => seconds.toFixed(2)).join(' / ')
  console.log(`| ${name} | ${words} s | ${list.map(({ failed, requests }) => `${failed} of ${requests}`).join(', ')} |`)
}
mkdirSync('.cache', { recursive: true })
writeFileSync('.cache/gaps.json', JSON.stringify(results, null, 2))
