import type { LabStatus } from './status.ts'

/** The text of `lab status`: a line a member. */
export function renderStatus(status: LabStatus | undefined): string {
  if (status === undefined) return 'no lab yet (ha-provision lab up)'
  const { lab, members } = status
  const lines = members.map(({ name, address, state, platform, standIn }) => {
    const what = standIn === undefined ? platform : `${platform ?? ''}, a stand-in of ${standIn}`
    return `${name.padEnd(8)} ${address.padEnd(15)} ${what === undefined ? state : `${state.padEnd(9)} ${what}`}`
  })
  const kind = lab.topology ?? lab.subnet
  return [`${lab.project} ${kind}, bastion on 127.0.0.1:${lab.port}, VIP ${lab.vip}`, ...lines].join('\n')
}
