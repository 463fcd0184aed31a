/** Promises by name that someone settles later. Several can have one name: a cluster may be called like a host. */
export class Pending {
  #waiting: readonly { readonly name: string; readonly settle: () => void }[] = []

  add(name: string): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting = [...this.#waiting, { name, settle: resolve }]
    })
  }

  settle(name: string): void {
    for (const one of this.#waiting) if (one.name === name) one.settle()
  }

  settleAll(): void {
    for (const one of this.#waiting) one.settle()
    this.#waiting = []
  }
}
