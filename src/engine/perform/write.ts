import { dirname } from 'node:path/posix'
import { Text, text } from '../../lib/secret.ts'
import { quote } from '../../lib/shell.ts'
import { relabel } from '../../platform/relabel.ts'
import type { Judge, WantedFile } from '../../resources/action.ts'
import { previousPath, stagedPath, stagedPreviousPath } from '../../resources/file.ts'
import { pendingPath } from '../../resources/loaded.ts'

/** A secret stays a secret while its text is quoted for the shell. */
export function quoted(content: Text): Text {
  return Text.join(["'", content.map((part) => part.replaceAll("'", `'\\''`)), "'"])
}

/**
 * A file lands whole or not at all: staged beside its target (readable by root only until it has its owner), judged by the program that
 * will read it, flushed, renamed. `printf` is the shell's own, so that no content is ever in a process's arguments.
 */
export function writeScript(file: WantedFile, index: number): Text {
  const path = quote(file.path)
  const staged = quote(stagedPath(file.path))
  const judge = file.validate === undefined ? '' : judgeScript(file.path, staged, file.validate)
  return text`mkdir -p ${quote(dirname(file.path))} || exit 1
rm -f ${staged} ${quote(stagedPreviousPath(file.path))}
(umask 077; printf '%s' ${quoted(file.content)} ${file.encoding === 'base64' ? '| base64 -d ' : ''}>${staged}) || { rm -f ${staged}; echo ${quote(`${file.path} could not be written; it was not changed`)} >&2; df -P ${quote(dirname(file.path))} | tail -n 1 >&2; exit 1; }
chown ${quote(`${file.owner}:${file.group}`)} ${staged} && chmod ${file.mode} ${staged} || { rm -f ${staged}; exit 1; }
${judge}sync ${staged} || { rm -f ${staged}; exit 1; }
tell staged ${index}
${file.unit === undefined ? '' : keepPrevious(file.path, file.unit)}mv -f ${staged} ${path} || exit 1
${relabel(path)}
`
}

/**
 * What stands there is kept before the first write since the unit's last proved load: that is what it runs with, ours or hand-made.
 * `pending` is the journal of such writes, so a second one before a load does not take the first for what ran before.
 */
function keepPrevious(target: string, unit: string): string {
  const [path, previous, next] = [quote(target), quote(previousPath(target)), quote(stagedPreviousPath(target))]
  const pending = quote(pendingPath(unit))
  return `if ! grep -qsxF ${path} ${pending}; then
  if [ -f ${path} ]; then cp -p ${path} ${next} && mv -f ${next} ${previous} || exit 1; else rm -f ${previous}; fi
  printf '%s\\n' ${path} >>${pending} || exit 1
fi
`
}

/** What a judge said is the operator's to read, up to the last lines of it. */
function judgeScript(path: string, staged: string, { words, good, silent }: Judge): string {
  const refused = `${path} was refused by ${words[0] ?? ''}; the file was not changed`
  return `said=$(${words.map((word) => (word === '%s' ? staged : quote(word))).join(' ')} 2>&1); status=$?
case $status in ${good.join('|')}) ${silent ? '[ -z "$said" ]' : 'true'} ;; *) false ;; esac || {
  printf '%s\\n' "$said" | tail -n 8 >&2; rm -f ${staged}; echo ${quote(refused)} >&2; exit 1
}
`
}
