import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureProgram } from './machine.ts'
import type { Suite } from './platforms.ts'
import { pull } from './pull.ts'
import { attempt, run } from './run.ts'
import type { Say } from './say.ts'
import { isUbuntu, ubuntuOptions } from './ubuntu-archive.ts'

/** How the names of all lab images begin; all checkouts on this machine share them. */
export const imagePrefix = 'ha-provision-lab-'

const originLabel = 'ha-provision.lab.base'
const tagOf = (suite: Suite): string => `${imagePrefix}base:${suite}`
const officialOf = (suite: Suite): string => (isUbuntu(suite) ? `ubuntu:${suite}` : `debian:${suite}-slim`)

/** A local image of a bare Debian or Ubuntu: its tag, and in words where it came from. */
export interface BaseImage {
  readonly tag: string
  readonly origin: string
}

/** Makes sure there is a base image: the official one where a registry answers, else one made with mmdebstrap. */
export async function ensureBaseImage(suite: Suite, say: Say): Promise<BaseImage> {
  const existing = await originOf(suite)
  if (existing !== undefined) return { tag: tagOf(suite), origin: existing }
  if (await pull(officialOf(suite))) await run('docker', ['tag', officialOf(suite), tagOf(suite)], { seconds: 30 })
  else await bootstrap(suite, say)
  const origin = (await originOf(suite)) ?? 'unknown'
  return { tag: tagOf(suite), origin }
}

async function originOf(suite: Suite): Promise<string | undefined> {
  const format = `{{index .Config.Labels "${originLabel}"}}`
  const labels = await attempt('docker', ['image', 'inspect', '--format', format, tagOf(suite)], { seconds: 30 })
  if (!labels.ok) return undefined
  const made = labels.stdout.trim()
  return made === '' || made === '<no value>'
    ? `the registry's ${officialOf(suite)}`
    : `an image of ${suite} made with ${made} (no registry answered)`
}

async function bootstrap(suite: Suite, say: Say): Promise<void> {
  await ensureProgram('mmdebstrap', 'mmdebstrap', say)
  say(`no registry answers: making a base image of ${suite} with mmdebstrap (about 20 s)`)
  const folder = await mkdtemp(join(tmpdir(), 'ha-provision-base-'))
  const tar = join(folder, 'base.tar')
  try {
    const options = isUbuntu(suite) ? await ubuntuOptions(folder, say) : []
    await run('mmdebstrap', ['--quiet', '--variant=minbase', ...options, suite, tar], { seconds: 300 })
    await run('docker', ['import', '--change', `LABEL ${originLabel}=mmdebstrap`, tar, tagOf(suite)], { seconds: 120 })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
