import type { LabImages } from './images.ts'
import { prefixOf } from './layout.ts'
import { paths } from './paths.ts'
import { run } from './run.ts'
import { type Lab, readLab } from './state.ts'

/** The values docker-compose.test.yml asks for, as an env file. A host that is not asked for gets the image of the first. */
export function renderComposeEnv(lab: Lab, images: LabImages): string {
  const balancers = [0, 1, 2, 3].map((index) => {
    const platform = (lab.hosts[index] ?? lab.hosts[0])?.platform ?? ''
    return [`LAB_IMAGE_LB${index + 1}`, images.platforms.get(platform)?.tag ?? ''] as const
  })
  const values = {
    LAB_PROJECT: lab.project,
    LAB_PREFIX: prefixOf(lab.subnet),
    LAB_PORT: lab.port,
    LAB_DIR: paths.dir,
    ...Object.fromEntries(balancers),
    LAB_IMAGE_API: images.api,
    LAB_IMAGE_BASTION: images.bastion,
  }
  return Object.entries(values)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('')
}

/** Runs `docker compose` on the recorded lab. Throws an HaError with the last lines it wrote. */
export async function compose(args: readonly string[], seconds = 120): Promise<string> {
  const file = (await readLab()).topology === undefined ? paths.composeFile : paths.topologyFile
  return run('docker', ['compose', '--env-file', paths.composeEnv, '--file', file, ...args], { seconds })
}
