import type { ImageTags } from './images.ts'
import { prefixOf } from './layout.ts'
import { paths } from './paths.ts'
import { run } from './run.ts'
import type { Lab } from './state.ts'

/** The values docker-compose.test.yml asks for, as an env file. */
export function renderComposeEnv(lab: Lab, images: ImageTags): string {
  const values = {
    LAB_PROJECT: lab.project,
    LAB_PREFIX: prefixOf(lab.subnet),
    LAB_PORT: lab.port,
    LAB_DIR: paths.dir,
    LAB_IMAGE_LB: images.lb,
    LAB_IMAGE_API: images.api,
    LAB_IMAGE_BASTION: images.bastion,
  }
  return Object.entries(values)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('')
}

/** Runs `docker compose` on the recorded lab. Throws an HaError with the last lines it wrote. */
export async function compose(args: readonly string[], seconds = 120): Promise<string> {
  return run('docker', ['compose', '--env-file', paths.composeEnv, '--file', paths.composeFile, ...args], { seconds })
}
