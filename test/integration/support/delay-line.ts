/** Packet loss as TCP shows it: nothing is missing, but a segment that was lost, and all behind it, come later. */
export interface Loss {
  /** The same seed loses the same segments of what is sent in the same pieces. */
  readonly seed: number
  /** How likely a segment is lost, each time it is sent. */
  readonly chance: number
}

/** What Linux waits at least before it sends again, and doubles each time. */
const RETRANSMIT_MS = 200
/** What fits into a packet of Ethernet. */
export const SEGMENT_BYTES = 1448

/** One direction of a slow line: what is put in comes out late, in order, however much is on its way. */
export class DelayLine {
  readonly #delayMs: number
  readonly #lostFor: () => number
  readonly #underway: { readonly due: number; readonly arrive: () => void }[] = []
  #timer: NodeJS.Timeout | undefined
  #latest = 0

  /** `random` gives numbers from 0 to 1. */
  constructor(delayMs: number, chance = 0, random: () => number = () => 1) {
    this.#delayMs = delayMs
    this.#lostFor = () => {
      let late = 0
      for (let wait = RETRANSMIT_MS; random() < chance; wait *= 2) late += wait
      return late
    }
  }

  /** Puts something in, at the moment `since` if that is still to come: what it does on arrival. */
  put(arrive: () => void, since = 0): void {
    const due = Math.max(performance.now(), since) + this.#delayMs + this.#lostFor()
    this.#latest = Math.max(this.#latest, due)
    this.#underway.push({ due: this.#latest, arrive })
    this.#timer ??= this.#wait()
  }

  /** What is under way is gone. */
  cut(): void {
    clearTimeout(this.#timer)
    this.#underway.length = 0
  }

  #wait(): NodeJS.Timeout | undefined {
    const next = this.#underway[0]
    if (next === undefined) return undefined
    return setTimeout(() => {
      this.#arrivals()
      this.#timer = this.#wait()
    }, next.due - performance.now())
  }

  #arrivals(): void {
    const now = performance.now()
    for (let next = this.#underway[0]; next !== undefined && next.due <= now; next = this.#underway[0]) {
      this.#underway.shift()
      next.arrive()
    }
  }
}

/** Numbers from 0 to 1 that are the same each time: Mulberry32. */
export function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
