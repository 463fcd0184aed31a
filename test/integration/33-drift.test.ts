import { beforeAll, beforeEach, describe, expect, it, onTestFailed } from 'vitest'
import { onHost } from '../../src/lab/hosts.ts'
import type { Lab } from '../../src/lab/state.ts'
import { mainPid, reloadsOf } from './support/breakage.ts'
import { cli, ofType, outcome } from './support/cli.ts'
import { anyLab, fingerprint, holdersOf, inventory } from './support/cluster.ts'

const CFG = '/etc/haproxy/haproxy.cfg'
const CONF = '/etc/keepalived/keepalived.conf'
const SCRIPT = '/usr/libexec/keepalived/check-haproxy'
const DROP_IN = '/etc/systemd/system/keepalived.service.d/ha-provision.conf'

interface Drift {
  readonly what: string
  readonly host: 'lb1' | 'lb2'
  readonly happen: string
  /** The resources that a plan names: these and no others. */
  readonly planned: readonly string[]
  /** What `up` does: this and nothing else. */
  readonly done: readonly string[]
  readonly reloads?: { readonly haproxy?: number; readonly keepalived?: number }
  /** haproxy is started anew. */
  readonly restarts?: true
}

const drifts: readonly Drift[] = [
  {
    what: 'haproxy.cfg edited on the holder',
    host: 'lb1',
    happen: `echo '# by hand' >>${CFG}`,
    planned: [`file[${CFG}]`, 'loaded[haproxy]'],
    done: [`write ${CFG}`, 'load haproxy'],
    reloads: { haproxy: 1 },
  },
  {
    what: 'haproxy.cfg edited, and loaded too',
    host: 'lb2',
    happen: `sed -i 's/timeout connect 5s/timeout connect 6s/' ${CFG} && systemctl reload haproxy`,
    planned: [`file[${CFG}]`, 'loaded[haproxy]'],
    done: [`write ${CFG}`, 'load haproxy'],
    reloads: { haproxy: 1 },
  },
  {
    what: 'keepalived.conf edited on the holder',
    host: 'lb1',
    happen: `echo '# by hand' >>${CONF}`,
    planned: [`file[${CONF}]`, 'loaded[keepalived]'],
    done: [`write ${CONF}`, 'load keepalived'],
    reloads: { keepalived: 1 },
  },
  {
    what: 'keepalived.conf readable for everybody',
    host: 'lb1',
    happen: `chmod 0644 ${CONF}`,
    planned: [`file[${CONF}]`],
    done: [`set owner and mode of ${CONF}`],
  },
  {
    what: 'haproxy.cfg given to somebody',
    host: 'lb2',
    happen: `chown ops ${CFG}`,
    planned: [`file[${CFG}]`],
    done: [`set owner and mode of ${CFG}`],
  },
  {
    what: 'the check of haproxy removed on the backup',
    host: 'lb2',
    happen: `rm ${SCRIPT}`,
    planned: [`file[${SCRIPT}]`],
    done: [`write ${SCRIPT}`],
  },
  {
    what: 'the drop-in of keepalived removed',
    host: 'lb2',
    happen: `rm ${DROP_IN} && systemctl daemon-reload`,
    planned: [`file[${DROP_IN}]`],
    done: [`write ${DROP_IN}`, 'read unit files again'],
  },
  {
    what: 'haproxy disabled',
    host: 'lb1',
    happen: 'systemctl -q disable haproxy',
    planned: ['service[haproxy]'],
    done: ['enable haproxy'],
  },
  {
    what: 'keepalived masked',
    host: 'lb2',
    happen: 'systemctl -q mask keepalived',
    planned: ['service[keepalived]'],
    done: ['unmask keepalived'],
  },
  {
    what: 'haproxy stopped',
    host: 'lb2',
    happen: 'systemctl stop haproxy',
    planned: ['loaded[haproxy]'],
    done: ['load haproxy'],
    restarts: true,
  },
  {
    what: 'the package of haproxy removed',
    host: 'lb2',
    happen: 'DEBIAN_FRONTEND=noninteractive apt-get remove -y -q haproxy >/dev/null',
    planned: ['package[haproxy]', 'service[haproxy]', 'loaded[haproxy]'],
    // The package enables its unit by itself, which is seen before anything else is done.
    done: ['install haproxy', 'load haproxy'],
    restarts: true,
  },
]

