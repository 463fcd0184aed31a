/** The time a login may take. What it waits for that is not the host, such as the operator, does not count. */
export class LoginClock {
  readonly #milliseconds: number
  readonly #expired: () => void
  #timer: NodeJS.Timeout | undefined
  #over = false

  constructor(seconds: number, expired: () => void) {
    this.#milliseconds = seconds * 1000
    this.#expired = expired
    this.#start()
  }

  /** Does something that does not count; the time begins anew after it. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    clearTimeout(this.#timer)
    try {
      return await work()
    } finally {
      if (!this.#over) this.#start()
    }
  }

  end(): void {
    this.#over = true
    clearTimeout(this.#timer)
  }

  #start(): void {
    this.#timer = setTimeout(this.#expired, this.#milliseconds)
  }
}
