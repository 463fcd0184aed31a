import { createHash } from 'node:crypto'
import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { ensureBaseImage, imagePrefix } from './base-image.ts'
import { paths } from './paths.ts'
import { attempt, run } from './run.ts'
import type { Say } from './say.ts'

/** The images of the lab; each has its recipe in lab/images/NAME. */
const imageNames = ['lb', 'api', 'bastion'] as const
type ImageName = (typeof imageNames)[number]
export type ImageTags = Readonly<Record<ImageName, string>>

/** Tags that change with the recipes, so that a changed recipe is built again and an unchanged one never. */
async function imageTags(): Promise<ImageTags> {
  const [lb, api, bastion] = await Promise.all([tagOf('lb'), tagOf('api'), tagOf('bastion')])
  return { lb, api, bastion }
}

/** Builds the images that are missing. */
export async function ensureImages(say: Say): Promise<ImageTags> {
  const tags = await imageTags()
  const missing: ImageName[] = []
  for (const name of imageNames) if (!(await exists(tags[name]))) missing.push(name)
  if (missing.length === 0) return tags

  const base = await ensureBaseImage(say)
  say(`building ${missing.join(', ')} on ${base.origin}`)
  await Promise.all(missing.map((name) => build(name, tags[name], base.tag)))
  return tags
}

async function tagOf(name: ImageName): Promise<string> {
  const folder = join(paths.images, name)
  const hash = createHash('sha256')
  for (const file of (await readdir(folder)).sort()) hash.update(`${file}\0`).update(await readFile(join(folder, file)))
  return `${imagePrefix}${name}:${hash.digest('hex').slice(0, 12)}`
}

async function exists(tag: string): Promise<boolean> {
  return (await attempt('docker', ['image', 'inspect', '--format', '{{.Id}}', tag], { seconds: 30 })).ok
}

async function build(name: ImageName, tag: string, base: string): Promise<void> {
  // Without the buildx plugin only the legacy builder works, and it has to be asked for.
  const buildx = await attempt('docker', ['buildx', 'version'], { seconds: 15 })
  await run('docker', ['build', '--build-arg', `BASE=${base}`, '--tag', tag, join(paths.images, name)], {
    seconds: 600,
    env: buildx.ok ? {} : { DOCKER_BUILDKIT: '0' },
  })
}
