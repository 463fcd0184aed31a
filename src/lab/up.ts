import { type Asked, checkAsked, chooseLab } from './choose.ts'
import { clearAway } from './clear-away.ts'
import { ensureCompose } from './compose-plugin.ts'
import { ensureEngine } from './engine.ts'
import { createMembers, waitForMembers } from './hosts.ts'
import { ensureImages, type LabImages } from './images.ts'
import { projectName } from './layout.ts'
import { inTurn } from './network-turn.ts'
import { checkout, currentName } from './paths.ts'
import { usualPlatform } from './platforms.ts'
import type { Say } from './say.ts'
import { type Lab, recordedLab } from './state.ts'
import { networksOf, othersOf, topologyOf } from './topologies.ts'
import { writeLab } from './write-lab.ts'

/** What `lab up` is asked for. */
export interface LabOptions extends Asked {
  /** Makes the load balancers bare again. */
  readonly fresh?: boolean | undefined
  /** Ends a wait for another lab. */
  readonly signal?: AbortSignal | undefined
}

/** Brings the lab up, or to what is asked for now, and returns it. Throws an HaError that says what to do. */
export async function labUp(options: LabOptions, say: Say): Promise<Lab> {
  checkAsked(options)
  const waiting = { say, signal: options.signal }
  await ensureEngine(say)
  await ensureCompose(say)
  const before = await recordedLab()
  const topology = options.topology === undefined ? undefined : topologyOf(options.topology)
  const platforms =
    topology === undefined ? (options.platforms ?? before?.platforms ?? [usualPlatform]) : [topology.platform]
  const images = await ensureImages(platforms, waiting)
  // A port and a subnet are taken once containers run: until then no other lab may choose.
  const lab = await inTurn(
    topology === undefined ? [] : networksOf(topology),
    projectName(checkout, currentName),
    waiting,
    async () => {
      const chosen = withStandIns(await chooseLab(options, before), images)
      await clearAway(chosen, before, options.fresh === true)
      await writeLab(chosen, images, say)
      await createMembers(chosen, membersOf(chosen))
      return chosen
    },
  )
  await waitForMembers(lab, membersOf(lab))
  tell(lab, say)
  return lab
}

function membersOf(lab: Lab): readonly string[] {
  return [...othersOf(lab), ...lab.hosts.map(({ name }) => name)]
}

function withStandIns(lab: Lab, { platforms }: LabImages): Lab {
  const hosts = lab.hosts.map((host) => {
    const standIn = platforms.get(host.platform)?.standIn
    return { ...host, ...(standIn === undefined ? {} : { standIn }) }
  })
  return { ...lab, hosts }
}

function tell(lab: Lab, say: Say): void {
  const hosts = lab.hosts.map(({ name, platform }) => `${name} (${platform})`)
  const where = lab.topology === undefined ? lab.subnet : topologyOf(lab.topology).network
  say(`up: ${hosts.join(', ')} on ${where}, bastion 127.0.0.1:${lab.port}`)
  for (const [platform, standIn] of new Map(lab.hosts.map((host) => [host.platform, host.standIn]))) {
    if (standIn !== undefined) say(`${platform} is a stand-in of ${standIn}`)
  }
}
