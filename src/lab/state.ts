import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { z } from 'zod'
import { HaError } from '../lib/errors.ts'
import { paths } from './paths.ts'
import { usualPlatform } from './platforms.ts'

const host = z.object({ name: z.string(), address: z.string() })

const balancer = host.extend({
  /** One of src/lab/platforms.ts. */
  platform: z.string().default(usualPlatform),
  /** What its image is a stand-in for; absent where it is the real thing. */
  standIn: z.string().optional(),
})

/** What `.lab/lab.json` records: one lab, as it was last brought up. */
const schema = z.object({
  /** Compose project; also the value of the label `ha-provision.lab` on everything of this lab. */
  project: z.string(),
  subnet: z.string(),
  /** The bastion's sshd on 127.0.0.1. */
  port: z.number().int(),
  /** The reference topology it is, one of src/lab/topologies.ts; absent for an ordinary lab. */
  topology: z.string().optional(),
  /** The platforms that were asked for, which go round and round over the load balancers. */
  platforms: z.array(z.string()).optional(),
  /** The load balancers that were asked for. */
  hosts: z.array(balancer),
  apis: z.array(host),
  bastion: host,
  vip: z.string(),
  spareVip: z.string(),
})
export type Lab = z.infer<typeof schema>

/** The recorded lab, or undefined where there was none. Throws an HaError when the file is not what we wrote. */
export async function recordedLab(): Promise<Lab | undefined> {
  const text = await readFile(paths.state, 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  try {
    return schema.parse(JSON.parse(text))
  } catch (cause) {
    throw new HaError('not a lab state file', {
      where: paths.state,
      mend: 'delete it and run ha-provision lab up',
      cause,
    })
  }
}

/** The recorded lab. Throws an HaError where there is none. */
export async function readLab(): Promise<Lab> {
  const lab = await recordedLab()
  if (lab === undefined) throw new HaError('there is no lab', { where: paths.state, mend: 'ha-provision lab up' })
  return lab
}

/** Records a lab. */
export async function recordLab(lab: Lab): Promise<void> {
  await mkdir(paths.dir, { recursive: true, mode: 0o700 })
  await writeFile(paths.state, `${JSON.stringify(lab, null, 2)}\n`)
}
