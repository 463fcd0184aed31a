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
const RUNS = 'keepalived: runs\n'

describe('holders', () => {
  test('one: passed, and told who', () => {
    const [finding] = v4.judge(samplesOf({ lb1: NONE, lb2: HOLDS }), [])
    expect(finding).toEqual({
      check: 'vip[api]',
      host: 'lb2',
      status: 'passed',
      message: 'api 10.0.0.100 is held by lb2 alone',
    })
  })

  test('none: failed, and keepalived runs nowhere', () => {
    const [finding] = v4.judge(samplesOf({ lb1: NONE, lb2: NONE }), [])
    expect(finding).toMatchObject({
      host: undefined,
      status: 'failed',
      message: 'no member holds 10.0.0.100: keepalived runs nowhere',
    })
    expect(finding?.mend).toContain('ha-provision up')
  })

  test('none, though keepalived runs: failed, and where to look', () => {
    const [finding] = v4.judge(samplesOf({ lb1: NONE + RUNS, lb2: NONE }), [])
    expect(finding).toMatchObject({
      host: undefined,
      status: 'failed',
      message: 'no member holds 10.0.0.100: keepalived runs on lb1 and does not take it',
    })
    expect(finding?.mend).toContain('log there')
  })

  test('two: failed with other words, and who they are', () => {
    const [finding] = v4.judge(samplesOf({ lb1: HOLDS + RUNS, lb2: NONE + RUNS, lb3: HOLDS + RUNS }), [])
    expect(finding).toMatchObject({ host: undefined, status: 'failed' })
    expect(finding?.message).toMatch(/^2 members hold 10\.0\.0\.100 at once: lb1, lb3; either it was added by hand, or/)
    expect(finding?.mend).toContain('let protocol 112 pass')
  })

  test('two, one of them without keepalived: it was left there', () => {
    const [finding] = v4.judge(samplesOf({ lb1: HOLDS + RUNS, lb2: HOLDS }), [])
    expect(finding?.message).toBe(
      '2 members hold 10.0.0.100 at once: lb1, lb2; on lb2 no keepalived runs, so that it was left behind or added by hand',
    )
    expect(finding?.mend).toContain('ip addr del')
  })

  test('two with firewall rules: the rules are named with their members', () => {
    const [finding] = v4.judge(
      samplesOf({
        lb1: `${HOLDS}${RUNS}firewall: iptables -A INPUT -p vrrp -j DROP\n`,
        lb2: `${HOLDS}${RUNS}firewall: nft inet ops in: ip protocol 112 drop\n`,
      }),
      [],
    )
    expect(finding?.message).toContain(
      "is dropped by 'iptables -A INPUT -p vrrp -j DROP' on lb1, 'nft inet ops in: ip protocol 112 drop' on lb2",
    )
  })

  test('two are two, whoever else is out of sight', () => {
    expect(verdicts(v4.judge(samplesOf({ lb1: HOLDS, lb2: HOLDS }), ['lb3']))).toEqual([
      ['vip[api]', undefined, 'failed'],
    ])
  })

  test('none and one are not known while a member is out of sight', () => {
    expect(verdicts(v4.judge(samplesOf({ lb1: HOLDS, lb2: NONE }), ['lb3']))).toEqual([
      ['vip[api]', 'lb1', 'not-checked'],
    ])
    expect(verdicts(v4.judge(samplesOf({ lb1: NONE }), ['lb2', 'lb3']))).toEqual([
      ['vip[api]', undefined, 'not-checked'],
    ])
  })

  test('a rule about VRRP is nobody’s business while one holds it', () => {
    expect(verdicts(v4.judge(samplesOf({ lb1: `${HOLDS}firewall: -p 112 -j DROP\n`, lb2: NONE }), []))).toEqual([
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
    expect(verdicts(v4.judge(samplesOf({ lb1: '', lb2: '' }), []))).toEqual([['vip[api]', undefined, 'failed']])
  })
})

describe.each(shells)('probed by $name', (shell) => {
  /** A host with these programs' answers, and with none of the machine's own rules. */
  async function probed(programs: Readonly<Record<string, string>>): Promise<string> {
    const path = temporaryPath()
    program(path, 'ip', `[ "$*" = '-o addr show' ] || exit 9\nprintf '%s' '${NONE}'\n`)
    program(path, 'pidof', 'exit 1\n')
    for (const missing of ['nft', 'iptables-save', 'ip6tables-save']) program(path, missing, 'exit 127\n')
    for (const [name, script] of Object.entries(programs)) program(path, name, `${script}\n`)
    return (await runShell(shell, v4.probe(debian), path.environment)).stdout
  }
  const nft = (ruleset: string) => `[ "$*" = 'list ruleset' ] || exit 9\ncat <<'END'\n${ruleset}\nEND`

  test('a member without firewall programs tells its addresses', async () => {
    expect(await probed({})).toBe(NONE)
  })

  test('that keepalived runs is read in the same look', async () => {
    expect(await probed({ pidof: '[ "$*" = keepalived ] || exit 9; echo 7' })).toBe(NONE + RUNS)
  })

  test('iptables’ rules that keep VRRP out, four at most; one that accepts is no reason', async () => {
    const rules = [
      '-A INPUT -p tcp -j DROP',
      '-A INPUT -s 10.0.0.9 -p 112 -j ACCEPT',
      '-A INPUT -p vrrp -j REJECT --reject-with icmp-port-unreachable',
      ...[1, 2, 3, 4].map((n) => `-A INPUT -s 10.0.0.${n} -p 112 -j DROP`),
    ]
    const told = [rules[2] ?? '', ...rules.slice(3, 6)].map((rule) => `firewall: iptables ${rule}\n`)
    expect(await probed({ 'iptables-save': `cat <<'END'\n${rules.join('\n')}\nEND` })).toBe(NONE + told.join(''))
  })

  test('iptables’ rules are not told once more in nft’s words', async () => {
    const table = (head: string) => `table ${head} {\n\tchain INPUT {\n\t\tip protocol 112 drop\n\t}\n}`
    expect(
      await probed({
        'iptables-save': `echo '-A INPUT -p 112 -j DROP'`,
        nft: nft(`${table('ip filter')}\n${table('inet ops')}`),
      }),
    ).toBe(`${NONE}firewall: iptables -A INPUT -p 112 -j DROP\nfirewall: nft inet ops INPUT: ip protocol 112 drop\n`)
  })

  test.each([
    ['meta l4proto { icmp, vrrp } drop', true],
    ['meta l4proto 112 counter packets 4 bytes 160 drop', true],
    ['ip6 nexthdr 112 reject', true],
    ['ip protocol 112 accept', false],
    ['meta l4proto 1120 drop', false],
    ['tcp dport 112 drop', false],
  ])('nft’s rule %s is a reason: %s', async (rule, isTold) => {
    const ruleset = `table inet ops {\n\tchain in {\n\t\t${rule}\n\t}\n}`
    expect(await probed({ nft: nft(ruleset) })).toBe(NONE + (isTold ? `firewall: nft inet ops in: ${rule}\n` : ''))
  })

  test.each([
    ['tcp dport 22 accept', 'firewall: nft inet ops in: policy drop\n'],
    ['ip protocol vrrp accept', ''],
  ])('a chain that drops what no rule accepts, with %s', async (rule, told) => {
    const head = 'type filter hook input priority filter; policy drop;'
    expect(await probed({ nft: nft(`table inet ops {\n\tchain in {\n\t\t${head}\n\t\t${rule}\n\t}\n}`) })).toBe(
      NONE + told,
    )
  })
})
