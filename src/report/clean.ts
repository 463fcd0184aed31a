import { printable } from '../lib/printable.ts'

/**
 * Plain data with all its texts made printable. Views call it once for every event that comes in,
 * so no line has to remember where its words come from.
 */
export function clean<Data>(data: Data): Data
export function clean(data: unknown): unknown {
  if (typeof data === 'string') return printable(data)
  if (Array.isArray(data)) return data.map((item: unknown) => clean(item))
  // What is more than plain data (a secret) shows itself as it must.
  if (typeof data !== 'object' || data === null || Object.getPrototypeOf(data) !== Object.prototype) return data
  return Object.fromEntries(
    Object.entries(data).map(([key, value]: [string, unknown]) => [printable(key), clean(value)]),
  )
}
