/**
 * Gives files the SELinux labels of their places, where SELinux is on: a file keeps the label it was staged with. They stand there already,
 * so what goes wrong is told, and fails nothing. `paths`: words of the shell, quoted.
 */
export function relabel(...paths: readonly string[]): string {
  return `if [ -e /sys/fs/selinux/enforce ] && command -v restorecon >/dev/null; then
  restorecon ${paths.join(' ')} >&2 || echo 'restorecon failed: SELinux labels may be wrong' >&2
fi`
}
