import { HaError } from '../../lib/errors.ts'
import { printable } from '../../lib/printable.ts'

/** `FILE line 3: what`, and with some words a colon more. */
const AT_LINE = /^(.+?):? line (\d+): (.+)$/
/** Says only that the lines before it were the reason. */
const SUMMARY = /: terminating, \d+ bad configuration option/

/** Why ssh does not take its configuration, in its own words, at the file and line that they name. */
export function configRefusal(alias: string, said: string): HaError {
  const lines = said.split('\n').map((line) => printable(line.trim()))
  const words = lines.filter((line) => line !== '' && !SUMMARY.test(line))
  const [first = 'it gives no reason', ...more] = words
  const [, file, line, what] = AT_LINE.exec(first) ?? []
  const reason = [what ?? first, ...more].join('; ')
  return new HaError(`ssh does not accept its configuration for ${alias}: ${reason}`, {
    where: file === undefined || line === undefined ? 'connection.ssh_config' : `${file}:${line}`,
    mend: 'mend it there; or follow another file by connection.ssh_config: FILE, or none by ssh_config: none',
  })
}
