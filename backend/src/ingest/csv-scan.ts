/**
 * Cuts delimited text into rows and cells (RFC 4180, and what spreadsheets make of it) without making strings:
 * cells are places in a buffer of UTF-8. Other encodings become UTF-8 on the way in.
 */
import { isUtf8 } from 'node:buffer'
import { ingestProblems } from '../domain/problems/ingest.ts'
import { contentLimits } from './limits.ts'
import { type OpenFile, readAt, readInto } from './reader.ts'
import { findByteOrderMark, looksLikeUtf16, unfinishedTail } from './text-encoding.ts'

const CHUNK_BYTES = 1 << 17
const QUOTE = 34
const LINE_FEED = 10
const CARRIAGE_RETURN = 13

export type CsvEncoding = {
  name: string
  label: 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252'
  markBytes: number
}

const notText = (found: string) => ingestProblems.fileDamaged({ format: 'CSV', found })

/** By byte order mark, by the zeros of UTF-16, by whether all of it is valid UTF-8; else windows-1252. */
export const findCsvEncoding = (file: OpenFile): CsvEncoding => {
  const head = readAt(file, 0, 4)
  const mark = findByteOrderMark(head)
  const name = mark?.encoding ?? looksLikeUtf16(head)
  const markBytes = mark?.length ?? 0
  if (name === 'UTF-32') throw notText('its text is encoded as UTF-32; save it as UTF-8')
  if (name === 'UTF-16LE') return { name, label: 'utf-16le', markBytes }
  if (name === 'UTF-16BE') return { name, label: 'utf-16be', markBytes }
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES)
  let carried = 0
  let isValid = true
  for (let position = 0; position < file.size; ) {
    const read = readInto(file, chunk.subarray(carried), position)
    if (read === 0) break
    position += read
    const end = carried + read
    const zero = chunk.subarray(0, end).indexOf(0)
    if (zero >= 0) throw notText(`it is no text: byte ${position - end + zero} is zero`)
    if (!isValid) continue
    const tail = position < file.size ? unfinishedTail(chunk, 0, end) : 0
    isValid = isUtf8(chunk.subarray(0, end - tail))
    chunk.copyWithin(0, end - tail, end)
    carried = isValid ? tail : 0
  }
  return isValid
    ? { name: 'UTF-8', label: 'utf-8', markBytes }
    : { name: 'windows-1252', label: 'windows-1252', markBytes: 0 }
}

/** Fills buffers with the file's text as UTF-8; 0 at the end. `target` takes at least 3 × CHUNK_BYTES. */
const createSource = (
  file: OpenFile,
  encoding: CsvEncoding,
): ((target: Buffer) => number) & { position: () => number } => {
  let position = encoding.markBytes
  const decoder = encoding.label === 'utf-8' ? null : new TextDecoder(encoding.label)
  const raw = decoder ? Buffer.allocUnsafe(CHUNK_BYTES) : null
  const read = (target: Buffer): number => {
    if (decoder === null || raw === null) {
      const count = readInto(file, target.subarray(0, CHUNK_BYTES), position)
      position += count
      return count
    }
    for (;;) {
      const count = readInto(file, raw, position)
      position += count
      const text = decoder.decode(raw.subarray(0, count), { stream: count > 0 })
      if (text.includes('\0')) throw notText('it is no text: it holds NUL characters')
      if (count === 0 || text !== '') return target.write(text)
    }
  }
  return Object.assign(read, { position: () => position })
}

export type CsvRows = {
  /** Goes to the next row that is not blank; false at the end. */
  next: () => boolean
  /** Of the row at hand. Cell n is bytes[starts[n], ends[n]); quotes around it are outside. */
  bytes: Buffer
  count: number
  starts: Int32Array
  ends: Int32Array
  /** 0: bare; 1: quoted; 2: quoted, with doubled quotes inside. */
  quoting: Uint8Array
  /** Where the row begins, counted from 1. */
  line: number
  /** How much of the file has been taken in. */
  position: () => number
}

