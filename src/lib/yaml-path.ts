/** Keys and list indexes from the top of a document. */
export type Path = readonly (string | number)[]

/** `haproxy.frontends.api.bind[0]`. */
export function renderPath(path: Path): string {
  return path.reduce<string>((text, segment) => {
    if (typeof segment === 'number') return `${text}[${segment}]`
    const key = /^[\w.:@/ -]+$/.test(segment) ? segment : showKey(segment)
    return text === '' ? key : `${text}.${key}`
  }, '')
}

/** A key in quotes; what would move a terminal's cursor is written as an escape. */
export function showKey(key: string): string {
  return JSON.stringify(key).replaceAll(
    /[\u007f-\u009f\u2028-\u202e]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
