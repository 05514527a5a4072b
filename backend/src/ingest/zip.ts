/**
 * Reads zip archives that strangers packed (security B3). The directory is judged as a whole before a byte
 * is inflated; while inflating, sizes and checksums are enforced again, because directories lie. Nothing is
 * ever written to disk, so names are only looked at, never used as paths.
 *
 * Own code, because the readers pull synchronously and in turns from several parts, which yauzl cannot do.
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { crc32 } from 'node:zlib'
import { archiveProblems, megabytes } from '../domain/problems/archive.ts'
import { inflate, PIECE_BYTES } from './inflate.ts'

export type ZipPart = {
  /** As the archive has it, folder included. */
  name: string
  /** Uncompressed bytes; reading throws a Problem when the content turns out longer or shorter. */
  size: number
  /**
   * The content from its start, in pieces of at most 256 KB, inflated as they are pulled. May be called again;
   * several parts may be read in turns. Pieces are to be read, not changed.
   */
  chunks: () => Generator<Buffer, void, undefined>
  /** The whole content at once; a Problem when it is longer than `maxBytes` (1 MB unless told). */
  bytes: (maxBytes?: number) => Buffer
}

export type ZipArchive = {
  /** Files only, in the order of the directory. */
  parts: ZipPart[]
  sizeBytes: number
  close: () => void
}

export type ZipLimits = {
  entries: number
  /** Σ of the uncompressed sizes. */
  totalBytes: number
  /** Uncompressed to compressed, looked at when there is more than `ratioFreeBytes` to unpack. */
  ratio: number
  ratioFreeBytes: number
  /** Folders within folders. */
  depth: number
}

const MB = 1024 * 1024

export const shapefileLimits: ZipLimits = {
  entries: 64,
  totalBytes: 500 * MB,
  ratio: 100,
  ratioFreeBytes: 10 * MB,
  depth: 1,
}
/** Office documents have a part for every picture and sheet. */
export const officeLimits: ZipLimits = { ...shapefileLimits, entries: 4096, depth: 12 }

const LOCAL = 0x04034b50
const CENTRAL = 0x02014b50
const END = 0x06054b50
const ZIP64_END = 0x06064b50
const ZIP64_LOCATOR = 0x07064b50
const END_BYTES = 22
const CENTRAL_BYTES = 46
const LOCAL_BYTES = 30
const LOCATOR_BYTES = 20
const ZIP64_END_BYTES = 56
const MAX_COMMENT = 65_535
/** A directory entry is 46 bytes and a name; more than this per entry is not a directory. */
const MAX_ENTRY_BYTES = 4096

const damaged = (found: string) => archiveProblems.archiveDamaged({ found })
const refused = (found: string, expected: string) => archiveProblems.archiveRefused({ found, expected })

type Source = { fd: number; size: number }

const readAt = ({ fd, size }: Source, position: number, length: number): Buffer => {
  if (position < 0 || length < 0 || position + length > size)
    throw damaged('it refers to bytes beyond its end')
  const bytes = Buffer.allocUnsafe(length)
  let filled = 0
  while (filled < length) {
    const count = readSync(fd, bytes, filled, length - filled, position + filled)
    if (count === 0) throw damaged('it ended while being read')
    filled += count
  }
  return bytes
}

/** Numbers of 64 bits; what does not fit a safe integer lies beyond any file. */
const readUint64 = (bytes: Buffer, at: number): number => {
  const value = Number(bytes.readBigUInt64LE(at))
  if (!Number.isSafeInteger(value)) throw damaged('it has sizes that no file can have')
  return value
}

// The directory ----------------------------------------------------------------------------------------

type Directory = { count: number; position: number; size: number }

