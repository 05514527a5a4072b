/** Reads dBASE tables (.dbf), the attributes of shapefiles: header, and field values out of a record's bytes. */
import type { FieldType } from '../domain/probe.ts'
import { toDays } from './calendar.ts'
import type { CopyEncoder } from './copy-encoder.ts'
import { createNumberReader, DECIMAL, INTEGER, LONG_INTEGER, NO_NUMBER, textOf } from './number-text.ts'
import { isUtf8Text, type TextCodec, unfinishedTail } from './text-encoding.ts'

export type DbfField = {
  /** As in the file; its encoding is known later. */
  nameBytes: Buffer
  /** 'C', 'N', 'F', 'D', 'L', '@', or one that is left out. */
  kind: string
  /** Where it begins in a record, counted from the deletion mark. */
  start: number
  length: number
  decimals: number
}

export type DbfHeader = {
  rows: number
  headerBytes: number
  /** One record, the deletion mark included. */
  recordBytes: number
  languageDriver: number
  fields: DbfField[]
}

export const DBF_FIXED_BYTES = 32
const FIELD_BYTES = 32
const TERMINATOR = 13
export const DELETED = 0x2a

/** Why fields of a kind are not loaded. */
const omissions: Record<string, string> = {
  M: 'memo text lies in a file of its own (.dbt), which is not read',
  B: 'its binary form is not read',
  G: 'it holds embedded objects',
  P: 'it holds pictures',
}

export const omissionOf = (kind: string): string | undefined =>
  'CNFDL@'.includes(kind)
    ? undefined
    : (omissions[kind] ?? `its dBASE type '${kind.replace(/[^ -~]/g, '?')}' is not read`)

/** The first 32 bytes; says how long the header is. */
export const headerLength = (fixed: Buffer): number => fixed.readUInt16LE(8)

/** The whole header, or what is wrong with it. */
export const readDbfHeader = (bytes: Buffer): DbfHeader | string => {
  const rows = bytes.readUInt32LE(4)
  const headerBytes = bytes.readUInt16LE(8)
  const recordBytes = bytes.readUInt16LE(10)
  const fields: DbfField[] = []
  let start = 1
  for (let at = DBF_FIXED_BYTES; at < headerBytes && bytes[at] !== TERMINATOR; at += FIELD_BYTES) {
    if (at + FIELD_BYTES > headerBytes) return 'its list of fields is cut off'
    const name = bytes.subarray(at, at + 11)
    const nul = name.indexOf(0)
    const kind = String.fromCharCode(bytes[at + 11] ?? 0)
    const decimals = bytes[at + 17] ?? 0
    // Long text fields keep the upper half of their length where numbers have their decimals.
    const length = (bytes[at + 16] ?? 0) + (kind === 'C' ? decimals * 256 : 0)
    fields.push({
      nameBytes: Buffer.from(nul < 0 ? name : name.subarray(0, nul)),
      kind,
      start,
      length,
      decimals,
    })
    start += length
  }
  if (fields.length === 0) return 'it has no fields'
  if (start > recordBytes) return `its fields take ${start} bytes, its records ${recordBytes}`
  return { rows, headerBytes, recordBytes, languageDriver: bytes[29] ?? 0, fields }
}

export const fieldType = ({ kind, decimals }: DbfField): FieldType => {
  switch (kind) {
    case 'N':
      // Whether a wide one really holds integers only, its values say: one that does not fit widens the column.
      return decimals === 0 ? 'integer' : 'number'
    case 'F':
      return 'number'
    case 'D':
      return 'date'
    case 'L':
      return 'boolean'
    case '@':
      return 'datetime'
    default:
      return 'string'
  }
}

const isBlank8 = (bytes: Uint8Array, at: number): boolean =>
  bytes[at] === 32 &&
  bytes[at + 1] === 32 &&
  bytes[at + 2] === 32 &&
  bytes[at + 3] === 32 &&
  bytes[at + 4] === 32 &&
  bytes[at + 5] === 32 &&
  bytes[at + 6] === 32 &&
  bytes[at + 7] === 32

/** [from, to) of a value without the blanks and NULs around it. */
const trimmed = (bytes: Uint8Array, start: number, length: number): { from: number; to: number } => {
  let from = start
  let to = start + length
  // Most of a wide field is blanks.
  while (to - from > 8 && isBlank8(bytes, to - 8)) to -= 8
  while (to > from && (bytes[to - 1] === 32 || bytes[to - 1] === 0)) to--
  while (from < to && bytes[from] === 32) from++
  return { from, to }
}

export type TextCheck = {
  add: (bytes: Uint8Array, recordAt: number) => void
  sawNonAscii: () => boolean
  isUtf8: () => boolean
}