export const openCsv = (file: OpenFile, encoding: CsvEncoding, delimiter: string): CsvRows => {
  const source = createSource(file, encoding)
  const separator = delimiter.charCodeAt(0)
  let bytes = Buffer.allocUnsafeSlow(8 * CHUNK_BYTES)
  let at = 0
  let end = 0
  let isAtEnd = false
  let line = 1
  const cells = contentLimits.csvColumns + 1
  const rows: CsvRows = {
    next: () => false,
    bytes,
    count: 0,
    starts: new Int32Array(cells),
    ends: new Int32Array(cells),
    quoting: new Uint8Array(cells),
    line: 1,
    position: source.position,
  }
  const { starts, ends, quoting } = rows

  /** Reads on, keeping what follows `at`; false when there is nothing more. */
  const refill = (): boolean => {
    if (isAtEnd) return false
    bytes.copyWithin(0, at, end)
    end -= at
    at = 0
    if (end > contentLimits.csvLineBytes) {
      throw notText(
        `line ${line} is longer than ${contentLimits.csvLineBytes / 1024} KB (a quotation mark may not be closed)`,
      )
    }
    if (bytes.length - end < 4 * CHUNK_BYTES) {
      const larger = Buffer.allocUnsafeSlow(bytes.length * 2)
      bytes.copy(larger, 0, 0, end)
      bytes = larger
    }
    const count = source(bytes.subarray(end))
    end += count
    if (count > 0) return true
    isAtEnd = true
    // The last line may lack its end.
    if (end > 0 && bytes[end - 1] !== LINE_FEED) bytes[end++] = LINE_FEED
    return true
  }

  const tooManyColumns = () => notText(`line ${line} has more than ${contentLimits.csvColumns} columns`)

  /** Cuts the row at `at`; -1 when it goes on beyond what was read, else where the next one begins. */
  const cutRow = (): number => {
    let here = at
    let count = 0
    let linesWithin = 0
    for (;;) {
      if (count >= contentLimits.csvColumns) throw tooManyColumns()
      if (bytes[here] === QUOTE && here < end) {
        starts[count] = here + 1
        quoting[count] = 1
        here++
        for (;;) {
          let byte = 0
          while (here < end) {
            byte = bytes[here] ?? 0
            if (byte === QUOTE) break
            if (byte === LINE_FEED) linesWithin++
            here++
          }
          if (here >= end - 1 && !isAtEnd) return -1
          if (here >= end) throw notText(`the quotation mark opened on line ${line} is never closed`)
          if (bytes[here + 1] !== QUOTE || here + 1 >= end) break
          quoting[count] = 2
          here += 2
        }
        ends[count] = here
        here++
      } else {
        starts[count] = here
        quoting[count] = 0
        while (here < end) {
          const byte = bytes[here] ?? 0
          if (byte === separator || byte === LINE_FEED || byte === CARRIAGE_RETURN) break
          here++
        }
        ends[count] = here
      }
      if (here >= end) return -1
      count++
      const byte = bytes[here] ?? 0
      here++
      if (byte === separator) continue
      if (byte === CARRIAGE_RETURN) {
        if (here >= end && !isAtEnd) return -1
        if (bytes[here] === LINE_FEED && here < end) here++
      } else if (byte !== LINE_FEED) {
        throw notText(`line ${line} has text after a closing quotation mark`)
      }
      rows.count = count
      rows.line = line
      line += linesWithin + 1
      return here
    }
  }

  rows.next = () => {
    for (;;) {
      if (at >= end && !refill()) return false
      if (at >= end) continue
      const past = cutRow()
      if (past < 0) {
        if (!refill()) throw notText(`line ${line} is cut off`)
        continue
      }
      at = past
      rows.bytes = bytes
      const isBlank = rows.count === 1 && quoting[0] === 0 && starts[0] === ends[0]
      if (!isBlank) return true
    }
  }
  return rows
}

export const cellText = (rows: CsvRows, cell: number): string => {
  const text = rows.bytes.toString('utf8', rows.starts[cell], rows.ends[cell])
  return rows.quoting[cell] === 2 ? text.replaceAll('""', '"') : text
}

const DELIMITERS = [',', ';', '\t', '|']
const SNIFF_BYTES = 64 * 1024

/** How many of each delimiter stand outside quotes in each of the first lines. */
const countDelimiters = (text: string, delimiter: string): number[] => {
  const counts: number[] = []
  let count = 0
  let isQuoted = false
  let length = 0
  for (const letter of text) {
    if (letter === '"') isQuoted = !isQuoted
    if (letter === delimiter && !isQuoted) count++
    length++
    if (letter !== '\n' || isQuoted) continue
    if (length > 1) counts.push(count)
    count = 0
    length = 0
  }
  if (length > 0 && counts.length === 0) counts.push(count)
  return counts
}

/** The delimiter that divides the first lines into the same number of cells, the most of them. */
export const sniffDelimiter = (file: OpenFile, encoding: CsvEncoding): string => {
  const bytes = readAt(file, encoding.markBytes, SNIFF_BYTES)
  const text = new TextDecoder(encoding.label).decode(bytes).replace(/\r\n?/g, '\n')
  const told = /^"?sep=(.)"?\n/i.exec(text)?.[1]
  if (told !== undefined) return told
  let best = { delimiter: ',', agreement: 0, columns: 0 }
  for (const delimiter of DELIMITERS) {
    const counts = countDelimiters(text, delimiter).slice(0, 50)
    const columns = counts[0] ?? 0
    if (columns === 0) continue
    const agreement = counts.filter((count) => count === columns).length / counts.length
    const isBetter = agreement > best.agreement || (agreement === best.agreement && columns > best.columns)
    if (isBetter) best = { delimiter, agreement, columns }
  }
  return best.delimiter
}
