import { SshConfig } from '../connection/ssh-config/ask.ts'
import { type Note, resolveWays } from '../connection/ssh-config/resolve.ts'
import type { Way } from '../connection/ssh-config/ways.ts'
import type { Target } from '../connection/types.ts'
import type { Inventory } from '../inventory/model.ts'
import { type Wanted, wishOf } from './wishes.ts'

/** A host as it is logged in to, and who said what of it. */
export interface Reachable {
  readonly target: Target
  readonly way: Way
  /** Where the inventory says how root's rights are got; undefined where it does not. */
  readonly becomeAt: { readonly become: string | undefined; readonly password: string | undefined }
}

/** Makes targets of an inventory's hosts: its settings, then those of ssh_config, then what ssh would take. */
export class Targets {
  readonly #inventory: Inventory
  readonly #ssh: SshConfig
  readonly #environment: NodeJS.ProcessEnv

  constructor(inventory: Inventory, environment: NodeJS.ProcessEnv = process.env) {
    this.#inventory = inventory
    this.#ssh = new SshConfig(inventory.connection.sshConfig, environment)
    this.#environment = environment
  }

  /** Of these hosts, all together: who speaks SSH to a jump host is a question of all that go through it. Throws HaError for what ssh refuses. */
  async of(hosts: readonly Wanted[]): Promise<{ reachable: readonly Reachable[]; notes: readonly Note[] }> {
    const wishes = hosts.map((host) => wishOf(this.#inventory, host))
    const { ways, notes } = await resolveWays(wishes, this.#ssh, this.#environment)
    const reachable = ways.map((way, index) => {
      const host = hosts[index]
      return { way, target: this.#target(way, host?.own), becomeAt: this.#becomeAt(host) }
    })
    return { reachable, notes }
  }

  #target({ host, jumps }: Way, own: Wanted['own']): Target {
    const { connection } = this.#inventory
    return {
      ...host.endpoint,
      jumps: jumps.map(({ endpoint }) => endpoint),
      become: own?.become ?? connection.become,
      becomePassword: own?.becomePassword ?? connection.becomePassword,
    }
  }

  #becomeAt(host: Wanted | undefined): Reachable['becomeAt'] {
    const { connection } = this.#inventory
    const own = `load_balancers.${host?.name ?? ''}`
    const becomeFor = connection.become === 'auto' ? undefined : 'connection.become'
    const passwordFor = connection.becomePassword === undefined ? undefined : 'connection.become_password'
    return {
      become: host?.own?.become === undefined ? becomeFor : `${own}.become`,
      password: host?.own?.becomePassword === undefined ? passwordFor : `${own}.become_password`,
    }
  }
}
