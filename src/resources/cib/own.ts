/** How long an election waits for somebody who decides already, where no fencing could turn off a member that is merely late. */
export const QUICK_ELECTION = { name: 'dc-deadtime', value: '2s' } as const

/** The id of our maintenance mode: what a killed run has left is known for ours, and what an operator has set is not. */
export const MAINTENANCE = 'ha-provision-maintenance-mode'
