import { rpmManager } from './rpm.ts'

/** yum 3, where there is no dnf. */
export const yum = rpmManager({
  program: 'yum',
  options: ['--setopt=exit_on_lock=1'],
  locks: '/var/run/yum.pid',
})
