/**
 * Decides by content what an upload is (R5.12); its name only says what it claims to be (security B2). What is
 * accepted here has the right signature and structure at its ends; whether it can be read, its reader finds out.
 */
import type { FileFormat } from '../domain/probe.ts'
import { archiveProblems } from '../domain/problems/archive.ts'
import { type OpenFile, readAt } from './reader.ts'
import { looksLikeUtf16 } from './text-encoding.ts'
import { officeLimits, openZip } from './zip.ts'

const HEAD_BYTES = 64 * 1024
const TAIL_BYTES = 4096

/** What each accepted extension promises (R5.1), in words for messages. */
const PROMISES: Record<string, { format: FileFormat; words: string }> = {
  geojson: { format: 'GeoJSON', words: 'GeoJSON' },
  zip: { format: 'Shapefile', words: 'a zipped shapefile' },
  gpkg: { format: 'GeoPackage', words: 'a GeoPackage' },
  tif: { format: 'GeoTIFF', words: 'a GeoTIFF' },
  docx: { format: 'DOCX', words: 'a Word document (.docx)' },
  pdf: { format: 'PDF', words: 'a PDF document' },
  csv: { format: 'CSV', words: 'a CSV table' },
  xlsx: { format: 'XLSX', words: 'an Excel workbook (.xlsx)' },
}

/** A format of ours, or words for what was found instead. */
type Found = { format: FileFormat; words: string } | { format: null; words: string }

const ours = (format: FileFormat): Found => {
  const words = Object.values(PROMISES).find((promise) => promise.format === format)?.words ?? format
  return { format, words }
}
const other = (words: string): Found => ({ format: null, words })

const extensionOf = (fileName: string): string => /\.([^./\\]+)$/.exec(fileName)?.[1]?.toLowerCase() ?? ''

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex')
const ascii = (text: string) => Buffer.from(text, 'latin1')

/** A table of text may begin with the same letters, so these count only where something binary follows. */
const lettered = (words: string) => (_file: OpenFile, head: Buffer) =>
  hasBinaryBytes(head) ? other(words) : null

/** Signatures at the start of the file; the first that fits wins. */
const SIGNATURES: [Buffer, (file: OpenFile, head: Buffer) => Found | null][] = [
  [ascii('SQLite format 3\0'), (file) => sniffSqlite(file)],
  [hex('504b0304'), (file) => sniffZip(file)],
  [hex('504b0506'), () => other('an empty zip archive')],
  [hex('504b0708'), () => other('a zip archive split into several files')],
  [ascii('%PDF-'), (file) => sniffPdf(file)],
  [hex('49492a00'), () => ours('GeoTIFF')],
  [hex('4d4d002a'), () => ours('GeoTIFF')],
  [hex('49492b00'), () => ours('GeoTIFF')],
  [hex('4d4d002b'), () => ours('GeoTIFF')],
  [hex('d0cf11e0a1b11ae1'), (file, head) => sniffOle(file, head)],
  [hex('89504e47'), () => other('a PNG picture')],
  [hex('ffd8ff'), () => other('a JPEG picture')],
  [ascii('GIF87a'), () => other('a GIF picture')],
  [ascii('GIF89a'), () => other('a GIF picture')],
  [ascii('RIFF'), lettered('a RIFF file (WebP picture, sound or video)')],
  [ascii('BM'), lettered('a BMP picture')],
  [hex('0000000c6a502020'), () => other('a JPEG 2000 picture')],
  [hex('1f8b'), () => other('a gzip archive')],
  [hex('377abcaf271c'), () => other('a 7z archive')],
  [ascii('Rar!'), lettered('a RAR archive')],
  [hex('fd377a585a00'), () => other('an xz archive')],
  [ascii('BZh'), lettered('a bzip2 archive')],
  [hex('28b52ffd'), () => other('a zstd archive')],
  [ascii('fgb\u0003'), () => other('a FlatGeobuf')],
  [ascii('PAR1'), lettered('a Parquet file')],
  [hex('894844460d0a1a0a'), () => other('an HDF5 or netCDF-4 file')],
  [ascii('CDF'), lettered('a netCDF file')],
  [ascii('GRIB'), lettered('a GRIB file')],
  [ascii('PMTiles'), () => other('a PMTiles archive')],
  // Tools for GeoJSON by the line put this in front of each.
  [hex('1e'), () => other('a sequence of GeoJSON texts (GeoJSONSeq)')],
  [hex('0000270a'), () => other('a bare .shp or .shx; a shapefile comes as .zip with all its parts')],
  [hex('7f454c46'), () => other('a Linux program')],
  [ascii('MZ'), lettered('a Windows program')],
  [ascii('{\\rtf'), () => other('an RTF document')],
]

const GPKG_IDS = new Set(['GPKG', 'GP10', 'GP11'])

const sniffSqlite = (file: OpenFile): Found => {
  const id = readAt(file, 68, 4).toString('latin1')
  if (GPKG_IDS.has(id)) return ours('GeoPackage')
  if (id === 'MPBX') return other('an MBTiles archive')
  // Some writers forget the application id; the names of tables stand as text in the first pages.
  const schema = readAt(file, 0, 1024 * 1024)
  if (schema.includes('gpkg_contents') && schema.includes('gpkg_spatial_ref_sys')) return ours('GeoPackage')
  return other('an SQLite database without the tables of a GeoPackage')
}