/** Looks through the text fields of all records for what tells UTF-8 from one-byte encodings. */
export const createTextCheck = (fields: DbfField[]): TextCheck => {
  const texts = fields.filter((field) => field.kind === 'C')
  let sawNonAscii = false
  let isUtf8 = true
  return {
    add: (bytes, recordAt) => {
      for (const field of texts) {
        const { from, to } = trimmed(bytes, recordAt + field.start, field.length)
        let at = from
        while (at < to && (bytes[at] ?? 0) < 128) at++
        if (at === to) continue
        sawNonAscii = true
        isUtf8 &&= isUtf8Text(bytes, at, to)
      }
    },
    sawNonAscii: () => sawNonAscii,
    isUtf8: () => isUtf8,
  }
}

/** Writes the value of one field of the record that begins at `recordAt`. */
export type FieldWriter = (bytes: Uint8Array, recordAt: number) => void

const numbers = createNumberReader()

/** Days from the Julian day number of 1970-01-01. */
const UNIX_JULIAN_DAY = 2440588

export const createFieldWriter = (field: DbfField, codec: TextCodec, encoder: CopyEncoder): FieldWriter => {
  const { start, length } = field
  const invalid = (what: string) => {
    encoder.countWarning(
      'invalid-values',
      (count) =>
        `${count} value(s) are not what their field's type says (for example ${what}); they are stored as null.`,
    )
    encoder.null()
  }

  const text: FieldWriter = (bytes, recordAt) => {
    const { from, to } = trimmed(bytes, recordAt + start, length)
    if (from === to) return encoder.null()
    let at = from
    let byte = bytes[at] ?? 0
    while (at < to && byte > 0 && byte < 128) byte = bytes[++at] ?? 0
    if (at === to) return encoder.textBytes(bytes, from, to)
    // A NUL ends the text; what follows is left over from a longer value.
    const nul = bytes.subarray(at, to).indexOf(0)
    const end = nul < 0 ? to : at + nul
    if (codec.isUtf8) encoder.textBytes(bytes, from, end - unfinishedTail(bytes, from, end))
    else encoder.text(codec.decode(bytes.subarray(from, end)))
  }

  const number: FieldWriter = (bytes, recordAt) => {
    const { from, to } = trimmed(bytes, recordAt + start, length)
    // Stars stand for a number too long for its field.
    if (from === to || bytes[from] === 42) return encoder.null()
    switch (numbers.read(bytes, from, to)) {
      case INTEGER:
        return field.kind === 'N' && field.decimals === 0
          ? encoder.integer(numbers.value)
          : encoder.number(numbers.value)
      case LONG_INTEGER:
        return field.kind === 'N' && field.decimals === 0
          ? encoder.integer(BigInt(textOf(bytes, from, to).replace('+', '')))
          : encoder.number(numbers.value)
      case DECIMAL:
        return encoder.number(numbers.value)
      default:
        return invalid(`'${textOf(bytes, from, Math.min(to, from + 20))}' as a number`)
    }
  }

  const date: FieldWriter = (bytes, recordAt) => {
    const { from, to } = trimmed(bytes, recordAt + start, length)
    let isZero = true
    for (let at = from; at < to && isZero; at++) isZero = bytes[at] === 48
    if (isZero) return encoder.null()
    const iso = `${textOf(bytes, from, from + 4)}-${textOf(bytes, from + 4, from + 6)}-${textOf(bytes, from + 6, to)}`
    if (Number.isNaN(toDays(iso))) return invalid(`'${textOf(bytes, from, to).slice(0, 20)}' as a date`)
    encoder.date(iso)
  }

  const truth: FieldWriter = (bytes, recordAt) => {
    const letter = String.fromCharCode(bytes[recordAt + start] ?? 32)
    if ('TtYy1'.includes(letter)) encoder.boolean(true)
    else if ('FfNn0'.includes(letter)) encoder.boolean(false)
    else encoder.null()
  }

  const moment: FieldWriter = (bytes, recordAt) => {
    if (length !== 8) return encoder.null()
    const view = new DataView(bytes.buffer, bytes.byteOffset + recordAt + start, 8)
    const day = view.getInt32(0, true)
    if (day === 0) return encoder.null()
    const time = new Date((day - UNIX_JULIAN_DAY) * 86_400_000 + view.getInt32(4, true))
    const year = time.getUTCFullYear()
    if (!(year >= 1 && year <= 9999)) return invalid(`day ${day} as a date and time`)
    encoder.datetime(time.toISOString())
  }

  const writers: Record<string, FieldWriter> = {
    C: text,
    N: number,
    F: number,
    D: date,
    L: truth,
    '@': moment,
  }
  return writers[field.kind] ?? text
}

/** Whether a value in an integer field is none: fractions and numbers beyond 64 bits. */
export const isFractional = (field: DbfField, bytes: Uint8Array, recordAt: number): boolean => {
  const { from, to } = trimmed(bytes, recordAt + field.start, field.length)
  if (from === to || bytes[from] === 42) return false
  const kind = numbers.read(bytes, from, to)
  if (kind === NO_NUMBER || kind === INTEGER) return false
  if (kind === DECIMAL) return !Number.isSafeInteger(numbers.value)
  const digits = BigInt(textOf(bytes, from, to).replace('+', ''))
  return BigInt.asIntN(64, digits) !== digits
}
