import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { onHost } from '../../src/lab/hosts.ts'
import type { Lab } from '../../src/lab/state.ts'
import { cli, ofType, outcome } from './support/cli.ts'
import { bareLab, holdersOf, inventory } from './support/cluster.ts'

const HOSTS = ['lb1', 'lb2']
const onAll = (script: string, seconds = 60) => Promise.all(HOSTS.map((host) => onHost(host, script, seconds)))
/** Seconds for packages that come from a real archive. */
const INSTALL = 400
/** Fetched while names still resolve: nftables' service flushes Docker's way to its name server when it stops. */
const FETCH = `apt-get -qq update && apt-get -qq -y --no-install-recommends --download-only install ufw firewalld >/dev/null 2>&1`
const installed = (name: string) =>
  `DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends ${name} >/dev/null 2>&1`

/** What an operator's firewall lets in, loaded at boot. `flush ruleset` would take the container's way to its name server with it. */
const NFT = `cat >/etc/nftables.conf <<'END'
table inet filter
delete table inet filter
table inet filter {
  chain input {
    type filter hook input priority filter; policy drop;
    iif lo accept
    ct state established,related accept
    tcp dport 22 accept
    meta l4proto { icmp, ipv6-icmp } accept
  }
}
END
systemctl -q enable nftables; systemctl restart nftables`

const nftState = () => onAll('{ nft list ruleset; cat /etc/nftables.conf; ls /etc/nftables.d 2>&1; } | sha256sum')

describe('a pair behind firewalls', () => {
  let lab: Lab
  let file: string
  const reach = () => onHost('lb2', `timeout 3 bash -c 'exec 3<>/dev/tcp/${lab.vip}/6443' && echo open || echo closed`)
  /** The kernel forgets a conversation that is over: adverts have to pass as new ones. */
  const forget = async () => {
    await onAll('systemctl stop keepalived')
    await onAll('systemctl start keepalived')
  }

  beforeAll(async () => {
    lab = await bareLab()
    file = await inventory('firewall')
    await onAll(FETCH, INSTALL)
    await onAll(NFT)
  })

  it('nftables: a plan shows what is closed and changes no rule', async () => {
    const before = await nftState()
    const ran = await cli(['plan', file])
    expect(ran.code, ran.stdout).toBe(2)
    const planned = ofType(ran.events, 'planned')[0]?.resources.filter(({ id }) => id.startsWith('firewall'))
    expect(planned?.map(({ id }) => id)).toEqual(['firewall[vrrp]', 'firewall[tcp/6443]'])
    expect(await nftState()).toEqual(before)
  })

  it('nftables: from bare to one holder that is reached, in what runs and in what is loaded at boot', async () => {
    const ran = await cli(['up', file])
    expect(ran.code, ran.stdout).toBe(0)
    expect(await holdersOf(lab.vip)).toEqual(['lb1'])
    expect(await reach()).toContain('open')
    await onAll('systemctl restart nftables')
    expect(await reach()).toContain('open')
    const again = await cli(['up', file])
    expect(outcome(again), again.stdout).toMatchObject({ outcome: 'nothing to do', executions: 4 })
    expect((await onHost('lb1', 'nft list ruleset | grep -c ha-provision')).trim()).toBe('2')
  })

  it('nftables: with `firewall: check` nothing is opened, and verify tells what is closed', async () => {
    const rules = await onHost('lb2', 'nft -a list chain inet filter input')
    const handle = /tcp dport 6443 .*# handle (\d+)/.exec(rules)?.[1] ?? ''
    await onHost('lb2', `nft delete rule inet filter input handle ${handle}`)
    const checked = await inventory('firewall-check', { top: { firewall: 'check' } })
    const verified = await cli(['verify', checked, '--wait', '3'])
    expect(verified.code, verified.stdout).toBe(3)
    const failed = ofType(verified.events, 'check').filter(({ status }) => status === 'failed')
    expect(failed.map(({ check, host }) => [check, host])).toEqual([['firewall[tcp/6443]', 'lb2']])
    const planned = await cli(['plan', checked])
    expect(outcome(planned).outcome).toBe('nothing to do')
    expect(ofType(planned.events, 'warning').map(({ message }) => message)).toEqual([
      expect.stringContaining('lb2: nftables keeps tcp/6443 out: the policy of inet filter input'),
    ])
    const mended = await cli(['up', file])
    expect(outcome(mended), mended.stdout).toMatchObject({ outcome: 'done', changed: 1 })
  })

  it('ufw: opened once, and still after it loads its files again', async () => {
    await onAll('systemctl -q disable nftables; nft delete table inet filter; rm -rf /etc/nftables.d')
    onTestFinished(async () => {
      await onAll('ufw --force disable; iptables -P INPUT ACCEPT; iptables -F; ip6tables -F')
    })
    await onAll(`${installed('ufw')} && ufw allow 22/tcp && ufw --force enable`, INSTALL)
    const ran = await cli(['up', file])
    expect(ran.code, ran.stdout).toBe(0)
    expect(outcome(ran)).toMatchObject({ changed: 4 })
    await onAll('ufw reload')
    await forget()
    const again = await cli(['up', file])
    expect(outcome(again), again.stdout).toMatchObject({ outcome: 'nothing to do' })
    expect(await holdersOf(lab.vip)).toEqual(['lb1'])
    expect(await reach()).toContain('open')
  }, 600_000)

  it('firewalld: opened in a cluster that serves, and still after a reload', async () => {
    await onAll(`${installed('firewalld')} && systemctl restart firewalld`, INSTALL)
    const ran = await cli(['up', file])
    expect(ran.code, ran.stdout).toBe(0)
    expect(outcome(ran)).toMatchObject({ changed: 4 })
    await onAll('firewall-cmd --reload')
    await forget()
    const again = await cli(['up', file])
    expect(outcome(again), again.stdout).toMatchObject({ outcome: 'nothing to do' })
    expect(await holdersOf(lab.vip)).toEqual(['lb1'])
    expect(await reach()).toContain('open')
  }, 600_000)
})
