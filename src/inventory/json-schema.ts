import * as z from 'zod'
import { inventorySchema } from './schema/inventory.ts'

/** The JSON schema of what an operator writes, for editors. Draft 7 is what they all understand. */
export function inventoryJsonSchema(): object {
  return z.toJSONSchema(inventorySchema, { target: 'draft-7', io: 'input' })
}

/** `inventory.schema.json`, byte for byte. */
export function renderJsonSchema(): string {
  return `${JSON.stringify(inventoryJsonSchema(), null, 2)}\n`
}
