const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** A whole number and its unit. A bare number is refused: haproxy reads it as milliseconds, keepalived as seconds. */
export const DURATION_PATTERN = /^(\d{1,9})(ms|s|m|h|d)$/

/** `3s`, `500ms`, `4h` in milliseconds; undefined where the text is no duration. */
export function parseDuration(text: string): number | undefined {
  const [, amount, unit] = DURATION_PATTERN.exec(text) ?? []
  const factor = unit === undefined ? undefined : UNITS[unit]
  return amount === undefined || factor === undefined ? undefined : Number(amount) * factor
}

/** The shortest way to write a duration: in the largest unit that leaves a whole number. */
export function formatDuration(milliseconds: number): string {
  if (milliseconds === 0) return '0s'
  const fitting = Object.entries(UNITS).filter(([, factor]) => milliseconds % factor === 0)
  const [unit, factor] = fitting.at(-1) ?? ['ms', 1]
  return `${milliseconds / factor}${unit}`
}
