/** Where SELinux is on, files get the labels of their place. They stand there already: what goes wrong is told, and fails nothing. */
export function labelled(...variables: readonly string[]): string {
  const paths = variables.map((name) => `"$${name}"`).join(' ')
  return `if [ -e /sys/fs/selinux/enforce ] && command -v restorecon >/dev/null; then
  restorecon ${paths} >&2 || echo 'restorecon failed: SELinux labels may be wrong' >&2
fi`
}
