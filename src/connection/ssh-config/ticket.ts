import { existsSync } from 'node:fs'
import { userInfo } from 'node:os'

const SECONDS = 5

/** Whether there is a Kerberos ticket to log in with: klist knows it wherever it is kept; without one, the usual file tells. */
export async function hasKerberosTicket(environment: NodeJS.ProcessEnv): Promise<boolean> {
  const { execa } = await import('execa')
  const result = await execa('klist', ['-s'], {
    reject: false,
    stdin: 'ignore',
    timeout: SECONDS * 1000,
    env: environment,
    extendEnv: false,
  })
  if (result.code !== 'ENOENT') return !result.failed
  const { KRB5CCNAME = `FILE:/tmp/krb5cc_${userInfo().uid}` } = environment
  return existsSync(KRB5CCNAME.replace(/^FILE:/, ''))
}
