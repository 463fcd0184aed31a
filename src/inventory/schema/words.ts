import * as z from 'zod'
import { DURATION_PATTERN } from '../../lib/duration.ts'

/*
 * The smallest words of an inventory. Everything that ends up inside a line of a configuration file is kept from
 * leaving that line: no line breaks, no quotes, no backslashes. Raw text has its own fields, all named `extra`.
 * A message of a pattern is `what is wrong; how to mend it`.
 */

/** `3s`, `500ms`, `4h`. */
export const duration = z
  .string({ error: 'a duration needs a unit; write it like 3s, 500ms or 4h' })
  .regex(DURATION_PATTERN, 'this is no duration; write a whole number and ms, s, m, h or d, like 3s or 500ms')

export const port = z.int().min(1).max(65535)

/** One word of a configuration line. */
export const word = z
  .string()
  .regex(
    /^[^\s"'\\#!{}$\u0000-\u001f\u007f-\u009f]+$/,
    'this has to be one word; leave out spaces, quotes, backslashes, #, !, $ and braces',
  )

/** Several words of one configuration line. */
export const line = z
  .string()
  .regex(
    /^[^"'\\#{}\u0000-\u001f\u007f-\u009f]+$/,
    'this has to fit into one line of a configuration; leave out line breaks, quotes, backslashes, # and braces',
  )

/** A command with its arguments: it stands between double quotes in keepalived's file. */
export const command = z
  .string()
  .regex(
    /^\/[^"\u0000-\u001f\u007f-\u009f]*$/,
    'this has to be a command by its absolute path, in one line; leave out line breaks and double quotes',
  )

/** Raw configuration text. */
export const raw = z.string().regex(/^[^\u0000]*$/, 'this has a NUL character in it; remove it')

const nameMessage =
  'this is no usable name; use letters, digits, dots, hyphens and underscores, begin with a letter or digit, and do not use digits alone'
/** Digits alone are refused: JavaScript would sort them before the other keys, and the order of hosts has a meaning. */
export const name = z.string().regex(/^(?!\d+$)[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/, nameMessage)

/** A host to reach: a DNS name or an address. */
export const hostName = z
  .string()
  .regex(
    /^[A-Za-z0-9:[][A-Za-z0-9._:%\]-]*$/,
    'this is no host name or address; write a DNS name, an IPv4 or an IPv6 address',
  )

export const userName = z
  .string()
  .regex(/^[A-Za-z0-9_][A-Za-z0-9_.@-]*$/, 'this is no user name; use letters, digits, dots, hyphens and underscores')

/** Of a host key. */
export const fingerprint = z
  .string()
  .regex(
    /^SHA256:[A-Za-z0-9+/]{43}$/,
    'this is no fingerprint; write it as ssh-keygen -l prints it: SHA256: and 43 characters',
  )

export const mailAddress = z
  .string()
  .regex(
    /^[^\s"'\\#!{}$<>\u0000-\u001f\u007f-\u009f]+@[^\s"'\\#!{}$<>\u0000-\u001f\u007f-\u009f]+$/,
    'this is no mail address; write it like ops@example.org',
  )

export const filePath = z
  .string()
  .regex(/^[^\u0000-\u001f\u007f-\u009f]+$/, 'this is no path; write a path in one line')

/** A secret is named, never written down. */
export const secret = z
  .strictObject(
    {
      env: z
        .string()
        .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'this is no name of an environment variable; write it like VRRP_PASS')
        .optional()
        .describe('The environment variable that holds it'),
      file: filePath.optional().describe('The file that holds it; a line break at its end is left out'),
      command: z.string().min(1).optional().describe('The shell command that prints it'),
      age: filePath.optional().describe('The file that holds it, encrypted with age'),
      identity: filePath
        .optional()
        .describe(
          'The file with the age keys that decrypt it; HA_PROVISION_AGE_IDENTITY or ~/.config/age/keys.txt unless given',
        ),
    },
    {
      error:
        'a secret is not written into an inventory; name its source: { env: NAME }, { file: PATH }, { command: … } or { age: PATH }',
    },
  )
  .describe('A secret by its source')

/** One of a thing, or several. */
export function oneOrMore<T extends z.ZodType>(item: T) {
  return z.union([item, z.array(item)])
}
