import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { ensureProgram } from './machine.ts'
import { paths } from './paths.ts'
import { attempt, run } from './run.ts'
import type { Say } from './say.ts'

/** How the names of all lab images begin; all checkouts on this machine share them. */
export const imagePrefix = 'ha-provision-lab-'

const baseTag = `${imagePrefix}base:bookworm`
const official = 'debian:bookworm-slim'
const originLabel = 'ha-provision.lab.base'
/** How long a registry may stay silent before it counts as absent. */
const silenceMs = 8000

/** A local image of bare Debian 12: its tag, and in words where it came from. */
export interface BaseImage {
  readonly tag: string
  readonly origin: string
}

/** Makes sure there is a base image: the official one where a registry answers, else one made with mmdebstrap. */
export async function ensureBaseImage(say: Say): Promise<BaseImage> {
  const existing = await originOf()
  if (existing !== undefined) return { tag: baseTag, origin: existing }
  if (await pull()) await run('docker', ['tag', official, baseTag], { seconds: 30 })
  else await bootstrap(say)
  const origin = (await originOf()) ?? 'unknown'
  return { tag: baseTag, origin }
}

async function originOf(): Promise<string | undefined> {
  const format = `{{index .Config.Labels "${originLabel}"}}`
  const labels = await attempt('docker', ['image', 'inspect', '--format', format, baseTag], { seconds: 30 })
  if (!labels.ok) return undefined
  const made = labels.stdout.trim()
  return made === '' || made === '<no value>'
    ? `the registry's ${official}`
    : `an image made with ${made} (no registry answered)`
}

/** Pulls the official image. False when the registry does not begin to answer in time. */
async function pull(): Promise<boolean> {
  const silence = new AbortController()
  const pulling = execa('docker', ['pull', official], {
    reject: false,
    timeout: 300_000,
    stdin: 'ignore',
    cancelSignal: silence.signal,
  })
  const timer = setTimeout(() => {
    silence.abort()
  }, silenceMs)
  // Its first line comes once the registry has told what the image is made of.
  pulling.stdout.once('data', () => {
    clearTimeout(timer)
  })
  const result = await pulling
  clearTimeout(timer)
  return !result.failed
}

async function bootstrap(say: Say): Promise<void> {
  await ensureProgram('mmdebstrap', 'mmdebstrap', say)
  say('no registry answers: making a base image with mmdebstrap (about 20 s)')
  await mkdir(paths.dir, { recursive: true, mode: 0o700 })
  const tar = join(paths.dir, 'base.tar')
  try {
    await run('mmdebstrap', ['--quiet', '--variant=minbase', 'bookworm', tar], { seconds: 300 })
    await run('docker', ['import', '--change', `LABEL ${originLabel}=mmdebstrap`, tar, baseTag], { seconds: 120 })
  } finally {
    await rm(tar, { force: true })
  }
}
