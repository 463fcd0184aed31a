/** What a command leaves behind, and what can stop it. */
export interface Shell {
  exitCode: number
  readonly signal: AbortSignal
}

/** From the mildest to the gravest: several inventories end with the gravest of their ends. */
const GRAVITY: readonly number[] = [0, 2, 3, 4, 1, 130]

/** The graver of two exit codes. */
export function graver(a: number, b: number): number {
  return GRAVITY.indexOf(a) >= GRAVITY.indexOf(b) ? a : b
}
