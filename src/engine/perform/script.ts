import { Text, text } from '../../lib/secret.ts'
import { quote, words } from '../../lib/shell.ts'
import { firewallNamed } from '../../platform/firewall/index.ts'
import type { Platform } from '../../platform/types.ts'
import type { Action } from '../../resources/action.ts'
import { sysctlPath } from '../../resources/sysctl.ts'
import { cibScript, maintenanceScript } from './cib.ts'
import { loadScript, putBackScript, recordScript } from './load.ts'
import { LOG } from './prelude.ts'
import { repositoryScript } from './repository.ts'
import { writeScript } from './write.ts'

/** How long another process's hold on the package manager is waited for. */
const LOCK_SECONDS = 60

/** Whoever waits for what never settles has no end: what is still moving then, verification tells. */
const CLEANUP = `crm_resource --cleanup >/dev/null || exit 1
crm_resource --wait --timeout=60 >/dev/null 2>&1
true`

/** The sh text of one action. It ends with a status of its own and says on stderr what did not work. */
export function actionScript(action: Action, platform: Platform, index: number): Text {
  const { init } = platform
  switch (action.do) {
    case 'install':
      return plain(installScript(action, platform))
    case 'user':
      return plain(platform.createUser(action.name))
    case 'write':
      return writeScript(action.file, index)
    case 'attributes': {
      const path = quote(action.path)
      return plain(`chown ${quote(`${action.owner}:${action.group}`)} ${path} && chmod ${action.mode} ${path}`)
    }
    case 'remove':
      return plain(words('rm', '-f', action.path))
    case 'repository':
      return plain(repositoryScript(action))
    case 'sysctl':
      return plain(`printf '%s\\n' ${quote(action.value)} >${quote(sysctlPath(action.key))}`)
    case 'open': {
      const firewall = firewallNamed(action.manager)
      return plain(action.gaps.map((gap) => `{ ${firewall.open(action.opening, gap)}\n}`).join(' &&\n'))
    }
    case 'selinux-boolean':
      return plain(words('setsebool', '-P', action.name, '1'))
    case 'selinux-port':
      return plain(words('semanage', 'port', '-a', '-t', action.label, '-p', 'tcp', String(action.port)))
    case 'enable':
      return plain(init.enable(action.unit))
    case 'disable':
      return plain(init.disable(action.unit))
    case 'unmask':
      return plain(init.unmask(action.unit))
    case 'start':
      return plain(init.start(action.unit))
    case 'stop':
      return plain(init.stop(action.unit))
    case 'cib':
      return cibScript(action)
    case 'maintenance':
      return plain(maintenanceScript(action.on))
    case 'forget-node':
      return plain(words('crm_node', '--force', '--remove', action.node))
    case 'expect-votes':
      return plain(words('corosync-quorumtool', '-e', String(action.votes)))
    case 'clear-cib':
      return plain(`rm -rf ${quote(action.folder)}/*`)
    case 'cleanup':
      return plain(CLEANUP)
    case 'reread-units':
      return plain(init.rereadUnits(action.unit))
    case 'load':
      return plain(loadScript(action.load, platform, index))
    case 'record':
      return plain(recordScript(action.load, platform))
    case 'put-back':
      return plain(putBackScript(action, platform))
  }
}

function plain(script: string): Text {
  return text`${script}\n`
}

/** Packages whose units are held back until they have their configuration; a unit that runs already is left alone. */
function installScript(action: Extract<Action, { do: 'install' }>, platform: Platform): string {
  const { init, packages } = platform
  const install = packages.install(action.packages, { lockSeconds: LOCK_SECONDS, log: LOG })
  if (action.holdUnits.length === 0) return install
  const hold = action.holdUnits.map(
    (unit) => `{ ${init.state(unit)}; } | grep -qx 'active=active' || ${init.hold([unit])}`,
  )
  return `${hold.join('\n')}
( ${install}
)
status=$?
${init.release(action.holdUnits)}
exit $status`
}

/** What an action is called in events: a few words, no content. */
export function describeAction(action: Action): string {
  switch (action.do) {
    case 'install':
      return `install ${action.packages.map(({ name }) => name).join(', ')}`
    case 'user':
      return `create user ${action.name}`
    case 'write':
      return `write ${action.file.path}`
    case 'attributes':
      return `set owner and mode of ${action.path}`
    case 'remove':
      return `remove ${action.path}`
    case 'repository':
      return `enable the repository ${action.id}`
    case 'sysctl':
      return `set ${action.key} to ${action.value}`
    case 'open':
      return `let ${action.opening.name} through ${action.manager}`
    case 'selinux-boolean':
      return `set the SELinux boolean ${action.name}`
    case 'selinux-port':
      return `label tcp port ${action.port} ${action.label}`
    case 'reread-units':
      return 'read unit files again'
    case 'load':
      return `load ${action.load.unit}`
    case 'record':
      return `record what ${action.load.unit} runs with`
    case 'put-back':
      return `put back the files of ${action.load.unit}`
    case 'enable':
    case 'disable':
    case 'unmask':
    case 'start':
    case 'stop':
      return `${action.do} ${action.unit}`
    case 'cib':
      return 'change the CIB'
    case 'maintenance':
      return action.on ? 'begin maintenance mode' : 'end maintenance mode'
    case 'forget-node':
      return `forget ${action.node}`
    case 'expect-votes':
      return `expect ${action.votes} votes`
    case 'cleanup':
      return 'let pacemaker forget failed actions'
    case 'clear-cib':
      return 'take the old CIB away'
  }
}
