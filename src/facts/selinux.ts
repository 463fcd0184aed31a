import type { Facts } from './types.ts'

/** Reads /sys/fs/selinux/enforce, which is there only where SELinux is on. */
export function parseSelinux(output: string): Facts['selinux'] {
  if (output.trim() === '1') return 'enforcing'
  return output.trim() === '0' ? 'permissive' : 'disabled'
}
