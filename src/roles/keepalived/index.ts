import { serviceCheck } from '../../checks/service.ts'
import { vipCheck } from '../../checks/vip.ts'
import { text } from '../../lib/secret.ts'
import { rootFile, sha256 } from '../../resources/file.ts'
import { loadedResource } from '../../resources/loaded.ts'
import { serviceResource } from '../../resources/service.ts'
import { userResource } from '../../resources/user.ts'
import { membersFile } from '../members.ts'
import type { Role } from '../role.ts'
import { checkScript } from './check-script.ts'
import { judgeOf } from './judge.ts'
import { renderKeepalived } from './render.ts'
import { keepalivedSecrets } from './secrets.ts'

/**
 * How many advert intervals a killed keepalived stays away. It removes the address as soon as it starts, and a backup takes over two
 * to three adverts after the kill: at once would be a gap of two seconds and more, three a second holder for as long as one.
 */
const RESTART_ADVERTS = 2.5

/** keepalived with its check of haproxy, restarted when it dies, and the list of members that a later run reads. */
export const keepalivedRole: Role = ({ inventory, host, facts, platform, secrets }) => {
  const { unit, config, checkScript: script, shell } = platform.keepalived
  const content = renderKeepalived(inventory, host, facts, secrets, platform.keepalived)
  const dropIn = platform.init.restartDropIn(unit, inventory.keepalived.advertInterval * RESTART_ADVERTS)
  return {
    resources: [
      ...(inventory.keepalived.scriptUser === 'root' ? [] : [userResource(inventory.keepalived.scriptUser)]),
      ...(inventory.keepalived.check.kind === 'none'
        ? []
        : [rootFile(script, text`${checkScript(inventory, host, shell)}`, { mode: '0755' })]),
      rootFile(config, content, {
        mode: '0600',
        validate: judgeOf(facts.versions.keepalived),
        sensitive: keepalivedSecrets,
        unit,
      }),
      rootFile(dropIn.path, text`${dropIn.content}`),
      membersFile(inventory),
      serviceResource(unit),
      loadedResource({ unit, files: [{ path: config, sha256: sha256(content.reveal()) }], provedBy: 'main-process' }),
    ],
    checks: [serviceCheck(unit, platform.init.logCommand(unit)), ...inventory.vips.map((vip) => vipCheck(vip))],
  }
}