const readDirectoryEnd = (source: Source): Directory => {
  const tailBytes = Math.min(source.size, END_BYTES + MAX_COMMENT)
  const tail = readAt(source, source.size - tailBytes, tailBytes)
  for (let at = tail.length - END_BYTES; at >= 0; at -= 1) {
    if (tail.readUInt32LE(at) !== END || at + END_BYTES + tail.readUInt16LE(at + 20) !== tail.length) continue
    const position = source.size - tail.length + at
    const disk = tail.readUInt16LE(at + 4)
    const count = tail.readUInt16LE(at + 10)
    const [size, start] = [tail.readUInt32LE(at + 12), tail.readUInt32LE(at + 16)]
    if (count === 0xffff || size === 0xffffffff || start === 0xffffffff || disk === 0xffff) {
      return readZip64End(source, position)
    }
    if (disk !== 0 || tail.readUInt16LE(at + 6) !== 0 || tail.readUInt16LE(at + 8) !== count) {
      throw refused('been split into several files', 'one .zip')
    }
    if (start + size !== position) throw damaged('its directory is not where the archive says')
    return { count, position: start, size }
  }
  throw damaged('its directory is missing, so the end of the file was probably cut off')
}

const readZip64End = (source: Source, endPosition: number): Directory => {
  const locator = readAt(source, endPosition - LOCATOR_BYTES, LOCATOR_BYTES)
  if (locator.readUInt32LE(0) !== ZIP64_LOCATOR) throw damaged('its zip64 directory is missing')
  const position = readUint64(locator, 8)
  const end = readAt(source, position, ZIP64_END_BYTES)
  const count = readUint64(end, 32)
  const directory = { count, position: readUint64(end, 48), size: readUint64(end, 40) }
  if (end.readUInt32LE(0) !== ZIP64_END || end.readUInt32LE(16) !== 0 || end.readUInt32LE(20) !== 0) {
    throw damaged('its zip64 directory is not where the archive says')
  }
  if (directory.position + directory.size !== position || readUint64(end, 24) !== count) {
    throw damaged('its zip64 directory contradicts itself')
  }
  return directory
}

type Entry = {
  name: string
  rawName: Buffer
  flags: number
  method: number
  crc: number
  compressedSize: number
  size: number
  position: number
  isFolder: boolean
}

const utf8 = new TextDecoder('utf-8', { fatal: true })
/** Names are UTF-8 when they can be, whatever the flag says: many programs forget the flag. */
const decodeName = (bytes: Buffer): string => {
  try {
    return utf8.decode(bytes)
  } catch {
    return bytes.toString('latin1')
  }
}

/** Extra fields: header id, length, content. Returns the zip64 one. */
const findZip64 = (extra: Buffer): Buffer | undefined => {
  let at = 0
  while (at + 4 <= extra.length) {
    const length = extra.readUInt16LE(at + 2)
    if (at + 4 + length > extra.length) return undefined
    if (extra.readUInt16LE(at) === 1) return extra.subarray(at + 4, at + 4 + length)
    at += 4 + length
  }
  return undefined
}

const readEntries = (source: Source, directory: Directory, limits: ZipLimits): Entry[] => {
  if (directory.count > limits.entries) {
    throw refused(`${directory.count} entries`, `at most ${limits.entries}`)
  }
  if (directory.size > directory.count * MAX_ENTRY_BYTES)
    throw damaged('its directory is larger than its entries')
  const bytes = readAt(source, directory.position, directory.size)
  const entries: Entry[] = []
  let at = 0
  for (let i = 0; i < directory.count; i += 1) {
    if (at + CENTRAL_BYTES > bytes.length || bytes.readUInt32LE(at) !== CENTRAL) {
      throw damaged('its directory has fewer entries than it says')
    }
    const [nameLength, extraLength] = [bytes.readUInt16LE(at + 28), bytes.readUInt16LE(at + 30)]
    const next = at + CENTRAL_BYTES + nameLength + extraLength + bytes.readUInt16LE(at + 32)
    if (next > bytes.length) throw damaged('its directory is cut off')
    const rawName = bytes.subarray(at + CENTRAL_BYTES, at + CENTRAL_BYTES + nameLength)
    const extra = bytes.subarray(
      at + CENTRAL_BYTES + nameLength,
      at + CENTRAL_BYTES + nameLength + extraLength,
    )
    entries.push(toEntry(bytes.subarray(at, at + CENTRAL_BYTES), rawName, findZip64(extra)))
    at = next
  }
  if (at !== bytes.length) throw damaged('its directory has more entries than it says')
  return entries
}

