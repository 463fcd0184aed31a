import { beforeAll, describe, expect, it } from 'vitest'
import { onHost } from '../../src/lab/hosts.ts'
import { cliText } from './support/cli.ts'
import { bareLab } from './support/cluster.ts'
import { crmState } from './support/crm-state.ts'
import { PAIR } from './support/kills.ts'
import { Migrations, report } from './support/migrate.ts'

/** What pacemaker leaves behind for a unit that it has started. */
const LEFT_TO_PACEMAKER = `cd /run/systemd/system && mkdir -p haproxy.service.d &&
printf '[Service]\\nRestart=no\\n' >haproxy.service.d/50-pacemaker.conf && systemctl daemon-reload`

describe('a Debian pair whose engine is changed', () => {
  let pair: Migrations
  beforeAll(async () => {
    const lab = await bareLab()
    pair = await Migrations.of(lab.vip)
    await pair.reach('keepalived')
  })

  it('plans the way to pacemaker: its order, and the one gap', async () => {
    const { code, stdout } = await cliText(['plan', pair.fileOf('pacemaker')])
    expect(code, stdout).toBe(2)
    expect(stdout).toMatch(
      /VIPs held back\n.*stop keepalived on lb2.*\n.*stop keepalived on lb1, the holder\n.*start the VIPs/,
    )
    expect(stdout).toMatch(/note: the VIP is away from the moment keepalived stops/)
  })

  it('has pacemaker in place of keepalived, with never two holders and one short gap', async () => {
    const seen = await pair.reach('pacemaker')
    report('to pacemaker', seen)
    expect(seen).toMatchObject({ mostHolders: 1, refused: 0 })
    await pair.expectSettled('pacemaker')
    expect(await crmState('lb1')).toMatchObject({ quorum: true, failures: [] })
  })

  it('plans the way back: its order, and the one gap', async () => {
    const { code, stdout } = await cliText(['plan', pair.fileOf('keepalived')])
    expect(code, stdout).toBe(2)
    expect(stdout).toMatch(/maintenance mode.*\n.*stop pacemaker and corosync on .*\n.*start keepalived on the holder/)
    expect(stdout).toMatch(/note: the VIP is away from the moment keepalived starts/)
  })

  it('has keepalived again, with never two holders, one short gap, and the same key once more', async () => {
    const keys = () => Promise.all(PAIR.map((host) => onHost(host, 'sha256sum /etc/corosync/authkey')))
    const before = await keys()
    await Promise.all(PAIR.map((host) => onHost(host, LEFT_TO_PACEMAKER)))
    const seen = await pair.reach('keepalived')
    report('to keepalived', seen)
    expect(seen).toMatchObject({ mostHolders: 1, refused: 0 })
    await pair.expectSettled('keepalived')
    for (const host of PAIR) expect(await onHost(host, 'systemctl show -p Restart --value haproxy')).toBe('always')
    await pair.reach('pacemaker')
    expect(await keys()).toEqual(before)
  })
})
