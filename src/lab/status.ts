import { containerOf, listContainers } from './containers.ts'
import { type Lab, recordedLab } from './state.ts'

/** A member of the lab as it is now. */
export interface MemberStatus {
  readonly name: string
  readonly address: string
  /** What a load balancer is: debian-12, say. */
  readonly platform?: string
  /** What that is a stand-in of, where it is one. */
  readonly standIn?: string
  readonly container: string
  /** As Docker says: running, exited, paused; `absent` where there is no container. */
  readonly state: string
}

/** A lab and how its members are. */
export interface LabStatus {
  readonly lab: Lab
  readonly members: readonly MemberStatus[]
}

/** The recorded lab; undefined where there never was one. Throws an HaError when Docker does not answer. */
export async function labStatus(): Promise<LabStatus | undefined> {
  const lab = await recordedLab()
  if (lab === undefined) return undefined
  const containers = await listContainers(lab.project)
  const members = [lab.bastion, ...lab.apis, ...lab.hosts].map((member) => ({
    ...member,
    container: containerOf(lab, member.name),
    state: containers.find(({ name }) => name === member.name)?.state ?? 'absent',
  }))
  return { lab, members }
}
