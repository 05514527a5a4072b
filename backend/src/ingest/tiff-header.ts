/**
 * Walks the directories of a TIFF or BigTIFF and returns their tags. Every offset, count and size is doubted
 * before it is used (security B6): headers are short texts that can send a reader anywhere.
 */
import { ingestProblems } from '../domain/problems/ingest.ts'
import { type OpenFile, readAt } from './reader.ts'

export const tiffDamaged = (found: string) => ingestProblems.fileDamaged({ format: 'GeoTIFF', found })

const MAX_DIRECTORIES = 64
const MAX_ENTRIES = 4096
/** No tag that is read as numbers or text needs more; offsets of tiles are walked in steps, not read at once. */
const MAX_VALUE_BYTES = 1024 * 1024

/** Bytes per value, by TIFF field type; 0 where there is no such type. */
const TYPE_BYTES = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8]

type Layout = { isLittle: boolean; isBig: boolean }

export type TiffTag = { type: number; count: number; position: number }

export type TiffDirectory = {
  /** Where it stands in the file. */
  position: number
  isSubDirectory: boolean
  tags: Map<number, TiffTag>
  numbers: (tag: number, maxCount?: number) => number[]
  number: (tag: number) => number | null
  text: (tag: number) => string | null
  /** Calls `use` with slices of a long list of numbers. */
  eachNumber: (tag: number, use: (value: number, index: number) => void) => void
}

const SUB_DIRECTORIES = 330

const exactly = (file: OpenFile, position: number, length: number): Buffer => {
  if (!Number.isSafeInteger(position) || position < 0 || length < 0 || position + length > file.size) {
    throw tiffDamaged(`its header refers to byte ${position}, and the file is ${file.size} bytes long`)
  }
  const bytes = readAt(file, position, length)
  if (bytes.length !== length) throw tiffDamaged('it ended while being read')
  return bytes
}

const uint16 = (bytes: Buffer, at: number, { isLittle }: Layout) =>
  isLittle ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at)
const uint32 = (bytes: Buffer, at: number, { isLittle }: Layout) =>
  isLittle ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at)
const uint64 = (bytes: Buffer, at: number, { isLittle }: Layout): number => {
  const value = Number(isLittle ? bytes.readBigUInt64LE(at) : bytes.readBigUInt64BE(at))
  if (!Number.isSafeInteger(value)) throw tiffDamaged('its header has an offset beyond any file')
  return value
}
const offset = (bytes: Buffer, at: number, layout: Layout) =>
  layout.isBig ? uint64(bytes, at, layout) : uint32(bytes, at, layout)

/** The value of one element, by field type. */
const READ: Record<number, (bytes: Buffer, at: number, layout: Layout) => number> = {
  1: (bytes, at) => bytes.readUInt8(at),
  3: uint16,
  4: uint32,
  6: (bytes, at) => bytes.readInt8(at),
  7: (bytes, at) => bytes.readUInt8(at),
  8: (bytes, at, { isLittle }) => (isLittle ? bytes.readInt16LE(at) : bytes.readInt16BE(at)),
  9: (bytes, at, { isLittle }) => (isLittle ? bytes.readInt32LE(at) : bytes.readInt32BE(at)),
  11: (bytes, at, { isLittle }) => (isLittle ? bytes.readFloatLE(at) : bytes.readFloatBE(at)),
  12: (bytes, at, { isLittle }) => (isLittle ? bytes.readDoubleLE(at) : bytes.readDoubleBE(at)),
  13: uint32,
  16: uint64,
  18: uint64,
}

const readDirectory = (file: OpenFile, position: number, layout: Layout, isSubDirectory: boolean) => {
  const countBytes = layout.isBig ? 8 : 2
  const entryBytes = layout.isBig ? 20 : 12
  const inlineBytes = layout.isBig ? 8 : 4
  const head = exactly(file, position, countBytes)
  const count = layout.isBig ? uint64(head, 0, layout) : uint16(head, 0, layout)
  if (count === 0 || count > MAX_ENTRIES) throw tiffDamaged(`a directory has ${count} entries`)
  const body = exactly(file, position + countBytes, count * entryBytes + inlineBytes)
  const tags = new Map<number, TiffTag>()
  for (let at = 0; at < count * entryBytes; at += entryBytes) {
    const tag = uint16(body, at, layout)
    const type = uint16(body, at + 2, layout)
    const values = layout.isBig ? uint64(body, at + 4, layout) : uint32(body, at + 4, layout)
    const bytes = values * (TYPE_BYTES[type] ?? 0)
    const valueAt = layout.isBig ? 12 : 8
    if (bytes > file.size)
      throw tiffDamaged(`tag ${tag} claims ${values} values, more than the file can hold`)
    if (tags.has(tag)) throw tiffDamaged(`tag ${tag} stands twice in one directory`)
    const isInline = bytes <= inlineBytes
    const where = isInline ? position + countBytes + at + valueAt : offset(body, at + valueAt, layout)
    if (where + bytes > file.size)
      throw tiffDamaged(`the values of tag ${tag} lie beyond the end of the file`)
    tags.set(tag, { type, count: values, position: where })
  }
  const next = offset(body, count * entryBytes, layout)
  return { directory: createDirectory(file, position, layout, isSubDirectory, tags), next }
}

