import { expect, it } from 'vitest'
import { MASK, Secret, text } from '../../src/lib/secret.ts'

it('hides its secrets in what somebody says about it, a longer one before one within it', () => {
  const file = text`auth ${new Secret('hunter22')} and ${new Secret('hunter22-long')} or ${new Secret('a')}`
  expect(file.hide("line 3: 'hunter22-long' after 'hunter22' is a fault")).toBe(
    `line 3: '${MASK}' after '${MASK}' is a fault`,
  )
})