const UNIX = 3
const MACOS = 19
const FILE_TYPE = 0o170000
const SYMLINK = 0o120000

const toEntry = (header: Buffer, rawName: Buffer, zip64: Buffer | undefined): Entry => {
  let used = 0
  const large = (small: number): number => {
    if (small !== 0xffffffff) return small
    used += 8
    if (!zip64 || zip64.length < used) throw damaged('an entry promises a zip64 size and has none')
    return readUint64(zip64, used - 8)
  }
  const name = decodeName(rawName)
  const flags = header.readUInt16LE(8)
  const size = large(header.readUInt32LE(24))
  const compressedSize = large(header.readUInt32LE(20))
  const position = large(header.readUInt32LE(42))
  const system = header.readUInt8(5)
  const mode = header.readUInt16LE(40)
  if ((system === UNIX || system === MACOS) && (mode & FILE_TYPE) === SYMLINK) {
    throw refused(`a symbolic link, '${name}'`, 'plain files')
  }
  if ((flags & 0x2041) !== 0)
    throw archiveProblems.fileEncrypted({ fileName: name, found: 'encrypted within the archive' })
  const method = header.readUInt16LE(10)
  if (method !== 0 && method !== 8) {
    throw refused(
      `'${name}' compressed by method ${method}${method === 9 ? ' (Deflate64)' : ''}`,
      'the usual Deflate',
    )
  }
  if (method === 0 && size !== compressedSize) throw damaged(`the sizes of '${name}' contradict each other`)
  return {
    name,
    rawName,
    flags,
    method,
    crc: header.readUInt32LE(16),
    compressedSize,
    size,
    position,
    isFolder: name.endsWith('/'),
  }
}

/** What Windows and Unix take for a path of their own, and what hides in a listing. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const UNSAFE_NAME = /[\u0000-\u001f\u007f\u200e\u200f\u202a-\u202e\u2066-\u2069\\:*?"<>|]/

const checkName = ({ name }: Entry, limits: ZipLimits): void => {
  const folders = name.replace(/\/$/, '').split('/')
  const expected = 'plain names of files'
  if (name.length === 0 || name.length > 255)
    throw refused(`a name of ${name.length} characters`, 'names of 1 to 255')
  if (name.startsWith('/') || folders.includes('..') || folders.includes('.') || folders.includes('')) {
    throw refused(`'${name}', which points outside the archive`, expected)
  }
  if (UNSAFE_NAME.test(name))
    throw refused(`'${name}', a name with characters that are not allowed`, expected)
  if (folders.length - 1 > limits.depth) {
    throw refused(`'${name}', ${folders.length - 1} folders deep`, 'the files at the top or in one folder')
  }
}

/** What operating systems add to archives by themselves. */
const isLitter = (name: string) => /(^|\/)(__MACOSX\/|\.DS_Store$|Thumbs\.db$|desktop\.ini$)/i.test(name)

const checkUnique = (entries: Entry[]): void => {
  const seen = new Set<string>()
  for (const { name } of entries) {
    const key = name.normalize('NFC').toLowerCase()
    if (seen.has(key))
      throw refused(`the name '${name}' twice (upper and lower case count as one)`, 'each name once')
    seen.add(key)
  }
}

const checkSizes = (entries: Entry[], source: Source, limits: ZipLimits): number => {
  const total = entries.reduce((sum, { size }) => sum + size, 0)
  const packed = Math.max(
    1,
    Math.min(
      source.size,
      entries.reduce((sum, { compressedSize }) => sum + compressedSize, 0),
    ),
  )
  if (total > limits.totalBytes) {
    throw archiveProblems.archiveTooLarge({
      found: `unpacks to ${megabytes(total)}`,
      limit: megabytes(limits.totalBytes),
    })
  }
  if (total > limits.ratioFreeBytes && total / packed > limits.ratio) {
    throw archiveProblems.archiveTooLarge({
      found: `unpacks to ${megabytes(total)}, ${Math.round(total / packed)} times its packed size`,
      limit: `${limits.ratio} times`,
    })
  }
  return total
}

