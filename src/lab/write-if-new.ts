import { readFile, writeFile } from 'node:fs/promises'

/** Writes a file in place unless it holds this text already: a container may have this very file mounted. */
export async function writeIfNew(file: string, text: string): Promise<void> {
  const before = await readFile(file, 'utf8').catch(() => undefined)
  if (before !== text) await writeFile(file, text)
}
