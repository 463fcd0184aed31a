import { createHash } from 'node:crypto'
import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { imagePrefix } from './base-image.ts'
import { paths } from './paths.ts'
import { attempt, run } from './run.ts'
import type { Say } from './say.ts'

/** An image to be built: its recipe's folder in lab/images, its suite if it is made of one, its tag. */
export interface Build {
  readonly recipe: string
  readonly suite: string
  readonly tag: string
}

/** A tag that changes with the recipe and its base, so that a changed recipe is built again and an unchanged one never. */
export async function tagOfRecipe(recipe: string, base: string): Promise<string> {
  const folder = join(paths.images, recipe)
  const hash = createHash('sha256').update(`${base}\0`)
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  for (const file of files.sort()) hash.update(`${file.slice(folder.length)}\0`).update(await readFile(file))
  return `${imagePrefix}${recipe}:${hash.digest('hex').slice(0, 12)}`
}

/** Whether there is such an image on this machine. */
export async function hasImage(tag: string): Promise<boolean> {
  return (await attempt('docker', ['image', 'inspect', '--format', '{{.Id}}', tag], { seconds: 30 })).ok
}

/** What containers of an image start with. */
export async function entrypointOf(tag: string): Promise<readonly string[]> {
  const inspect = ['image', 'inspect', '--format', '{{json .Config.Entrypoint}}', tag]
  return z.array(z.string()).parse(JSON.parse(await run('docker', inspect, { seconds: 30 })))
}

/** Builds an image on another one. Throws an HaError with the last lines of the build. */
export async function buildImage(build: Build, base: string, origin: string, say: Say): Promise<void> {
  say(`building ${build.recipe} on ${origin}`)
  // Without the buildx plugin only the legacy builder works, and it has to be asked for.
  const buildx = await attempt('docker', ['buildx', 'version'], { seconds: 15 })
  const args = ['--build-arg', `BASE=${base}`, ...(build.suite === '' ? [] : ['--build-arg', `SUITE=${build.suite}`])]
  await run('docker', ['build', ...args, '--tag', build.tag, join(paths.images, build.recipe)], {
    seconds: 900,
    env: buildx.ok ? {} : { DOCKER_BUILDKIT: '0' },
  })
}
