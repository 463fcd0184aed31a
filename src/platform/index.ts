import { debian } from './debian.ts'
import type { Platform } from './types.ts'

/** Every platform there is, in the order they are tried. */
export const platforms: readonly Platform[] = [debian]

/** The platform of an os-release ID, else of the first of its ID_LIKE that is known. */
export function findPlatform(id: string, idLike: readonly string[], init: string): Platform | undefined {
  return [id, ...idLike]
    .map((name) => platforms.find((platform) => platform.ids.includes(name) && platform.init.name === init))
    .find((platform) => platform !== undefined)
}

/** The platform by its own name, as facts record it. */
export function platformNamed(name: string): Platform | undefined {
  return platforms.find((platform) => platform.name === name)
}
