import { beforeAll, describe, expect, it } from 'vitest'
import { onHost } from '../../src/lab/hosts.ts'
import { cli, ofType, outcome } from './support/cli.ts'
import { bareLab, inventory } from './support/cluster.ts'

/** The stand-in's repository has two releases of one version. */
describe('dnf', () => {
  beforeAll(async () => {
    await bareLab(2, ['rocky-9'])
  })

  const pinned = (version: string): Promise<string> => inventory('pinned', { haproxy: { version } })
  const up = async (file: string): Promise<void> => {
    const ran = await cli(['up', file])
    expect(ran.code, ran.stdout).toBe(0)
  }
  const installed = async (host: string): Promise<string> =>
    (await onHost(host, "rpm -q --qf '%{VERSION}-%{RELEASE}' haproxy")).trim()

  it('installs the version that is pinned, and knows it again', async () => {
    const file = await pinned('2.6.12-1*')
    await up(file)
    expect(await Promise.all(['lb1', 'lb2'].map(installed))).toEqual(['2.6.12-1.el9', '2.6.12-1.el9'])
    expect(outcome(await cli(['up', file]))).toMatchObject({ outcome: 'nothing to do' })
  })

  it('finds a version that is newer than a host’s index', async () => {
    const swap = (from: string, to: string) => `cd /srv/lab-repo && mv repodata ${to} && mv ${from} repodata`
    await onHost(
      'lb2',
      `${swap('old-repodata', 'new-repodata')} && dnf -q clean all && dnf -q makecache && ${swap('new-repodata', 'old-repodata')}`,
    )
    expect(await onHost('lb2', 'dnf -q -C list --showduplicates haproxy')).not.toContain('2.6.12-2')
    await up(await pinned('2.6.12-2*'))
    expect(await Promise.all(['lb1', 'lb2'].map(installed))).toEqual(['2.6.12-2.el9', '2.6.12-2.el9'])
  })

  it('goes back to an older one', async () => {
    await up(await pinned('2.6.12-1.el9'))
    expect(await Promise.all(['lb1', 'lb2'].map(installed))).toEqual(['2.6.12-1.el9', '2.6.12-1.el9'])
  })

  it('says which versions there are, and leaves what is not pinned as it is', async () => {
    const ran = await cli(['up', await pinned('9.*')])
    expect(ran.code).toBe(1)
    const said = ofType(ran.events, 'error').map(({ message }) => message)
    expect(said.join('\n')).toContain(
      'the repositories have no haproxy that matches 9.*; there are: 2.6.12-1.el9 2.6.12-2.el9',
    )
    expect(outcome(await cli(['up', await inventory('pair')]))).toMatchObject({ outcome: 'nothing to do' })
  })

  it('waits for who holds the lock', async () => {
    await onHost('lb2', 'dnf -q -y remove haproxy >/dev/null 2>&1', 120)
    const holder = await onHost('lb2', 'sleep 25 >/dev/null 2>&1 & echo $! | tee /var/cache/dnf/metadata_lock.pid')
    await up(await inventory('pair'))
    expect(await onHost('lb2', `[ -d /proc/${holder.trim()} ] || echo ended`)).toContain('ended')
    expect(await installed('lb2')).toBe('2.6.12-2.el9')
  })
})