const createDirectory = (
  file: OpenFile,
  position: number,
  layout: Layout,
  isSubDirectory: boolean,
  tags: Map<number, TiffTag>,
): TiffDirectory => {
  const eachNumber = (id: number, use: (value: number, index: number) => void): void => {
    const tag = tags.get(id)
    const read = tag && READ[tag.type]
    if (!tag || !read) return
    const size = TYPE_BYTES[tag.type] ?? 1
    const step = Math.floor(65_536 / size)
    for (let from = 0; from < tag.count; from += step) {
      const count = Math.min(step, tag.count - from)
      const bytes = exactly(file, tag.position + from * size, count * size)
      for (let i = 0; i < count; i += 1) use(read(bytes, i * size, layout), from + i)
    }
  }
  const numbers = (id: number, maxCount = MAX_VALUE_BYTES / 8): number[] => {
    const count = tags.get(id)?.count ?? 0
    if (count > maxCount) throw tiffDamaged(`tag ${id} has ${count} values; at most ${maxCount} make sense`)
    const values: number[] = []
    eachNumber(id, (value) => values.push(value))
    return values
  }
  return {
    position,
    isSubDirectory,
    tags,
    eachNumber,
    numbers,
    number: (id) => {
      const tag = tags.get(id)
      const read = tag && tag.count > 0 ? READ[tag.type] : undefined
      return tag && read ? read(exactly(file, tag.position, TYPE_BYTES[tag.type] ?? 1), 0, layout) : null
    },
    text: (id) => {
      const tag = tags.get(id)
      if (!tag || (tag.type !== 2 && tag.type !== 7 && tag.type !== 1)) return null
      const text = exactly(file, tag.position, Math.min(tag.count, MAX_VALUE_BYTES)).toString('latin1')
      return text.replace(/\0[\s\S]*$/, '')
    },
  }
}

/** All directories of a TIFF, sub-directories behind the one that names them; a Problem when any of it is not credible. */
export const readTiffHeader = (
  file: OpenFile,
): { directories: TiffDirectory[]; isBig: boolean; isLittle: boolean } => {
  const start = exactly(file, 0, Math.min(16, file.size))
  if (start.length < 8) throw tiffDamaged('it is too short for a header')
  const isLittle = start.toString('latin1', 0, 2) === 'II'
  const version = uint16(start, 2, { isLittle, isBig: false })
  const layout: Layout = { isLittle, isBig: version === 43 }
  if ((!isLittle && start.toString('latin1', 0, 2) !== 'MM') || (version !== 42 && version !== 43)) {
    throw tiffDamaged('it does not begin like a TIFF')
  }
  if (
    layout.isBig &&
    (start.length < 16 || uint16(start, 4, layout) !== 8 || uint16(start, 6, layout) !== 0)
  ) {
    throw tiffDamaged('its BigTIFF header is not valid')
  }
  const visited = new Set<number>()
  const directories: TiffDirectory[] = []
  const visit = (position: number, isSubDirectory: boolean): number => {
    if (visited.has(position)) throw tiffDamaged('its directories go round in a circle')
    if (visited.size >= MAX_DIRECTORIES) throw tiffDamaged(`it has more than ${MAX_DIRECTORIES} directories`)
    visited.add(position)
    const { directory, next } = readDirectory(file, position, layout, isSubDirectory)
    directories.push(directory)
    for (let child of directory.numbers(SUB_DIRECTORIES, MAX_DIRECTORIES)) {
      // A sub-directory may begin a chain of its own.
      while (child !== 0) child = visit(child, true)
    }
    return next
  }
  let position = layout.isBig ? uint64(start, 8, layout) : uint32(start, 4, layout)
  if (position === 0) throw tiffDamaged('it has no directory')
  while (position !== 0) position = visit(position, false)
  return { directories, isBig: layout.isBig, isLittle }
}
