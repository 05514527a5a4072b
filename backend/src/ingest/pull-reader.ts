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

export const createPullReader = (pieces: Generator<Buffer, void, undefined>): PullReader => {
  let before = 0
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
    let missing = count - (reader.bytes.length - reader.at)
    if (missing <= 0) return true
    const parts = [reader.bytes.subarray(reader.at)]
    while (missing > 0) {
      const piece = pull()
      if (piece === undefined) break
      parts.push(piece)
      missing -= piece.length
    }
    use(parts.length === 2 && parts[0]?.length === 0 ? (parts[1] ?? Buffer.alloc(0)) : Buffer.concat(parts))
    return missing <= 0
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
