/** `1 host`, `2 hosts`. */
export function count(amount: number, noun: string): string {
  return `${amount} ${noun}${amount === 1 ? '' : 's'}`
}

/** The first names of a list, and how many more there are. */
export function names(list: readonly string[], most = 8): string {
  const more = list.length - most
  return more > 0 ? `${list.slice(0, most).join(', ')} and ${more} more` : list.join(', ')
}

/** `0.4 s`, `12 s`, `2 min 5 s`: as exact as anyone reads it. */
export function duration(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`
  const whole = Math.round(seconds)
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`
}

/** Lines after the first are moved in, so that it is seen what belongs together. */
export function hanging(text: string): string {
  return text.trimEnd().replaceAll('\n', '\n    ')
}
