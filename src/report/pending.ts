/** Promises by name that someone settles later. */
export class Pending {
  readonly #settlers = new Map<string, () => void>()

  add(name: string): Promise<void> {
    return new Promise((resolve) => this.#settlers.set(name, resolve))
  }

  settle(name: string): void {
    this.#settlers.get(name)?.()
  }

  settleAll(): void {
    for (const settle of this.#settlers.values()) settle()
    this.#settlers.clear()
  }
}
