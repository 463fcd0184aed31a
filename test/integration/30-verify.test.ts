import { beforeAll, describe, expect, it } from 'vitest'
import { onHost } from '../../src/lab/hosts.ts'
import type { Lab } from '../../src/lab/state.ts'
import { onAll, PATIENCE, until, untilWhole, verdict } from './support/breakage.ts'
import { cli } from './support/cli.ts'
import { anyLab, holdersOf, inventory } from './support/cluster.ts'
import { holdPort, letGo } from './support/faults.ts'

const BOTH = ['lb1', 'lb2']

interface Case {
  readonly name: string
  /** Breaks a host by hand, and waits until that shows. */
  readonly happen: () => Promise<unknown>
  /** What is told, all of it, in this order. */
  readonly told: readonly RegExp[]
  readonly mend: () => Promise<unknown>
}

describe('verify names what was broken by hand, and nothing else', () => {
  let lab: Lab
  let file: string
  beforeAll(async () => {
    lab = await anyLab()
    file = await inventory('pair')
    const ran = await cli(['up', file])
    expect(ran.code, ran.stdout).toBe(0)
  })

  const holders = async (wanted: string): Promise<void> => {
    await until(
      PATIENCE,
      () => holdersOf(lab.vip),
      (seen) => seen.join(',') === wanted,
    )
  }

  /** Breaks, asks, mends, asks again. Mended whatever the verdict was, so that the next case finds a whole cluster. */
  const proves = async ({ happen, told, mend }: Omit<Case, 'name'>): Promise<void> => {
    try {
      await happen()
      const found = await verdict(file)
      expect(found.told).toEqual(told.map((pattern): unknown => expect.stringMatching(pattern)))
      expect(found.code).toBe(3)
    } finally {
      await mend()
      await holders('lb1')
    }
    await untilWhole(file)
  }

  it('a VIP that was added to a second member', async () => {
    await proves({
      happen: () => onHost('lb2', `ip addr add ${lab.vip}/24 dev eth0`),
      told: [
        /^failed vip\[api\] -: 2 members hold \S+ at once: lb1, lb2; either it was added by hand, or VRRP .*ip addr del/,
      ],
      mend: () => onHost('lb2', `ip addr del ${lab.vip}/24 dev eth0`),
    })
  })

  it('a VIP that stayed on a member whose keepalived is gone', async () => {
    await proves({
      happen: () => onHost('lb2', `systemctl stop keepalived; ip addr add ${lab.vip}/24 dev eth0`),
      told: [
        /^failed service\[keepalived\] lb2: keepalived is not running/,
        /^failed vip\[api\] -: 2 members hold \S+ at once: lb1, lb2; on lb2 no keepalived runs, so that it was left behind/,
      ],
      mend: () => onHost('lb2', `ip addr del ${lab.vip}/24 dev eth0; systemctl start keepalived`),
    })
  })

  it('a VIP that is nowhere', async () => {
    await proves({
      happen: () => onAll(BOTH, 'systemctl stop keepalived'),
      told: [
        /^failed service\[keepalived\] lb1: keepalived is not running/,
        /^failed service\[keepalived\] lb2: keepalived is not running/,
        /^failed vip\[api\] -: no member holds \S+: keepalived runs nowhere/,
      ],
      mend: () => onAll(BOTH, 'systemctl start keepalived'),
    })
  })

  it.each(['haproxy', 'keepalived'])('%s that would not start at boot', async (unit) => {
    await proves({
      happen: () => onHost('lb2', `systemctl -q disable ${unit}`),
      told: [new RegExp(`^failed service\\[${unit}\\] lb2: ${unit} is not enabled: it would not start at boot`)],
      mend: () => onHost('lb2', `systemctl -q enable ${unit}`),
    })
  })

  it.each(['haproxy', 'keepalived'])('%s that was stopped, in one line', async (unit) => {
    await proves({
      happen: () => onHost('lb2', `systemctl stop ${unit}`),
      told: [new RegExp(`^failed service\\[${unit}\\] lb2: ${unit} is not running →`)],
      mend: () => onHost('lb2', `systemctl start ${unit}`),
    })
  })

  it.each(['haproxy', 'keepalived'])('%s that is masked, running or not', async (unit) => {
    await proves({
      happen: () => onHost('lb2', `systemctl -q mask ${unit}`),
      told: [new RegExp(`^failed service\\[${unit}\\] lb2: ${unit} is masked: it cannot be started →`)],
      mend: () => onHost('lb2', `systemctl -q unmask ${unit}`),
    })
    await proves({
      happen: () => onHost('lb2', `systemctl -q mask --now ${unit}`),
      told: [
        new RegExp(`^failed service\\[${unit}\\] lb2: ${unit} is not running, and is masked: it cannot be started →`),
      ],
      mend: () => onHost('lb2', `systemctl -q unmask ${unit}; systemctl start ${unit}`),
    })
  })

  it('haproxy that hangs on the holder: its VIP has moved, and it is named', async () => {
    await proves({
      happen: async () => {
        await onHost('lb1', 'pkill -STOP -x haproxy')
        await holders('lb2')
      },
      told: [/^failed haproxy\[lb1\] lb1: haproxy does not answer on its health page/],
      mend: () => onHost('lb1', 'pkill -CONT -x haproxy'),
    })
  })

  it('haproxy that hangs on the backup', async () => {
    await proves({
      happen: () => onHost('lb2', 'pkill -STOP -x haproxy'),
      told: [/^failed haproxy\[lb2\] lb2: haproxy does not answer on its health page/],
      mend: () => onHost('lb2', 'pkill -CONT -x haproxy'),
    })
  })

  it('haproxy that hangs everywhere: nobody may take the VIP', async () => {
    await proves({
      happen: async () => {
        await onAll(BOTH, 'pkill -STOP -x haproxy')
        await holders('')
      },
      told: [
        /^failed vip\[api\] -: no member holds \S+: keepalived runs on lb1 and lb2 and does not take it → it is in FAULT/,
        /^failed haproxy\[lb1\] lb1: haproxy does not answer/,
        /^failed haproxy\[lb2\] lb2: haproxy does not answer/,
      ],
      mend: () => onAll(BOTH, 'pkill -CONT -x haproxy'),
    })
  })

  it.each([
    {
      by: 'nftables',
      // A table of its own: Docker's rules for its name server are in another one.
      happen: `nft add table inet ops
nft add chain inet ops incoming '{ type filter hook input priority 0; }'
nft add rule inet ops incoming ip protocol 112 drop`,
      rule: `'nft inet ops incoming: ip protocol \\w+ drop' on lb2`,
      mend: 'nft delete table inet ops',
    },
    {
      by: 'a policy of nftables',
      happen: `nft add table inet ops
nft add chain inet ops incoming '{ type filter hook input priority 0; policy drop; }'
nft add rule inet ops incoming meta l4proto '{ tcp, udp, icmp }' accept`,
      rule: `'nft inet ops incoming: policy drop' on lb2`,
      mend: 'nft delete table inet ops',
    },
    {
      by: 'iptables',
      happen: 'iptables -A INPUT -p 112 -j DROP',
      rule: `'iptables -A INPUT -p \\w+ -j DROP' on lb2`,
      mend: 'iptables -D INPUT -p 112 -j DROP',
    },
  ])('VRRP that is dropped by $by: two holders, and the rule', async ({ happen, rule, mend }) => {
    await proves({
      happen: async () => {
        await onHost('lb2', happen)
        await holders('lb1,lb2')
      },
      told: [
        new RegExp(
          `^failed vip\\[api\\] -: 2 members hold \\S+ at once: lb1, lb2; VRRP \\(IP protocol 112\\) is dropped by ${rule} →`,
        ),
      ],
      mend: () => onHost('lb2', mend),
    })
  })

  it('somebody else on the port of the frontend', async () => {
    await proves({
      happen: async () => {
        await onHost('lb2', 'systemctl stop haproxy')
        await holdPort('lb2', 6443)
      },
      told: [
        /^failed service\[haproxy\] lb2: haproxy is not running/,
        /^failed listener\[6443\] lb2: port 6443 is held by perl \(process \d+\), not by haproxy/,
      ],
      mend: async () => {
        await letGo('lb2')
        await onHost('lb2', 'systemctl start haproxy')
      },
    })
  })

  it('two independent problems at once', async () => {
    await proves({
      happen: async () => {
        await onHost('lb1', 'systemctl -q disable keepalived')
        await onHost('lb2', 'pkill -STOP -x haproxy')
      },
      told: [
        /^failed service\[keepalived\] lb1: keepalived is not enabled/,
        /^failed haproxy\[lb2\] lb2: haproxy does not answer/,
      ],
      mend: async () => {
        await onHost('lb1', 'systemctl -q enable keepalived')
        await onHost('lb2', 'pkill -CONT -x haproxy')
      },
    })
  })
})
