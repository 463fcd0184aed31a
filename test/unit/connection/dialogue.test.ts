import { expect, test } from 'vitest'
import { Answers } from '../../../src/connection/credentials/answers.ts'
import { Dialogue } from '../../../src/connection/credentials/dialogue.ts'
import { endpointDefaults } from '../../../src/connection/endpoint.ts'
import { Secret } from '../../../src/lib/secret.ts'

test('a turn that comes when the login is over is given back, and the password not given out', async () => {
  const answers = new Answers(undefined, {})
  const password = new Secret('pw')
  const endpoint = endpointDefaults({ name: 'b', host: 'b', user: 'ops', password }, {})
  const first = await answers.trials.enter('ops', password, 'a')
  if ('refusedBy' in first) throw new Error('no turn')
  const over = new AbortController()
  const dialogue = new Dialogue(endpoint, answers, over.signal)
  const given = dialogue.password()
  // The host closed the connection while it waited for its turn.
  over.abort()
  dialogue.end('broke off')
  first.left()
  expect(await given).toBeUndefined()
  expect(await answers.trials.enter('ops', password, 'c')).toHaveProperty('left')
})
