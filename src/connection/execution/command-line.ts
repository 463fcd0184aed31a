import { quote } from '../../lib/shell.ts'

/**
 * How root's rights are got on the host: not at all, by sudo or doas without a password (`auto`: by the one there is), or by sudo that
 * prompts with `nonce`.
 */
export type Become =
  { readonly by: 'nobody' | 'auto' | 'sudo' | 'doas' } | { readonly by: 'password'; readonly nonce: string }

/** What a command line is made of. `mark` is printed on both streams before the script begins and after it has ended. */
export interface CommandLine {
  readonly become: Become
  readonly mark: string
  readonly timeoutSeconds: number
  /** The script when it cannot come in on stdin, because its stdin is the caller's. */
  readonly script?: string
}

const ENVIRONMENT = 'LC_ALL=C; PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin; export LC_ALL PATH'

/**
 * Runs the script in a session of its own, so that the deadline's TERM reaches all its children: BusyBox's timeout
 * signals one process only. One line, because csh knows no newline within quotes.
 */
const supervise = (script: string): string =>
  `${ENVIRONMENT}; d=; trap d=1 TERM; exec 3<&0 </dev/null; echo "$1"; echo "$1" >&2; ` +
  `setsid ${script} <&3 3<&- & p=$!; exec 3<&-; wait $p; s=$?; [ -n "$d" ] || { echo "$1"; echo "$1" >&2; exit $s; }; kill -TERM -$p; ` +
  'for i in 1 2 3 4 5; do sleep 1; kill -0 -$p 2>/dev/null || exit 124; done; kill -KILL -$p; exit 124'

/** Whether we are root already is learnt here, on the host: asking first would cost an execution. */
function rise(become: Become): string {
  switch (become.by) {
    case 'nobody':
      return 'b='
    case 'sudo':
      return 'b=; [ "$(id -u)" = 0 ] || b="sudo -n --"'
    case 'doas':
      return 'b=; [ "$(id -u)" = 0 ] || b="doas -n"'
    case 'auto':
      return 'b=; [ "$(id -u)" = 0 ] || { b="sudo -n --"; command -v sudo >/dev/null || { command -v doas >/dev/null && b="doas -n"; }; }'
    case 'password':
      return `b=; [ "$(id -u)" = 0 ] || b="sudo -S -p ${become.nonce} --"`
  }
}

/** The one line sshd runs. It has one length whatever the script, holds no secret, and any login shell understands it. */
export function renderCommandLine(line: CommandLine): string {
  const supervisor = supervise(line.script === undefined ? 'sh -s' : 'sh -c "$2"')
  const boot = `${ENVIRONMENT}; ${rise(line.become)}; exec $b timeout -k 10 ${Math.ceil(line.timeoutSeconds)} sh -c "$@"`
  const script = line.script === undefined ? [] : [line.script]
  return `exec sh -c ${[boot, 'sh', supervisor, 'sh', line.mark, ...script].map(quote).join(' ')}`
}

/**
 * The script as it goes in: one compound command, so a shell that got only half of it (the connection broke) runs
 * nothing, and commands within it cannot eat the rest of the script as their stdin.
 */
export function wrapScript(script: string): string {
  return `{ :\n${script}\n} </dev/null; exit\n`
}
