const UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  msec: 1,
  '': 1000,
  s: 1000,
  sec: 1000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  hr: 3_600_000,
}
const TIME = /(?:interval|timeout|delay|deadtime)$/
const SWITCHES = /^(?:meta_attributes|cluster_property_set|symmetrical|sequential|enabled)$/
const SCORE = /^(?:score|resource-stickiness|migration-threshold)$/

/**
 * A value as pacemaker reads it: a time without a unit is in seconds, `yes` is `true`, a million is infinite. What an agent is told is the
 * agent's to read, and stays as it is; `pcmk_…` is for pacemaker itself.
 */
export function canonicalValue(element: string, name: string, value: string): string {
  if (element === 'instance_attributes' && !name.startsWith('pcmk_')) return value
  if (element === 'utilization' || name === 'id' || name === 'value') return value
  if (TIME.test(name)) return canonicalTime(value)
  if (SCORE.test(name)) return canonicalScore(value)
  if (!SWITCHES.test(element) && !SWITCHES.test(name)) return value
  if (/^(?:true|yes|on)$/i.test(value)) return 'true'
  if (/^(?:false|no|off)$/i.test(value)) return 'false'
  return value
}

function canonicalTime(value: string): string {
  const [, amount, unit = ''] = /^\s*(\d+)\s*([a-z]*)\s*$/i.exec(value) ?? []
  const factor = UNITS[unit.toLowerCase()]
  if (amount === undefined || factor === undefined) return value
  const milliseconds = Number(amount) * factor
  return milliseconds % 1000 === 0 ? `${milliseconds / 1000}s` : `${milliseconds}ms`
}

function canonicalScore(value: string): string {
  const [, sign = '', number = ''] = /^([+-]?)(\d+|INFINITY)$/.exec(value) ?? []
  if (number === '') return value
  return `${sign === '-' ? '-' : ''}${number === 'INFINITY' || Number(number) >= 1_000_000 ? 'INFINITY' : String(Number(number))}`
}
