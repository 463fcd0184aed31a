import { access, chmod } from 'node:fs/promises'
import { join } from 'node:path'
import { installPackages } from './machine.ts'
import type { Suite, UbuntuSuite } from './platforms.ts'
import { unpackFromDebian } from './private-apt.ts'
import type { Say } from './say.ts'

const suites: Readonly<Record<UbuntuSuite, true>> = { focal: true, jammy: true, noble: true }

/** mmdebstrap takes the names of Ubuntu's suites, and so their mirror, from here. */
const suiteNames = '/usr/share/distro-info/ubuntu.csv'
const keyring = 'usr/share/keyrings/ubuntu-archive-keyring.gpg'

/** Whether a suite is one of Ubuntu's. */
export function isUbuntu(suite: Suite): suite is UbuntuSuite {
  return suite in suites
}

/**
 * What mmdebstrap has to be told to make an Ubuntu: whose signatures count, and that universe and apt are there, as in the
 * official images. The key comes with this machine or from Debian's archive, into `folder`, which has to be empty.
 */
export async function ubuntuOptions(folder: string, say: Say): Promise<readonly string[]> {
  if (!(await exists(suiteNames))) await installPackages(['distro-info-data'], `${suiteNames} is missing`, say)
  // apt checks signatures as a user of its own, who has to get at the key.
  await chmod(folder, 0o755)
  const root = (await exists(join('/', keyring))) ? '/' : await unpackFromDebian('ubuntu-keyring', 'trixie', folder)
  return [`--keyring=${join(root, keyring)}`, '--components=main,universe', '--include=apt']
}

async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  )
}
