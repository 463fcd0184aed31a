import type { NetworkdLink } from './types.ts'

/**
 * Prints the interfaces that a running systemd-networkd configures: name, .network file, and what KeepConfiguration says there or in
 * a drop-in, which is read after it.
 */
export const NETWORKD = `if [ -d /run/systemd/system ] && [ "$(systemctl is-active systemd-networkd 2>/dev/null)" = active ]; then
for link in /sys/class/net/*; do
  state=/run/systemd/netif/links/$(cat "$link/ifindex" 2>/dev/null)
  file=$(sed -n 's/^NETWORK_FILE=//p' "$state" 2>/dev/null)
  case $(sed -n 's/^ADMIN_STATE=//p' "$state" 2>/dev/null) in ''|unmanaged) continue ;; esac
  [ -n "$file" ] || continue
  keeps=$(cat "$file" "/usr/lib/systemd/network/\${file##*/}.d/"*.conf "/run/systemd/network/\${file##*/}.d/"*.conf "/etc/systemd/network/\${file##*/}.d/"*.conf 2>/dev/null |
    sed -n 's/^[[:space:]]*KeepConfiguration[[:space:]]*=[[:space:]]*//p' | tail -n 1)
  echo "\${link##*/} $file $keeps"
done; fi`

/** Reads its lines. */
export function parseNetworkd(output: string): readonly NetworkdLink[] {
  return output.split('\n').flatMap((line) => {
    const [name, file, keeps = ''] = line.trim().split(/\s+/)
    return name === undefined || file === undefined ? [] : [{ interface: name, file, keeps }]
  })
}