const sniffPdf = (file: OpenFile): Found => {
  const tail = readAt(file, Math.max(0, file.size - TAIL_BYTES), TAIL_BYTES)
  return tail.includes('%%EOF')
    ? ours('PDF')
    : other('a PDF document whose end is missing; the file was cut off')
}

/** Word and Excel before 2007, and every newer document that is protected by a password. */
const sniffOle = (file: OpenFile, head: Buffer): Found => {
  // The table of contents stands at the sector named in the header.
  const sectorBits = Math.min(head.length >= 52 ? head.readUInt16LE(30) : 9, 12)
  const position = head.length >= 52 ? (head.readUInt32LE(48) + 1) * 2 ** sectorBits : 0
  const contents = readAt(file, Math.min(position, file.size), 4096)
  const isEncrypted = contents.includes(Buffer.from('EncryptedPackage', 'utf16le'))
  if (isEncrypted) {
    throw archiveProblems.fileEncrypted({
      fileName: file.fileName,
      found: 'an Office document with a password',
    })
  }
  return other('an Office document of a kind before 2007 (.doc, .xls)')
}

const OFFICE_PARTS: [RegExp, Found][] = [
  [/^word\/document\d*\.xml$/i, ours('DOCX')],
  [/^xl\/workbook\d*\.xml$/i, ours('XLSX')],
  [/^xl\/workbook\d*\.bin$/i, other('a binary Excel workbook (.xlsb)')],
  [/^ppt\/presentation\d*\.xml$/i, other('a PowerPoint presentation')],
]

const sniffZip = (file: OpenFile): Found => {
  const archive = openZip(file.path, officeLimits)
  try {
    const names = archive.parts.map(({ name }) => name)
    if (names.includes('[Content_Types].xml')) {
      const office = OFFICE_PARTS.find(([part]) => names.some((name) => part.test(name)))
      return office?.[1] ?? other('an Office document of an unknown kind')
    }
    if (names[0] === 'mimetype') return other('an OpenDocument or EPUB file')
    if (names.some((name) => /\.gdbtable$/i.test(name))) return other('a zipped file geodatabase')
    if (names.some((name) => /^[^/]*\.kml$/i.test(name)) && !names.some((name) => /\.shp$/i.test(name))) {
      return other('a KMZ file')
    }
    // Whether there is a shapefile inside is for the shapefile reader to say, with a list of what is there.
    return { format: 'Shapefile', words: 'a zip archive' }
  } finally {
    archive.close()
  }
}

const BOM = '\ufeff'

/** Bytes that no text contains. Tab, line ends, form feed, Ctrl-Z and escape do occur. */
const hasBinaryBytes = (bytes: Buffer) =>
  bytes.some(
    (byte) =>
      byte < 0x20 &&
      byte !== 9 &&
      byte !== 10 &&
      byte !== 13 &&
      byte !== 12 &&
      byte !== 0x1a &&
      byte !== 0x1b,
  )

const sniffText = (head: Buffer): Found => {
  const mark = head.toString('latin1', 0, 2)
  const utf16 = mark === '\xff\xfe' ? 'UTF-16LE' : mark === '\xfe\xff' ? 'UTF-16BE' : looksLikeUtf16(head)
  if (!utf16 && hasBinaryBytes(head))
    return other('binary data of no known kind; it may be encrypted or damaged')
  const text = new TextDecoder(utf16 ?? 'utf-8').decode(head).replace(BOM, '').trimStart()
  if (text === '') return other('nothing but blanks')
  if (text.startsWith('<')) return other(describeMarkup(text))
  if (text.startsWith('[')) return other('a JSON array')
  if (text.startsWith('{') && utf16) return other(`JSON encoded as ${utf16}, where GeoJSON has to be UTF-8`)
  if (text.startsWith('{'))
    return { format: 'GeoJSON', words: text.includes('"type"') ? 'GeoJSON' : 'a JSON document' }
  return { format: 'CSV', words: 'plain text' }
}

const describeMarkup = (text: string): string => {
  if (/^<!doctype\s+html|^<html|^<script|^<svg/i.test(text)) return 'a web page'
  const root = /<([A-Za-z_][\w.:-]{0,60})[\s/>]/.exec(text.replace(/<[?!][^>]{0,2000}>/g, ''))?.[1]
  return root ? `an XML document (<${root}>)` : 'an XML document'
}

const detect = (file: OpenFile): Found => {
  const head = readAt(file, 0, HEAD_BYTES)
  const signature = SIGNATURES.find(([magic]) => head.subarray(0, magic.length).equals(magic))
  return signature?.[1](file, head) ?? sniffText(head)
}

const promiseOf = (fileName: string) => {
  const extension = extensionOf(fileName)
  const promise = Object.hasOwn(PROMISES, extension) ? PROMISES[extension] : undefined
  if (promise) return promise
  const found = extension === '' ? 'a file without extension' : `a .${extension.slice(0, 20)} file`
  throw archiveProblems.fileTypeNotAllowed({ fileName, found })
}

/** Before any byte has come: a Problem unless the name is of an accepted kind (R5.1). Returns the format it promises. */
export const checkFileName = (fileName: string): FileFormat => promiseOf(fileName).format

/** Throws a Problem for anything that is not one of the accepted formats, or not what its name promises. */
export const sniff = (file: OpenFile): FileFormat => {
  const { fileName, size } = file
  const promise = promiseOf(fileName)
  if (size === 0) throw archiveProblems.fileHasNoContent({ fileName })
  const found = detect(file)
  if (found.format === promise.format) return found.format
  throw archiveProblems.fileMislabelled({ fileName, promised: promise.words, found: found.words })
}
