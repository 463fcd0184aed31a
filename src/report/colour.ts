import { styleText } from 'node:util'

/** What `util.styleText` knows: `red`, `bold`, … */
export type Style = Parameters<typeof styleText>[0]

/** Gives a text a style, or leaves it as it is where there is no colour. */
export type Paint = (style: Style, text: string) => string

/** True when this stream shows colours: a terminal without NO_COLOR, or FORCE_COLOR. */
export function showsColour(stream: NodeJS.WritableStream): boolean {
  return styleText('bold', 'x', { stream }) !== 'x'
}

/** Colour is decided once, not for every word. */
export function painter(colour: boolean): Paint {
  return colour ? (style, text) => styleText(style, text, { validateStream: false }) : (_, text) => text
}
