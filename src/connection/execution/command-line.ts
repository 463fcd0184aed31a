import { quote } from '../../lib/shell.ts'

/** How root's rights are got on the host: not at all, by a program that asks for nothing, or by one that may ask. */
export type Become =
  /** `auto`: by the one there is. */
  | { readonly by: 'nobody' | 'auto' | 'sudo' | 'doas' }
  /** sudo prompts with `nonce`; su with words of its own, after a line with `nonce` on both streams. */
  | { readonly by: 'password'; readonly program: 'auto' | 'sudo' | 'su'; readonly nonce: string }

/** What a command line is made of. `mark` is printed on both streams before the script begins and after it has ended. */
export interface CommandLine {
  readonly become: Become
  readonly mark: string
  readonly timeoutSeconds: number
  /** The script when it cannot come in on stdin, because its stdin is the caller's. */
  readonly script?: string
  /** It runs with a terminal, which has one stream: what it says on stderr comes after this line, at the end. */
  readonly split?: string
}

const ENVIRONMENT = 'LC_ALL=C; PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin; export LC_ALL PATH'
/** Stands for a newline in a script that goes in by the command line: csh has no newline within quotes. */
const NEWLINE = '\u0001'

/**
 * Runs the script in a session of its own, so that the deadline's TERM reaches all its children: BusyBox's timeout
 * signals one process only.
 */
const supervise = (script: string): string =>
  `${ENVIRONMENT}; d=; trap d=1 TERM; exec 3<&0 </dev/null; echo "$1"; echo "$1" >&2; ` +
  `setsid ${script} <&3 3<&- & p=$!; exec 3<&-; wait $p; s=$?; [ -n "$d" ] || { echo "$1"; echo "$1" >&2; exit $s; }; kill -TERM -$p; ` +
  'for i in 1 2 3 4 5; do sleep 1; kill -0 -$p 2>/dev/null || exit 124; done; kill -KILL -$p; exit 124'

const FROM_STDIN = supervise('sh -s')
const FROM_ARGUMENT = supervise(`sh -c "$(printf %s "$2" | tr '\\001' '\\012')"`)

/** Puts what gives root's rights before the words to run. Whether we are root already is learnt here, on the host: asking first would cost an execution. */
function rise(become: Become): string {
  if (become.by === 'nobody') return ':'
  const begin = become.by === 'password' ? `echo ${become.nonce}:; echo ${become.nonce}: >&2; ` : ''
  return `[ "$(id -u)" = 0 ] || { ${begin}${how(become)}; }`
}

function how(become: Exclude<Become, { by: 'nobody' }>): string {
  const doas = 'set -- doas -n "$@"'
  if (become.by === 'doas') return doas
  // su takes a command as text only; this one runs the words that come after it.
  if (become.by === 'password' && become.program === 'su') return `set -- su -s /bin/sh -c 'exec "$@"' -- root sh "$@"`
  const asking = become.by === 'password' ? `-S -p ${become.nonce}` : '-n'
  const sudo = `set -- sudo ${asking} -- "$@"`
  const either = become.by === 'auto' || (become.by === 'password' && become.program === 'auto')
  return either ? `if command -v sudo >/dev/null || ! command -v doas >/dev/null; then ${sudo}; else ${doas}; fi` : sudo
}

/**
 * Runs words and keeps their stderr back until the end: a terminal has one stream. It is read up to its second mark, not
 * to its end, which a daemon may hold open.
 */
const keepStderr = (mark: string, split: string): string =>
  `exec 4>&1; s=$({ { "$@" 2>&1 >&4 3>&- 4>&-; echo $? >&3; } | ` +
  `{ e=$(sed -n 'p;/${mark}$/{x;s/^/./;/^../q;x;}' 3>&- 4>&-); printf '%s\n' ${split} "$e" >&4; } 3>&-; } 3>&1); exit $s`

/**
 * Runs words with a terminal that changes no byte. Their stdin is a pipe all the same: shells would take themselves for
 * interactive, and sudo would not hand on what is typed. What fills the pipe ends with the terminal.
 */
const RUN_WITH_TERMINAL = 'exec 5<&0; { cat <&5 & } | "$@"'

/** The one line sshd runs. It has one length whatever the script, holds no secret, and any login shell understands it. */
export function renderCommandLine({ become, mark, timeoutSeconds, script, split }: CommandLine): string {
  const deadline = `set -- timeout -k 10 ${Math.ceil(timeoutSeconds)} sh -c "$@"`
  const steps =
    split === undefined
      ? [ENVIRONMENT, deadline, rise(become), 'exec "$@"']
      : [
          ENVIRONMENT,
          'stty raw -echo',
          deadline,
          `set -- sh -c ${quote(keepStderr(mark, split))} sh "$@"`,
          rise(become),
          RUN_WITH_TERMINAL,
        ]
  const supervisor = script === undefined ? FROM_STDIN : FROM_ARGUMENT
  const last = script === undefined ? [] : [script.replaceAll('\n', NEWLINE)]
  return `exec sh -c ${[steps.join('; '), 'sh', supervisor, 'sh', mark, ...last].map(quoteForAny).join(' ')}`
}

/** Quotes a word for every login shell: csh knows history within quotes, and fish knows backslashes there. */
function quoteForAny(word: string): string {
  if (/^[A-Za-z0-9_./-]+$/.test(word)) return word
  return `'${word.replaceAll(/['\\!]/g, String.raw`'\$&'`)}'`
}

/**
 * The script as it goes in: one compound command, so a shell that got only half of it (the connection broke) runs
 * nothing, and commands within it cannot eat the rest of the script as their stdin.
 */
export function wrapScript(script: string): string {
  return `{ :\n${script}\n} </dev/null; exit\n`
}
