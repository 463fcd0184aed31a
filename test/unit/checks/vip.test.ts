import { describe, expect, test } from 'vitest'
import { vipCheck } from '../../../src/checks/vip.ts'
import { debian } from '../../../src/platform/debian.ts'
import { program, temporaryPath } from '../support/programs.ts'
import { runShell, shells } from '../support/shells.ts'
import { samplesOf, verdicts } from './samples.ts'

const v4 = vipCheck({ name: 'api', address: '10.0.0.100', family: 4 })
const v6 = vipCheck({ name: 'api6', address: '2001:db8::100', family: 6 })

function addresses(...list: readonly string[]): string {
  return list
    .map((one) => `2: eth0    ${one.includes(':') ? 'inet6' : 'inet'} ${one} scope global eth0\\   forever\n`)
    .join('')
}

const NONE = addresses('10.0.0.11/24')
const HOLDS = addresses('10.0.0.12/24', '10.0.0.100/32')

describe('holders', () => {
  test('one: passed, and told who', () => {
    const [finding] = v4.judge(samplesOf({ lb1: NONE, lb2: HOLDS }))
    expect(finding).toEqual({
      check: 'vip[api]',
      host: 'lb2',
      status: 'passed',
      message: 'api 10.0.0.100 is held by lb2 alone',
    })
  })

  test('none: failed', () => {
    const [finding] = v4.judge(samplesOf({ lb1: NONE, lb2: NONE }))
    expect(finding).toMatchObject({ host: undefined, status: 'failed', message: 'no member holds 10.0.0.100' })
    expect(finding?.mend).toContain('journalctl -u keepalived')
  })

  test('two: failed with other words, and who they are', () => {
    const [finding] = v4.judge(samplesOf({ lb1: HOLDS, lb2: NONE, lb3: HOLDS }))
    expect(finding).toMatchObject({ host: undefined, status: 'failed' })
    expect(finding?.message).toMatch(/^2 members hold 10\.0\.0\.100 at once: lb1, lb3; either it was added by hand, or/)
    expect(finding?.mend).toContain('let protocol 112 pass')
  })

  test('two with firewall rules: the rules are named with their members', () => {
    const [finding] = v4.judge(
      samplesOf({
        lb1: `${HOLDS}firewall: -A INPUT -p vrrp -j DROP\n`,
        lb2: `${HOLDS}firewall: ip protocol 112 drop\n`,
      }),
    )
    expect(finding?.message).toContain("firewall rule on lb1: '-A INPUT -p vrrp -j DROP', lb2: 'ip protocol 112 drop'")
  })

  test('a rule about VRRP is nobody’s business while one holds it', () => {
    expect(verdicts(v4.judge(samplesOf({ lb1: `${HOLDS}firewall: -p 112 -j ACCEPT\n`, lb2: NONE })))).toEqual([
      ['vip[api]', 'lb1', 'passed'],
    ])
  })

  test('two interfaces of one member are one holder', () => {
    expect(v4.holders(samplesOf({ lb1: HOLDS + addresses('10.0.0.100/24') }))).toEqual(['lb1'])
  })

  test.each(['10.0.0.1/24', '110.0.0.100/24', '10.0.0.10/0', '10.0.0.101/32'])('%s is another address', (other) => {
    expect(v4.holders(samplesOf({ lb1: addresses(other) }))).toEqual([])
  })

  test.each(['2001:db8::100/128', '2001:0db8:0:0:0:0:0:0100/64', '2001:DB8:0::100/64'])(
    '%s is the IPv6 one',
    (written) => {
      expect(v6.holders(samplesOf({ lb1: addresses(written), lb2: addresses('2001:db8::1/64') }))).toEqual(['lb1'])
    },
  )

  test('a VIP that is written long is found where the kernel writes it short', () => {
    const long = vipCheck({ name: 'x', address: '2001:db8:0:0::0100', family: 6 })
    expect(long.holders(samplesOf({ lb1: addresses('2001:db8::100/128') }))).toEqual(['lb1'])
  })

  test('nothing printed is nothing held', () => {
    expect(verdicts(v4.judge(samplesOf({ lb1: '', lb2: '' })))).toEqual([['vip[api]', undefined, 'failed']])
  })
})

describe('probe', () => {
  test.each(shells)('rules about VRRP are read with the addresses, four at most ($name)', async (shell) => {
    const path = temporaryPath()
    program(path, 'ip', `[ "$*" = '-o addr show' ] || exit 9\nprintf '%s' '${HOLDS}'\n`)
    program(path, 'nft', `printf '\\t\\tip protocol 112 drop\\n\\t\\ttcp dport 22 accept\\n'`)
    program(
      path,
      'iptables-save',
      `for n in 1 2 3 4; do echo "-A INPUT -s 10.0.0.$n -p 112 -j DROP"; done; echo '-A INPUT -p tcp'`,
    )
    const { stdout } = await runShell(shell, v4.probe(debian), path.environment)
    expect(stdout).toBe(
      `${HOLDS}firewall: ip protocol 112 drop\n${[1, 2, 3].map((n) => `firewall: -A INPUT -s 10.0.0.${n} -p 112 -j DROP\n`).join('')}`,
    )
  })

  test.each(shells)('a member without firewall programs tells its addresses ($name)', async (shell) => {
    const path = temporaryPath()
    program(path, 'ip', `printf '%s' '${NONE}'\n`)
    for (const missing of ['nft', 'iptables-save']) program(path, missing, 'exit 127\n')
    expect((await runShell(shell, v4.probe(debian), path.environment)).stdout).toBe(NONE)
  })
})
