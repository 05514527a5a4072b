/**
 * The parts of PostgreSQL's wire protocol 3.0 that the embedded database's bridge must understand: where a
 * message ends, which messages carry a statement name, where a COPY begins. Everything else passes unread.
 */

const code = (letter: string) => letter.charCodeAt(0)

export const QUERY = code('Q')
export const PARSE = code('P')
export const BIND = code('B')
export const DESCRIBE = code('D')
export const CLOSE = code('C')
export const SYNC = code('S')
export const FLUSH = code('H')
export const TERMINATE = code('X')
export const COPY_DATA = code('d')
export const COPY_DONE = code('c')
export const COPY_FAIL = code('f')
const READY_FOR_QUERY = code('Z')

const SSL_REQUEST = 80877103
const GSS_REQUEST = 80877104
const CANCEL_REQUEST = 80877102

export type TransactionStatus = 'I' | 'T' | 'E'
export type Startup = 'startup' | 'encryption' | 'cancel'

/** Collects bytes as they come and hands out whole messages. The first messages of a connection have no type byte. */
export const createFrameReader = () => {
  let bytes: Buffer = Buffer.alloc(0)
  let started = false
  const cut = (length: number) => {
    const frame = bytes.subarray(0, length)
    bytes = bytes.subarray(length)
    return frame
  }
  return {
    add: (chunk: Uint8Array) => {
      const view = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
      bytes = bytes.length === 0 ? view : Buffer.concat([bytes, view])
    },
    /** What a connection opens with, until it has sent its start-up message. */
    startup: (): Startup | undefined => {
      if (started || bytes.length < 8 || bytes.length < bytes.readInt32BE(0)) return undefined
      const request = cut(bytes.readInt32BE(0)).readInt32BE(4)
      if (request === SSL_REQUEST || request === GSS_REQUEST) return 'encryption'
      if (request === CANCEL_REQUEST) return 'cancel'
      started = true
      return 'startup'
    },
    next: (): Buffer | undefined => {
      if (!started || bytes.length < 5) return undefined
      const length = bytes.readInt32BE(1) + 1
      return bytes.length < length ? undefined : cut(length)
    },
  }
}

const endOfText = (frame: Buffer, from: number) => frame.indexOf(0, from)

/** Offset of the statement's name in a message that has one; -1 where it has none or is the unnamed statement. */
const statementNameAt = (frame: Buffer): number => {
  const starts: Record<number, () => number> = {
    [PARSE]: () => 5,
    [BIND]: () => endOfText(frame, 5) + 1,
    [DESCRIBE]: () => (frame[5] === SYNC ? 6 : -1),
    [CLOSE]: () => (frame[5] === SYNC ? 6 : -1),
  }
  const at = starts[frame[0] ?? 0]?.() ?? -1
  return at < 0 || frame[at] === 0 ? -1 : at
}

/** Puts `prefix` before the name of the prepared statement, because all connections share one session. */
export const prefixStatement = (frame: Buffer, prefix: string): { frame: Buffer; statement?: string } => {
  const at = statementNameAt(frame)
  if (at < 0) return { frame }
  const renamed = Buffer.concat([frame.subarray(0, at), Buffer.from(prefix), frame.subarray(at)])
  renamed.writeInt32BE(frame.readInt32BE(1) + prefix.length, 1)
  return { frame: renamed, statement: renamed.toString('utf8', at, endOfText(renamed, at)) }
}

const COPY_FROM_STDIN = /^\s*copy\s[\s\S]+\sfrom\s+stdin\b/i

export const startsCopyIn = (frame: Buffer): boolean =>
  frame[0] === QUERY && COPY_FROM_STDIN.test(frame.toString('latin1', 5, Math.min(frame.length, 65_536)))

const message = (type: number, ...parts: (string | Buffer)[]): Buffer => {
  const body = Buffer.concat(
    parts.map((part) => (typeof part === 'string' ? Buffer.from(`${part}\0`) : part)),
  )
  const head = Buffer.alloc(5)
  head[0] = type
  head.writeInt32BE(body.length + 4, 1)
  return Buffer.concat([head, body])
}

export const query = (text: string) => message(QUERY, text)
export const sync = () => message(SYNC)
export const closeStatement = (name: string) => message(CLOSE, `S${name}`)
export const copyFail = (reason: string) => message(COPY_FAIL, reason)

/** Text format, no columns: clients that send COPY data do not read it. */
export const copyInResponse = () => message(code('G'), Buffer.from([0, 0, 0]))
export const readyForQuery = (status: TransactionStatus) => message(READY_FOR_QUERY, Buffer.from(status))

export const errorResponse = (given: { severity: 'ERROR' | 'FATAL'; sqlState: string; text: string }) =>
  message(
    code('E'),
    `S${given.severity}`,
    `V${given.severity}`,
    `C${given.sqlState}`,
    `M${given.text}`,
    Buffer.from([0]),
  )

export const isCopyInResponse = (bytes: Buffer) => bytes[0] === code('G')

/** The answer to a start-up message: no password, the server's settings, and `id` where a process id belongs. */
export const greeting = (settings: Record<string, string>, id: number): Buffer => {
  const key = Buffer.alloc(8)
  key.writeInt32BE(id, 0)
  return Buffer.concat([
    message(code('R'), Buffer.alloc(4)),
    ...Object.entries(settings).map(([name, value]) => message(code('S'), name, value)),
    message(code('K'), key),
    readyForQuery('I'),
  ])
}

/** The transaction status in the ReadyForQuery message that `tail`, the last 6 bytes of an answer, is; if it is one. */
export const statusIn = (tail: Buffer): TransactionStatus | undefined => {
  if (tail.length < 6 || tail[0] !== READY_FOR_QUERY || tail.readInt32BE(1) !== 5) return undefined
  const status = String.fromCharCode(tail[5] ?? 0)
  return status === 'I' || status === 'T' || status === 'E' ? status : undefined
}
