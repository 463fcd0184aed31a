import { expect, test } from 'vitest'
import { renderJsonSchema } from '../../../src/inventory/json-schema.ts'

// A stale file fails here; `npx vitest run --project unit test/unit/inventory/json-schema.test.ts -u` writes it anew.
test('inventory.schema.json is what the schema says', async () => {
  await expect(renderJsonSchema()).toMatchFileSnapshot('../../../inventory.schema.json')
})
