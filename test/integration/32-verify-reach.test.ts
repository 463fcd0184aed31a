import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Lab } from '../../src/lab/state.ts'
import { docker, onAll, PATIENCE, until, untilWhole, verdict } from './support/breakage.ts'
import { cli } from './support/cli.ts'
import { anyLab, holdersOf, inventory } from './support/cluster.ts'

const APIS = ['api1', 'api2', 'api3']

describe('verify, where servers or the way to the members are the matter', () => {
  let lab: Lab
  let file: string
  beforeAll(async () => {
    lab = await anyLab()
    file = await inventory('pair')
    const ran = await cli(['up', file])
    expect(ran.code, ran.stdout).toBe(0)
  })

  const told = async (lines: readonly RegExp[], words: readonly string[] = []) =>
    await until(
      PATIENCE,
      () => verdict(file, words),
      (seen) => seen.told.length === lines.length && lines.every((line, index) => line.test(seen.told[index] ?? '')),
    )

  afterEach(() => untilWhole(file))

  it('no server is up: one warning, and with --require-servers a failure', async () => {
    await docker(['stop', '--time', '1'], APIS)
    try {
      const line = 'servers\\[kube-apiserver\\] -: no server of kube-apiserver is up: api1 .*, api2 .*, api3 '
      expect((await told([new RegExp(`^warning ${line}`)])).code).toBe(0)
      expect((await told([new RegExp(`^failed ${line}`)], ['--require-servers'])).code).toBe(3)
    } finally {
      await docker(['start'], APIS)
    }
  })

  it('one server is down: it is named, and the service passes', async () => {
    await docker(['stop', '--time', '1'], ['api2'])
    try {
      const line = 'server\\[kube-apiserver/api2\\] -: server api2 of kube-apiserver is down \\('
      const seen = await told([new RegExp(`^warning ${line}`)])
      expect(seen.code).toBe(0)
      expect(seen.passed).toContainEqual(expect.stringMatching(/answered 200 to lb2 and the control machine/))
      expect((await told([new RegExp(`^failed ${line}`)], ['--require-servers'])).code).toBe(3)
    } finally {
      await docker(['start'], ['api2'])
    }
  })

  it('a server that hangs is down too', async () => {
    await docker(['pause'], ['api1'])
    try {
      const seen = await told([
        /^warning server\[kube-apiserver\/api1\] -: server api1 of kube-apiserver is down \(L\dTOUT/,
      ])
      expect(seen.code).toBe(0)
    } finally {
      await docker(['unpause'], ['api1'])
    }
  })

  it('servers that want to know who asks are up', async () => {
    await onAll(APIS, 'touch /run/require-auth')
    try {
      const seen = await until(
        PATIENCE,
        () => verdict(file, ['--require-servers']),
        ({ passed, told }) => told.length === 0 && passed.some((line) => line.includes('answered 401 to lb2')),
      )
      expect(seen).toMatchObject({ code: 0, told: [] })
    } finally {
      await onAll(APIS, 'rm -f /run/require-auth')
    }
  })

  it('a backup out of sight: the others are judged, and nothing is claimed of it', async () => {
    await docker(['pause'], ['lb2'])
    try {
      const seen = await verdict(file)
      expect(seen.told).toEqual([
        expect.stringMatching(/^not-checked vip\[api\] lb1: \S+ is on lb1; whether lb2 holds it too cannot be seen/),
        expect.stringMatching(/^unreachable lb2: /),
      ])
      expect(seen.code).toBe(4)
      expect(seen.passed).toContainEqual(expect.stringMatching(/^passed service\[haproxy\] lb1/))
      expect(seen.passed).toContainEqual(expect.stringMatching(/^passed answer\[/))
    } finally {
      await docker(['unpause'], ['lb2'])
    }
  })

  it('a holder out of sight: the VIP has moved, and still answers', async () => {
    await docker(['pause'], ['lb1'])
    try {
      await until(
        PATIENCE,
        () => holdersOf(lab.vip, ['lb2']),
        (seen) => seen.length === 1,
      )
      const seen = await verdict(file)
      expect(seen.told).toEqual([
        expect.stringMatching(/^not-checked vip\[api\] lb2: \S+ is on lb2; whether lb1 holds it too cannot be seen/),
        expect.stringMatching(/^unreachable lb1: /),
      ])
      expect(seen.code).toBe(4)
      expect(seen.passed).toContainEqual(
        expect.stringMatching(/^passed answer\[.* answered 200 to the control machine/),
      )
    } finally {
      await docker(['unpause'], ['lb1'])
    }
  })

  it('members whose sshd does not forward are not asked, which is no pass', async () => {
    const drop = '/etc/ssh/sshd_config.d/00-no-forwarding.conf'
    await onAll(['lb1', 'lb2'], `echo 'AllowTcpForwarding no' >${drop}; systemctl restart ssh`)
    try {
      const seen = await verdict(file)
      expect(seen.told).toEqual([
        expect.stringMatching(/^not-checked haproxy\[lb1\] lb1: haproxy was not asked: its sshd does not forward/),
        expect.stringMatching(/^not-checked haproxy\[lb2\] lb2: haproxy was not asked: its sshd does not forward/),
        expect.stringMatching(
          /^not-checked answer\[api:6443\] -: \S+ was not asked from lb2: its sshd does not forward/,
        ),
      ])
      expect(seen.code).toBe(0)
      expect(seen.passed).toContainEqual(
        expect.stringMatching(/^passed answer\[.* answered 200 to the control machine/),
      )
      expect(seen.passed).not.toContainEqual(expect.stringMatching(/^passed (haproxy\[|servers)/))
    } finally {
      await onAll(['lb1', 'lb2'], `rm -f ${drop}; systemctl restart ssh`)
    }
  })
})
