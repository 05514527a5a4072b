/** Reads forward through bytes that come in pieces; what is asked for is always contiguous. */

export type PullReader = {
  /** The piece in which `at` stands, and a view over the same memory. */
  bytes: Buffer
  view: DataView
  /** Where the next byte is. */
  at: number
  /** How many bytes came before `at`. */
  position: () => number
  /** Whether there are `count` more bytes; afterwards they stand in `bytes` from `at` on. */
  has: (count: number) => boolean
  /** Goes forward to a position; false when the end comes first. */
  seek: (position: number) => boolean
  close: () => void
}

const viewOf = (bytes: Buffer) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

const INITIAL_BYTES = 512 * 1024

export const createPullReader = (pieces: Generator<Buffer, void, undefined>): PullReader => {
  let before = 0
  /** Joins what is left of one piece with the next, again and again. */
  let joint: Buffer = Buffer.alloc(0)
  const use = (bytes: Buffer): void => {
    before += reader.at
    reader.bytes = bytes
    reader.view = viewOf(bytes)
    reader.at = 0
  }
  const pull = (): Buffer | undefined => {
    const next = pieces.next()
    return next.done ? undefined : next.value
  }
  const has = (count: number): boolean => {
    const left = reader.bytes.length - reader.at
    if (count <= left) return true
    let piece = pull()
    if (piece === undefined) return false
    if (left === 0 && count <= piece.length) {
      use(piece)
      return true
    }
    let length = left
    if (joint.length < left + piece.length) joint = grown(reader.bytes, left + piece.length)
    else joint.set(reader.bytes.subarray(reader.at))
    for (; piece !== undefined; piece = length < count ? pull() : undefined) {
      if (joint.length < length + piece.length) {
        const larger = Buffer.allocUnsafeSlow(2 * (length + piece.length))
        joint.copy(larger, 0, 0, length)
        joint = larger
      }
      piece.copy(joint, length)
      length += piece.length
    }
    use(joint.subarray(0, length))
    return length >= count
  }
  /** A buffer of its own for what is left of `bytes` and more. */
  const grown = (bytes: Buffer, needed: number): Buffer => {
    const larger = Buffer.allocUnsafeSlow(Math.max(INITIAL_BYTES, 2 * needed))
    bytes.copy(larger, 0, reader.at)
    return larger
  }
  const seek = (position: number): boolean => {
    let ahead = position - (before + reader.at)
    if (ahead < 0) throw new Error('a pull reader goes forward only')
    while (ahead > reader.bytes.length - reader.at) {
      ahead -= reader.bytes.length - reader.at
      reader.at = reader.bytes.length
      const piece = pull()
      if (piece === undefined) return false
      use(piece)
    }
    reader.at += ahead
    return true
  }
  const empty = Buffer.alloc(0)
  const reader: PullReader = {
    bytes: empty,
    view: viewOf(empty),
    at: 0,
    position: () => before + reader.at,
    has,
    seek,
    close: () => pieces.return(),
  }
  return reader
}
