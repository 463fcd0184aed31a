import { alpine } from './alpine.ts'
import { debian } from './debian.ts'
import { rhel } from './rhel.ts'
import { rhel7 } from './rhel7.ts'
import type { Platform } from './types.ts'

/** Every platform there is, in the order they are tried. */
export const platforms: readonly Platform[] = [debian, rhel, rhel7, alpine]

/** The platform by its own name, as facts record it. */
export function platformNamed(name: string): Platform | undefined {
  return platforms.find((platform) => platform.name === name)
}
