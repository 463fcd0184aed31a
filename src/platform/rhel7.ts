import { rhel } from './rhel.ts'
import { systemd219 } from './systemd.ts'
import type { Platform } from './types.ts'
import { yum } from './yum.ts'

/** RHEL 7 and what is like it: as the later ones, but with yum and an older systemd. */
export const rhel7: Platform = {
  ...rhel,
  name: 'rhel7',
  releases: [
    ...['rhel', 'centos', 'ol'].map((id) => ({ id, version: '7', haproxy: '1.5.18', keepalived: '1.3.5' })),
    { id: 'amzn', version: '2', haproxy: '1.5.18', keepalived: '1.3.5' },
  ],
  packages: yum,
  cluster: {
    refused:
      'RHEL 7 has corosync 2 and pacemaker 1.1: no knet, and other names of properties; corosync 3 and pacemaker 2 are needed',
  },
  init: systemd219,
}
