const SUFFIX = '-cert-v01@openssh.com'

/** The key that a host certificate is for, as the host has it without one; another key as it is. The form is that of OpenSSH's PROTOCOL.certkeys. */
export function plainKey(key: Buffer): Buffer {
  const [type, , ...fields] = strings(key, 4)
  const name = type?.toString('latin1') ?? ''
  if (!name.endsWith(SUFFIX)) return key
  const plain = name.slice(0, -SUFFIX.length)
  // After the nonce: the point of Ed25519; exponent and modulus of RSA; curve and point of ECDSA.
  const own = fields.slice(0, plain === 'ssh-ed25519' ? 1 : 2)
  return Buffer.concat([Buffer.from(plain, 'latin1'), ...own].map(string))
}

/** The first strings of the wire format, at most so many. */
function strings(data: Buffer, most: number): Buffer[] {
  const found: Buffer[] = []
  for (let at = 0; found.length < most && at + 4 <= data.length;) {
    const end = at + 4 + data.readUInt32BE(at)
    if (end > data.length) break
    found.push(data.subarray(at + 4, end))
    at = end
  }
  return found
}

function string(data: Buffer): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(data.length)
  return Buffer.concat([length, data])
}
