import { earlierTwin } from './pairs.ts'
import { error, type Rule } from './rule.ts'

/** knet, which carries corosync's messages, numbers hosts in 16 bits: a larger number would be cut to another one. */
const LARGEST_NODE_ID = 65_535

export const nodeIdRange: Rule = ({ inventory: { loadBalancers } }) =>
  loadBalancers.flatMap(({ name, nodeId }) => {
    if (nodeId === undefined || (nodeId >= 1 && nodeId <= LARGEST_NODE_ID)) return []
    const path = ['load_balancers', name, 'node_id']
    return [error(path, `node_id ${nodeId} is out of range`, `write 1 to ${LARGEST_NODE_ID}, or leave it out`)]
  })

export const nodeIdDistinct: Rule = ({ inventory: { loadBalancers } }) =>
  loadBalancers.flatMap((lb, index) => {
    const twin = earlierTwin(loadBalancers, index, (a, b) => a.nodeId !== undefined && a.nodeId === b.nodeId)
    if (twin === undefined) return []
    const message = `${twin.name} has the node_id ${lb.nodeId ?? ''} too`
    return [error(['load_balancers', lb.name, 'node_id'], message, 'give each load balancer its own, or leave it out')]
  })

/** The names of load balancers are those of the cluster's nodes, and pacemaker compares them without regard to case. */
export const nodeNameCase: Rule = ({ inventory: { loadBalancers } }) =>
  loadBalancers.flatMap((lb, index) => {
    const twin = earlierTwin(loadBalancers, index, (a, b) => a.name.toLowerCase() === b.name.toLowerCase())
    if (twin === undefined) return []
    const message = `pacemaker takes ${lb.name} and ${twin.name} for one name`
    return [error(['load_balancers', lb.name], message, 'choose names that differ in more than capitals')]
  })
