/** What asks the quorum device: a package and a unit of the same name on all platforms. */
export const DEVICE_UNIT = 'corosync-qdevice'
