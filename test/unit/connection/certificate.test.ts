import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { plainKey } from '../../../src/connection/host-keys/certificate.ts'
import { makeKey, scratch } from './server.ts'

const folder = scratch()
const authority = makeKey(folder, 'ca', '-t', 'ed25519')
const blob = (file: string): Buffer => Buffer.from(readFileSync(file, 'utf8').split(' ')[1] ?? '', 'base64')

test.each(['ed25519', 'rsa', 'ecdsa'])('a certificate of an %s key is for that key', (type) => {
  const key = makeKey(folder, `host_${type}`, '-t', type)
  execFileSync('ssh-keygen', ['-q', '-s', authority, '-I', 'host', '-h', '-n', 'lb1', `${key}.pub`])
  expect(plainKey(blob(join(folder, `host_${type}-cert.pub`)))).toEqual(blob(`${key}.pub`))
})

test('a key without a certificate, and what is none, stay as they are', () => {
  expect(plainKey(blob(`${authority}.pub`))).toEqual(blob(`${authority}.pub`))
  expect(plainKey(Buffer.from('nothing'))).toEqual(Buffer.from('nothing'))
})
