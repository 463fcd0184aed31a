import { rpmManager } from './rpm.ts'

/** dnf 4 and 5. What a package merely recommends is left out, as on Debian. */
export const dnf = rpmManager({
  program: 'dnf',
  options: ['--setopt=install_weak_deps=False', '--setopt=exit_on_lock=True'],
  locks: '/var/cache/dnf/*.pid /var/lib/dnf/*.pid',
})
