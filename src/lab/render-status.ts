import type { LabStatus } from './status.ts'

/** The text of `lab status`: a line a member. */
export function renderStatus(status: LabStatus | undefined): string {
  if (status === undefined) return 'no lab yet (ha-provision lab up)'
  const { lab, members } = status
  const lines = members.map(({ name, address, state }) => `${name.padEnd(8)} ${address.padEnd(15)} ${state}`)
  return [`${lab.project} ${lab.subnet}, bastion on 127.0.0.1:${lab.port}, VIP ${lab.vip}`, ...lines].join('\n')
}