type Located = Entry & { start: number }

/** Compares each entry with the header in front of its content, and makes sure that no two share bytes. */
const locate = (source: Source, entries: Entry[], directory: Directory): Located[] => {
  const located = entries.map((entry): Located => {
    const header = readAt(source, entry.position, LOCAL_BYTES)
    const nameLength = header.readUInt16LE(26)
    const start = entry.position + LOCAL_BYTES + nameLength + header.readUInt16LE(28)
    const isSame =
      header.readUInt32LE(0) === LOCAL &&
      header.readUInt16LE(8) === entry.method &&
      (header.readUInt16LE(6) & 0x2041) === 0 &&
      readAt(source, entry.position + LOCAL_BYTES, nameLength).equals(entry.rawName)
    if (!isSame) throw damaged(`the directory and the content disagree about '${entry.name}'`)
    if (start + entry.compressedSize > directory.position)
      throw damaged(`'${entry.name}' reaches into the directory`)
    return { ...entry, start }
  })
  let end = 0
  for (const { name, position, start, compressedSize } of located.toSorted(
    (a, b) => a.position - b.position,
  )) {
    if (position < end)
      throw refused(`entries that share the same bytes ('${name}')`, 'each entry for itself')
    end = start + compressedSize
  }
  return located
}

// Contents ---------------------------------------------------------------------------------------------

const createPart = (source: Source, entry: Located): ZipPart => {
  const { name, size, compressedSize, start, crc, method } = entry
  const isWrong = (why: string) => damaged(`'${name}' ${why}`)
  function* stored(): Generator<Buffer, void, undefined> {
    for (let at = 0; at < size; at += PIECE_BYTES) {
      yield readAt(source, start + at, Math.min(PIECE_BYTES, size - at))
    }
  }
  function* inflated(): Generator<Buffer, void, undefined> {
    let read = 0
    try {
      yield* inflate((target) => {
        const count = Math.min(target.length, compressedSize - read)
        if (count > 0) readAt(source, start + read, count).copy(target)
        read += count
        return count
      })
    } catch (thrown) {
      throw thrown instanceof Error && thrown.constructor === Error
        ? isWrong(`is damaged: ${thrown.message}`)
        : thrown
    }
  }
  function* chunks(): Generator<Buffer, void, undefined> {
    let done = 0
    let sum = 0
    for (const piece of method === 0 ? stored() : inflated()) {
      done += piece.length
      if (done > size) throw isWrong('is longer than the directory says')
      sum = crc32(piece, sum)
      yield piece
    }
    if (done !== size) throw isWrong('is shorter than the directory says')
    if (sum !== crc) throw isWrong('is damaged: its checksum is wrong')
  }

  return {
    name,
    size,
    chunks,
    bytes: (maxBytes = MB) => {
      if (size > maxBytes) throw refused(`'${name}' of ${size} bytes`, `at most ${maxBytes}`)
      return Buffer.concat([...chunks()])
    },
  }
}

/** Opens an archive whose directory keeps all the rules; throws a Problem otherwise. */
export const openZip = (path: string, limits: ZipLimits): ZipArchive => {
  const fd = openSync(path, 'r')
  try {
    const source = { fd, size: fstatSync(fd).size }
    const directory = readDirectoryEnd(source)
    const entries = readEntries(source, directory, limits)
    for (const entry of entries) if (!isLitter(entry.name)) checkName(entry, limits)
    checkUnique(entries)
    const sizeBytes = checkSizes(entries, source, limits)
    const parts = locate(source, entries, directory)
      .filter(({ isFolder, name }) => !isFolder && !isLitter(name))
      .map((entry) => createPart(source, entry))
    return { parts, sizeBytes, close: () => closeSync(fd) }
  } catch (thrown) {
    closeSync(fd)
    throw thrown
  }
}

