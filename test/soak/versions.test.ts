import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Facts } from '../../src/facts/types.ts'
import { ensureBaseImage } from '../../src/lab/base-image.ts'
import type { Suite } from '../../src/lab/platforms.ts'
import { attempt, run } from '../../src/lab/run.ts'
import { renderHaproxy } from '../../src/roles/haproxy/render.ts'
import { haproxyUnsupported } from '../../src/roles/haproxy/unsupported.ts'
import { judgeOf } from '../../src/roles/keepalived/judge.ts'
import { renderKeepalived } from '../../src/roles/keepalived/render.ts'
import { keepalivedUnsupported } from '../../src/roles/keepalived/unsupported.ts'
import { readCase } from '../unit/roles/cases.ts'

const GOLDEN = join(import.meta.dirname, '../golden')
const SUITES: readonly Suite[] = ['bullseye', 'bookworm', 'trixie']
/** Interfaces and users of the cases: keepalived asks the host for them. */
const HOST = `for name in eth0 eth1 ens33 ens192 enp0s3.41 enp0s3.43; do
  ip link show "$name" >/dev/null 2>&1 || ip link add name "$name" type bridge; done
useradd --system keepalived_script
mkdir -p /usr/libexec/keepalived && printf '#!/bin/sh\\n' > /usr/libexec/keepalived/check-haproxy
chmod 755 /usr/libexec/keepalived/check-haproxy`
/** A host without names and without IPv6 routes; what the file says is not to blame. */
const OF_THE_CONTAINER =
  /could not resolve address|can't connect socket for nameserver|^\[NOTICE\]|^Warnings were found/
const VALID = 'Configuration file is valid'

function names(folder: string): readonly string[] {
  return readdirSync(join(GOLDEN, folder))
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => file.slice(0, -'.yaml'.length))
}

/** Every golden inventory, written for the version a distribution ships, is judged by that program: taken unless we refuse it first. */
describe.each(SUITES)('the programs of %s', (suite) => {
  const container = `ha-provision-versions-${suite}-${process.pid}`
  let haproxy = ''
  let keepalived = ''

  const inside = async (script: string, seconds = 30): Promise<string> =>
    run('docker', ['exec', '-i', container, 'sh'], { seconds, input: script })

  /** The exit status and what was said of a file. */
  const judged = async (words: string, content: string): Promise<{ status: number; said: string }> => {
    await run('docker', ['exec', '-i', container, 'sh', '-c', 'cat > /tmp/judged'], { seconds: 30, input: content })
    const [first = '', ...rest] = (await inside(`out=$(${words} /tmp/judged 2>&1); echo $?; echo "$out"`)).split('\n')
    return { status: Number(first), said: rest.join('\n').trim() }
  }

  const factsWith = (facts: Facts): Facts => ({
    ...facts,
    haproxyBuild: [],
    versions: {
      haproxy: { version: haproxy, installed: true },
      keepalived: { version: keepalived, installed: true },
      corosync: facts.versions.corosync,
      pacemaker: facts.versions.pacemaker,
    },
  })

  beforeAll(async () => {
    const base = await ensureBaseImage(suite, () => undefined)
    await run(
      'docker',
      ['run', '-d', '--rm', '--name', container, '--cap-add', 'NET_ADMIN', base.tag, 'sleep', '1800'],
      {
        seconds: 60,
      },
    )
    const packages = 'haproxy keepalived iproute2'
    await inside(`apt-get -q update && apt-get -qy install --no-install-recommends ${packages}\n${HOST}`, 300)
    const version = (line: string): string => /(\d+(?:\.\d+)+)/.exec(line)?.[1] ?? ''
    haproxy = version(await inside('haproxy -v | head -n 1'))
    keepalived = version(await inside('keepalived --version 2>&1 | head -n 1'))
  })

  afterAll(async () => {
    await attempt('docker', ['rm', '-f', container], { seconds: 60 })
  })

  it.each(names('haproxy'))('haproxy: %s', async (name) => {
    const { inventory, lb, facts, secrets } = readCase(join(GOLDEN, 'haproxy', `${name}.yaml`))
    const own = factsWith(facts)
    const { status, said } = await judged('haproxy -c -f', renderHaproxy(inventory, lb, own, secrets).reveal())
    const lines = said.split('\n').filter((line) => line !== '' && line !== VALID && !OF_THE_CONTAINER.test(line))
    const accepted = status === 0 && lines.length === 0
    const onlyContainer = lines.every((line) => line.includes('Fatal errors found')) && OF_THE_CONTAINER.test(said)
    expect(accepted || onlyContainer, `haproxy ${haproxy}: ${said}`).toBe(
      haproxyUnsupported(inventory, lb, own).length === 0,
    )
  })

  it.each(names('keepalived'))('keepalived: %s', async (name) => {
    const { inventory, lb, facts, secrets } = readCase(join(GOLDEN, 'keepalived', `${name}.yaml`))
    const own = factsWith(facts)
    const judge = judgeOf(own.versions.keepalived)
    const { status, said } = await judged('keepalived -t -f', renderKeepalived(inventory, lb, own, secrets).reveal())
    const accepted = judge !== undefined && judge.good.includes(status) && said === ''
    expect(accepted, `keepalived ${keepalived}: ${status} ${said}`).toBe(
      keepalivedUnsupported(inventory, lb, own).length === 0,
    )
  })
})
