import { ensureBaseImage } from './base-image.ts'
import { type Build, buildImage, entrypointOf, hasImage, tagOfRecipe } from './build-image.ts'
import { type Waiting, withLock } from './machine-lock.ts'
import { type LabPlatform, platformOf } from './platforms.ts'
import { pull } from './pull.ts'
import type { Say } from './say.ts'

/** The image of a platform, and what it is a stand-in for, if it is one. */
export interface PlatformImage {
  readonly tag: string
  readonly standIn: string | undefined
  /** What a container of it starts with. */
  readonly entrypoint: readonly string[]
}

/** The images of a lab. */
export interface LabImages {
  readonly api: string
  readonly bastion: string
  readonly platforms: ReadonlyMap<string, PlatformImage>
}

/** Builds the images that are missing for load balancers of these platforms, and those of everybody else. */
export async function ensureImages(names: readonly string[], waiting: Waiting): Promise<LabImages> {
  const { say } = waiting
  const [api, bastion] = await Promise.all([ownBuild('api'), ownBuild('bastion')])
  const kinds = [...new Set(names)].map((name) => ({ name, platform: platformOf(name) }))
  const found = await Promise.all(kinds.map(({ platform }) => builtBefore(platform)))
  const all = found.every((image) => image !== undefined) && (await hasImage(api.tag)) && (await hasImage(bastion.tag))
  // Two labs that begin at once must not build the same image twice.
  return all ? await collect() : await withLock('images', 900, waiting, collect)

  async function collect(): Promise<LabImages> {
    for (const build of [api, bastion]) await ensureBuilt(build, say)
    const images = new Map<string, PlatformImage>()
    for (const { name, platform } of kinds) {
      const image = await ensurePlatform(platform, say)
      images.set(name, { ...image, entrypoint: await entrypointOf(image.tag) })
    }
    return { api: api.tag, bastion: bastion.tag, platforms: images }
  }
}

type Chosen = Pick<PlatformImage, 'tag' | 'standIn'>

/** The official image where a registry has it, else the recipe on Debian. What was built before stays. */
async function ensurePlatform(platform: LabPlatform, say: Say): Promise<Chosen> {
  const before = await builtBefore(platform)
  if (before !== undefined) return before
  const official = await officialBuild(platform)
  if (official !== undefined && (await pull(official.base))) {
    await buildImage(official, official.base, `the registry's ${official.base}`, say)
    return { tag: official.tag, standIn: undefined }
  }
  const build = await debianBuild(platform)
  await ensureBuilt(build, say)
  return { tag: build.tag, standIn: platform.standIn }
}

async function builtBefore(platform: LabPlatform): Promise<Chosen | undefined> {
  const official = await officialBuild(platform)
  if (official !== undefined && (await hasImage(official.tag))) return { tag: official.tag, standIn: undefined }
  const build = await debianBuild(platform)
  return (await hasImage(build.tag)) ? { tag: build.tag, standIn: platform.standIn } : undefined
}

type OnDebian = Build & Pick<LabPlatform, 'suite'>

async function ensureBuilt(build: OnDebian, say: Say): Promise<void> {
  if (await hasImage(build.tag)) return
  const base = await ensureBaseImage(build.suite, say)
  await buildImage(build, base.tag, base.origin, say)
}

async function debianBuild({ recipe, suite }: Pick<LabPlatform, 'recipe' | 'suite'>): Promise<OnDebian> {
  return { recipe, suite, tag: await tagOfRecipe(recipe, suite) }
}

/** API servers and the bastion. */
async function ownBuild(recipe: 'api' | 'bastion'): Promise<OnDebian> {
  return await debianBuild({ recipe, suite: 'bookworm' })
}

async function officialBuild({ official }: LabPlatform): Promise<(Build & { readonly base: string }) | undefined> {
  if (official === undefined) return undefined
  const { recipe, image } = official
  return { recipe, suite: '', base: image, tag: await tagOfRecipe(recipe, image) }
}
