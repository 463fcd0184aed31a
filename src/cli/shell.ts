/** What a command leaves behind, and what can stop it. */
export interface Shell {
  exitCode: number
  readonly signal: AbortSignal
}
