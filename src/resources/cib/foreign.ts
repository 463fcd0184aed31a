/** What of others a merge came across. */
export class Foreign {
  readonly doubts: string[] = []
  readonly #purge: boolean

  constructor(purge: boolean) {
    this.#purge = purge
  }

  /** Whether it stays; what stays is told. */
  stays(what: string): boolean {
    if (this.#purge) return false
    this.doubts.push(
      `the CIB has ${what}, which the inventory does not know: it is left; pacemaker: { purge: true } takes it away`,
    )
    return true
  }
}