/** What must not change when something else is mended. */
interface Processes {
  readonly haproxy: string
  readonly keepalived: string
  readonly reloads: { readonly haproxy: number; readonly keepalived: number }
}

async function processes(host: string): Promise<Processes> {
  return {
    haproxy: await mainPid(host, 'haproxy'),
    keepalived: await mainPid(host, 'keepalived'),
    reloads: { haproxy: await reloadsOf(host, 'haproxy'), keepalived: await reloadsOf(host, 'keepalived') },
  }
}

describe('a host that was changed by hand', () => {
  let lab: Lab
  let file: string
  beforeAll(async () => {
    lab = await anyLab()
    file = await inventory('pair')
    const ran = await cli(['up', file])
    expect(ran.code, ran.stdout).toBe(0)
  })
  // What was found out of order is not left to the next one.
  beforeEach(() => {
    onTestFailed(async () => {
      await cli(['up', file])
    })
  })

  const planOf = async (
    path: string,
  ): Promise<{ code: number; planned: Readonly<Record<string, readonly string[]>> }> => {
    const ran = await cli(['plan', path])
    const planned = ofType(ran.events, 'planned').filter(({ resources }) => resources.length > 0)
    return {
      code: ran.code,
      planned: Object.fromEntries(planned.map(({ host, resources }) => [host, resources.map(({ id }) => id)])),
    }
  }
  const upDoes = async (path: string): Promise<readonly string[]> => {
    const ran = await cli(['up', path])
    expect(ran.code, ran.stdout).toBe(0)
    expect(outcome(ran).outcome).toBe('done')
    return ofType(ran.events, 'action-done').map(({ host, what }) => `${host}: ${what}`)
  }

  it.each(drifts)('$what', async ({ host, happen, planned, done, reloads, restarts }) => {
    await onHost(host, happen, 120)
    const before = { prints: await fingerprint(host), processes: await processes(host) }
    expect(await planOf(file)).toEqual({ code: 2, planned: { [host]: planned } })
    expect({ prints: await fingerprint(host), processes: await processes(host) }).toEqual(before)

    const other = host === 'lb1' ? 'lb2' : 'lb1'
    const untouched = await fingerprint(other)
    expect(await upDoes(file)).toEqual(done.map((what) => `${host}: ${what}`))
    const after = await processes(host)
    expect(after.keepalived).toBe(before.processes.keepalived)
    if (restarts === undefined) expect(after.haproxy).toBe(before.processes.haproxy)
    const counted = (unit: 'haproxy' | 'keepalived') => after.reloads[unit] - before.processes.reloads[unit]
    expect({ haproxy: counted('haproxy'), keepalived: counted('keepalived') }).toEqual({
      haproxy: 0,
      keepalived: 0,
      ...reloads,
    })
    expect(await fingerprint(other)).toBe(untouched)
    expect(await holdersOf(lab.vip)).toEqual(['lb1'])
    expect(await planOf(file)).toEqual({ code: 0, planned: {} })
  })

  it('a kernel setting that a bind on the VIP needs', async () => {
    const bound = await inventory('nonlocal', { frontend: { bind: { at: 'api', port: 6443 } } })
    await upDoes(bound)
    await onHost('lb2', 'sysctl -q -w net.ipv4.ip_nonlocal_bind=0; rm /etc/sysctl.d/60-ha-provision.conf')
    expect(await planOf(bound)).toEqual({
      code: 2,
      planned: { lb2: ['file[/etc/sysctl.d/60-ha-provision.conf]', 'sysctl[net.ipv4.ip_nonlocal_bind]'] },
    })
    expect(await upDoes(bound)).toEqual([
      'lb2: write /etc/sysctl.d/60-ha-provision.conf',
      'lb2: set net.ipv4.ip_nonlocal_bind to 1',
    ])
    await cli(['up', file])
  })
})
