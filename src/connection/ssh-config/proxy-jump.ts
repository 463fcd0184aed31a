/** A jump host as ProxyJump names it. */
export interface Hop {
  readonly alias: string
  readonly user: string | undefined
  readonly port: number | undefined
}

/** The jump hosts of a ProxyJump, `user@host:port` with commas between them, the nearest to us first. */
export function parseProxyJump(text: string): Hop[] {
  return text.split(',').flatMap((one) => {
    const [, user, bracketed, plain, port] =
      /^(?:ssh:\/\/)?(?:(.+)@)?(?:\[([^\]]+)\]|([^:[\]]+))(?::(\d+))?\/?$/.exec(one.trim()) ?? []
    const alias = bracketed ?? plain
    return alias === undefined ? [] : [{ alias, user, port: port === undefined ? undefined : Number(port) }]
  })
}