// Shapefiles -------------------------------------------------------------------------------------------

/** The one shapefile in an archive (R5.4): .shp, .shx, .dbf and .prj are always there. */
export type ShapefileParts = {
  /** Name of the shapefile without folder and suffix. */
  baseName: string
  shp: ZipPart
  shx: ZipPart
  dbf: ZipPart
  prj: ZipPart
  cpg: ZipPart | null
  /** Uncompressed bytes of all parts together. */
  sizeBytes: number
  close: () => void
}

const REQUIRED = ['shp', 'shx', 'dbf', 'prj'] as const
/** What programs put beside a shapefile, and what people add for other people. None of it is read. */
const COMPANIONS = new Set(
  'cpg cst qpj sbn sbx qix fbn fbx ain aih atx ixs mxs idx lyr lyrx qml qmd sld qlr avl xml txt md htm html pdf'.split(
    ' ',
  ),
)
const ARCHIVES = new Set('zip 7z rar gz tgz tar bz2 xz kmz gpkg gdb mpk jar'.split(' '))

const splitName = (name: string) => {
  const match = /^(.*?)(?:\.shp)?\.([^./]+)$/i.exec(name)
  return { base: match?.[1] ?? name, suffix: (match?.[2] ?? '').toLowerCase() }
}
const withoutFolder = (name: string) => name.slice(name.lastIndexOf('/') + 1)

const checkContents = (parts: ZipPart[]): void => {
  for (const { name } of parts) {
    const { suffix } = splitName(name)
    if (ARCHIVES.has(suffix)) throw refused(`another archive or database inside, '${name}'`, 'one shapefile')
    if (!COMPANIONS.has(suffix) && !REQUIRED.some((part) => part === suffix)) {
      throw refused(
        `'${name}', which is not part of a shapefile`,
        '.shp, .shx, .dbf, .prj and their companions',
      )
    }
  }
}

/** Exactly one shapefile, complete, or a Problem that names what was found (R5.4, R5.12, Q10). */
export const openShapefileZip = (path: string, limits: ZipLimits = shapefileLimits): ShapefileParts => {
  const archive = openZip(path, limits)
  try {
    const { parts } = archive
    const found = parts.map(({ name }) => name)
    const shapes = parts.filter(({ name }) => splitName(name).suffix === 'shp')
    if (shapes.length === 0) throw archiveProblems.shapefileMissing({ found })
    if (shapes.length > 1) throw archiveProblems.shapefileAmbiguous({ found: shapes.map(({ name }) => name) })
    checkContents(parts)
    const base = splitName(shapes[0]?.name ?? '').base
    const bases = new Map<string, string>()
    for (const { name } of parts) {
      const part = splitName(name)
      if (REQUIRED.some((suffix) => suffix === part.suffix)) bases.set(part.base.toLowerCase(), part.base)
    }
    const find = (suffix: string) =>
      parts.find(({ name }) => {
        const part = splitName(name)
        return part.suffix === suffix && part.base.toLowerCase() === base.toLowerCase()
      })
    const [shp, shx, dbf, prj] = REQUIRED.map(find)
    if (!shp || !shx || !dbf || !prj) {
      const missing = REQUIRED.filter((suffix) => !find(suffix)).map((suffix) => `.${suffix}`)
      throw archiveProblems.shapefileIncomplete({ baseName: withoutFolder(base), missing, found })
    }
    if (bases.size > 1) throw archiveProblems.shapefileAmbiguous({ found: [...bases.values()] })
    const cpg = find('cpg') ?? null
    return {
      baseName: withoutFolder(base),
      shp,
      shx,
      dbf,
      prj,
      cpg,
      sizeBytes: [shp, shx, dbf, prj, ...(cpg ? [cpg] : [])].reduce((sum, { size }) => sum + size, 0),
      close: archive.close,
    }
  } catch (thrown) {
    archive.close()
    throw thrown
  }
}
