import { gatherAll } from './look.ts'
import type { Ending } from './outcome.ts'
import type { Run } from './run.ts'

/** Tells what each host is. Changes nothing. */
export async function describe(run: Run): Promise<Ending> {
  for (const [host, facts] of await gatherAll(run)) run.emit({ type: 'facts', host, facts })
  return { outcome: 'done', exitCode: 0 }
}
