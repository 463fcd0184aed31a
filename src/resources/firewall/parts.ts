/** A part of what a probe printed: `== boot nft /etc/nftables.conf`. */
export interface Part {
  readonly name: string
  readonly file: string | undefined
  readonly text: string
}

/** The parts of a probe's output, each under its head. */
export function partsOf(output: string): readonly Part[] {
  return output
    .split(/^== /m)
    .slice(1)
    .map((part) => {
      const end = part.indexOf('\n')
      const [head, text] = end < 0 ? [part, ''] : [part.slice(0, end), part.slice(end + 1)]
      const [, name = head, file] = /^(.*?)(?: (\/\S+))?$/.exec(head) ?? []
      return { name, file, text: text.trimEnd() }
    })
}
