import { quote } from '../../lib/shell.ts'

/** Makes every member read its files again, those of the others too. */
export const RELOAD = 'corosync-cfgtool -R'

/** What can be seen of a file in what corosync runs with; its key cannot. */
const SEEN = 'token|crypto_cipher|crypto_hash|nodeid|ring[0-9]_addr'

/** Body of a shell function. Waits three seconds to see that corosync runs with a file that another member's reload has made it read; else it reads it now. */
export function followed(config: string): string {
  return `tenth=0
  until
    [ "$(corosync-cmapctl -g config.reload_status 2>/dev/null)" = 'config.reload_status (i32) = 1' ] &&
    [ "$(sed -nE 's/^ *(${SEEN}): */\\1 /p' ${quote(config)} | sort)" = "$(corosync-cmapctl 2>/dev/null |
      sed -nE 's/^(totem|nodelist\\.node\\.[0-9]+)\\.(${SEEN}) \\([^)]*\\) = /\\2 /p' | sort)" ]
  do
    tenth=$((tenth + 1)); [ "$tenth" -lt 30 ] || { ${RELOAD} || return 1; break; }
    sleep 0.1
  done`
}
