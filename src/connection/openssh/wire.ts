/** Pieces of SSH's wire format (RFC 4251, section 5), of which the messages to a control master are made too. */
export function uint32(value: number): Buffer {
  const data = Buffer.alloc(4)
  data.writeUInt32BE(value)
  return data
}

export function string(value: string | Buffer): Buffer {
  const data = Buffer.from(value)
  return Buffer.concat([uint32(data.length), data])
}

export function boolean(value: boolean): Buffer {
  return Buffer.from([value ? 1 : 0])
}

/** Takes a message apart, field by field. A message that is too short throws a RangeError. */
export class Reader {
  readonly #data: Buffer
  #at = 0

  constructor(data: Buffer) {
    this.#data = data
  }

  byte(): number {
    this.#at += 1
    return this.#data.readUInt8(this.#at - 1)
  }

  uint32(): number {
    this.#at += 4
    return this.#data.readUInt32BE(this.#at - 4)
  }

  string(): Buffer {
    const length = this.uint32()
    this.#at += length
    return this.#data.subarray(this.#at - length, this.#at)
  }

  text(): string {
    return this.string().toString('utf8')
  }
}

/** Cuts a stream of bytes into messages, each of which comes behind its length. */
export class Frames {
  #rest: Buffer = Buffer.alloc(0)

  push(chunk: Buffer): Buffer[] {
    let data = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk])
    const frames: Buffer[] = []
    while (data.length >= 4) {
      const end = 4 + data.readUInt32BE(0)
      if (data.length < end) break
      frames.push(data.subarray(4, end))
      data = data.subarray(end)
    }
    this.#rest = data
    return frames
  }
}
