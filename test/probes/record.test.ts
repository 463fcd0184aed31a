import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'vitest'
import { parseFacts } from '../../src/facts/parse.ts'
import { factsScript } from '../../src/facts/script.ts'
import { onHost } from '../../src/lab/hosts.ts'
import { platforms as labPlatforms } from '../../src/lab/platforms.ts'
import { platformNamed } from '../../src/platform/index.ts'
import type { Platform } from '../../src/platform/types.ts'
import { bareLab } from '../integration/support/cluster.ts'
import { probes, type ProbeName } from './cases.ts'
import { plain, RECORDED, render } from './recording.ts'
import { stages, type Stage } from './stages.ts'

/** Names of the lab's platforms that are recorded again; all unless given. */
const asked = process.env.RECORD?.split(',') ?? Object.keys(labPlatforms)

/*
 * Not a test: it writes test/golden/probes anew from the lab's hosts (npm run record). It is run when a probe changes,
 * and its result is read by a person; test/unit/recorded-probes.test.ts replays it everywhere.
 */
describe.each(asked)('%s', (image) => {
  test('is recorded', async () => {
    const lab = await bareLab(2, [image, image])
    const host = lab.hosts[0]?.name ?? ''
    const facts = parseFacts('host', await answer(host, factsScript('m')), 'm')
    const platform = platformNamed(facts.platform)
    if (platform === undefined) throw new Error(`${image} is no platform of ours`)
    const made =
      lab.hosts[0]?.standIn === undefined
        ? `real packages of ${facts.os.name}`
        : `a stand-in of ${lab.hosts[0].standIn}`
    rmSync(join(RECORDED, image), { recursive: true, force: true })
    mkdirSync(join(RECORDED, image), { recursive: true })
    const fitting = stages.filter(
      (stage) =>
        (stage.init === undefined || stage.init === platform.init.name) &&
        (stage.platform === undefined || stage.platform === platform.name),
    )
    for (const stage of fitting) {
      await onHost(host, stage.prepare(platform), 400)
      const versions = await versionsOf(host)
      for (const name of stage.probes) await record({ host, image, made, versions, platform, stage, name })
    }
  })
})

async function versionsOf(host: string): Promise<Record<string, string>> {
  const said = await onHost(
    host,
    `echo "haproxy=$(haproxy -v 2>/dev/null | head -n 1)"; echo "keepalived=$(keepalived --version 2>&1 | head -n 1 | grep Keepalived)"; echo "init=$(systemctl --version 2>/dev/null | head -n 1; openrc --version 2>/dev/null)"; echo "sh=$(readlink -f "$(command -v sh)")"`,
  )
  const pairs = said
    .trim()
    .split('\n')
    .map((line) => line.split('='))
  return Object.fromEntries(pairs.map(([program = '', ...words]) => [program, words.join('=') || 'absent']))
}

async function record(what: {
  readonly host: string
  readonly image: string
  readonly made: string
  readonly versions: Record<string, string>
  readonly platform: Platform
  readonly stage: Stage
  readonly name: ProbeName
}): Promise<void> {
  const { host, image, made, versions, platform, stage, name } = what
  const probe = probes[name](platform)
  const command = probe.command(platform)
  const output = await answer(host, command)
  const read = plain(probe.read(output))
  const recording = {
    image,
    made,
    versions,
    platform: platform.name,
    stage: stage.name,
    probe: name,
    command,
    output,
    read,
  }
  writeFileSync(join(RECORDED, image, `${stage.name}-${name}.yaml`), render(recording))
}

/** What a probe prints, whatever its exit status; its last line break is lost on the way and is put back. */
async function answer(host: string, command: string): Promise<string> {
  return `${await onHost(host, `( ${command}\n) 2>/dev/null </dev/null; exit 0`)}\n`
}
