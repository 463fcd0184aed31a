import { sameAddress } from '../addresses.ts'
import { error, type Rule, warning } from './rule.ts'
import { isFenced } from './fencing.ts'

export const quorumPolicy: Rule = ({ inventory: { pacemaker, corosync, loadBalancers } }) => {
  const path = ['pacemaker', 'quorum_policy']
  const quorumIsLost = loadBalancers.length > 2 || corosync.device !== undefined
  switch (pacemaker.quorumPolicy) {
    case 'ignore':
      if (quorumIsLost) {
        const message = 'members that are cut off would go on, and hold the VIP beside the others'
        return [error(path, message, 'leave it out: members without quorum stop')]
      }
      return loadBalancers.length < 2
        ? []
        : [warning(path, 'two members keep quorum when one of them is lost (two_node), without this', 'leave it out')]
    case 'freeze':
      if (isFenced(pacemaker) || !quorumIsLost) return []
      return [
        warning(
          path,
          'members that are cut off keep the VIP, and without fencing the others take it too',
          'leave it out: members without quorum stop',
        ),
      ]
    case 'suicide':
      return isFenced(pacemaker)
        ? []
        : [error(path, 'without fencing pacemaker takes this for stop', 'write stop, or name fencing devices')]
    case 'stop':
    case 'demote':
      return []
  }
}

/** A device on a member goes down with it, and the vote that should break the tie with it. */
export const quorumDeviceHost: Rule = ({ inventory: { corosync, loadBalancers, vips } }) => {
  if (corosync.device === undefined) return []
  const { host } = corosync.device
  const path = ['corosync', 'device', 'host']
  const member = loadBalancers.find((lb) =>
    [lb.name, lb.host, lb.address, ...lb.links].some((own) => sameAddress(own, host)),
  )
  const mend = 'name a host that is none of the members'
  if (member !== undefined) {
    const message = member.name === host ? `${host} is itself a member` : `${host} is ${member.name}, which is a member`
    return [error(path, message, mend)]
  }
  const vip = vips.find((one) => sameAddress(one.address, host))
  return vip === undefined ? [] : [error(path, `${host} is the VIP ${vip.name}`, mend)]
}

export const quorumDeviceAlgorithm: Rule = ({ inventory: { corosync, loadBalancers } }) => {
  if (corosync.device?.algorithm !== 'ffsplit' || loadBalancers.length % 2 === 0) return []
  const message = `ffsplit is for an even number of members: with ${loadBalancers.length}, the device can make quorum harder to keep`
  return [warning(['corosync', 'device', 'algorithm'], message, 'write lms, or leave the device out')]
}
