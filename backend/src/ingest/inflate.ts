/**
 * Inflates a raw deflate stream (RFC 1951) piece by piece as the pieces are pulled, in bounded memory. node:zlib does
 * this publicly only asynchronously or all at once; the readers are synchronous and the contents may be large. So
 * the call beneath its own synchronous functions is used; the Node it belongs to is pinned (decision 0001).
 */
import zlib from 'node:zlib'

export const PIECE_BYTES = 256 * 1024
const INPUT_BYTES = 64 * 1024

type Handle = {
  onerror: (message: string) => void
  writeSync: (
    flush: number,
    input: Uint8Array,
    inputAt: number,
    inputBytes: number,
    output: Uint8Array,
    outputAt: number,
    outputBytes: number,
  ) => void
}
/** `_writeState`: how much room is left in the output, and how much input is left, after a write. */
type Inflater = zlib.InflateRaw & { _handle: Handle; _writeState: Uint32Array }

const { Z_NO_FLUSH, Z_FINISH } = zlib.constants

const toWords = (message: string) =>
  message === 'unexpected end of file'
    ? 'its compressed content ends too early'
    : `its compressed content cannot be unpacked, ${message.replaceAll(/[^a-z]+/g, ' ').trim()}`

/**
 * Pieces of at most `PIECE_BYTES`, each a buffer of its own. `read` fills the target with the next compressed
 * bytes and returns how many; 0 at the end. Throws an Error that says what is wrong with the content.
 */
export function* inflate(read: (target: Uint8Array) => number): Generator<Buffer, void, undefined> {
  const inflater = zlib.createInflateRaw() as Inflater
  const { _handle: handle, _writeState: left } = inflater
  const input = Buffer.allocUnsafeSlow(INPUT_BYTES)
  let failure: string | undefined
  handle.onerror = (message) => {
    failure = message
  }
  let output = Buffer.allocUnsafeSlow(PIECE_BYTES)
  let written = 0
  try {
    for (let isAtEnd = false; !isAtEnd; ) {
      let inputBytes = read(input)
      isAtEnd = inputBytes === 0
      let inputAt = 0
      let isFull: boolean
      do {
        const room = PIECE_BYTES - written
        handle.writeSync(isAtEnd ? Z_FINISH : Z_NO_FLUSH, input, inputAt, inputBytes, output, written, room)
        if (failure !== undefined) throw new Error(toWords(failure))
        const [roomLeft = 0, inputLeft = 0] = left
        written += room - roomLeft
        inputAt += inputBytes - inputLeft
        inputBytes = inputLeft
        isFull = roomLeft === 0
        if (isFull) {
          yield output
          output = Buffer.allocUnsafeSlow(PIECE_BYTES)
          written = 0
        }
      } while (isFull)
    }
    if (written > 0) yield output.subarray(0, written)
  } finally {
    inflater.close()
  }
}
