/** Shows one short line of progress to whoever started the work. */
export type Say = (line: string) => void
