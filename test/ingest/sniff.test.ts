/** What an upload is, by content; its name is only what it promises (R5.1, R5.12, security B2). */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { isProblem } from '../../backend/src/domain/problem.ts'
import { checkFileName, sniff } from '../../backend/src/ingest/sniff.ts'
import { seededRandom } from '../bench/data.ts'
import { docx, ole, pdf, xlsx } from '../fixtures/documents.ts'
import { writeGeoPackage } from '../fixtures/geopackage.ts'
import { problemOf, withFile } from '../fixtures/loaded-rows.ts'
import { shapefile } from '../fixtures/shapefile.ts'
import { geoTiff, image, writeTiff } from '../fixtures/tiff.ts'
import { writeZip } from '../fixtures/zip.ts'
import { sharedData, whySkipped } from '../helpers/shared-data.ts'

const kindOf = (name: string, content: Uint8Array | string) => withFile(name, content, (file) => sniff(file))
const problem = (name: string, content: Uint8Array | string) => problemOf(() => kindOf(name, content))

const zipOf = (files: Record<string, Uint8Array | string>) =>
  writeZip({ entries: Object.entries(files).map(([name, data]) => ({ name, data })) })

const geoPackage = (then?: (db: DatabaseSync) => void): Buffer => {
  const folder = mkdtempSync(join(tmpdir(), 'secims-sniff-'))
  const path = join(folder, 'x.gpkg')
  try {
    writeGeoPackage(path, { layers: [{ name: 'roads', geometry: {}, rows: [] }], finish: then })
    return readFileSync(path)
  } finally {
    rmSync(folder, { recursive: true })
  }
}
const sqlite = (): Buffer => {
  const folder = mkdtempSync(join(tmpdir(), 'secims-sniff-'))
  const path = join(folder, 'x.db')
  const db = new DatabaseSync(path)
  db.exec('create table note (text)')
  db.close()
  const bytes = readFileSync(path)
  rmSync(folder, { recursive: true })
  return bytes
}

const samples = {
  geojson: '{"type":"FeatureCollection","features":[]}',
  zip: zipOf(shapefile()),
  gpkg: geoPackage(),
  tif: geoTiff(2006),
  docx: docx(),
  pdf: pdf(),
  csv: 'name,lon,lat\nCastries,-61,14\n',
  xlsx: xlsx(),
}
const formats = {
  geojson: 'GeoJSON',
  zip: 'Shapefile',
  gpkg: 'GeoPackage',
  tif: 'GeoTIFF',
  docx: 'DOCX',
  pdf: 'PDF',
  csv: 'CSV',
  xlsx: 'XLSX',
}
const extensions = Object.keys(samples) as (keyof typeof samples)[]

test('each accepted kind is recognised under its own name, in capitals too (R5.1)', () => {
  for (const extension of extensions) {
    expect(kindOf(`Straßen.2024.${extension}`, samples[extension])).toBe(formats[extension])
    expect(kindOf(`A.${extension.toUpperCase()}`, samples[extension])).toBe(formats[extension])
    expect(checkFileName(`a.${extension}`)).toBe(formats[extension])
  }
})

test('each kind under the name of each other is refused, naming both (R5.12)', () => {
  for (const content of extensions) {
    for (const name of extensions) {
      if (name === content) continue
      const { code, message } = problem(`roads.${name}`, samples[content])
      expect([name, content, code]).toEqual([name, content, 'file-mislabelled'])
      const [, promised, found] =
        /should be (.+) by its name, but its content is (.+)\. Export/.exec(message) ?? []
      expect(promised).not.toBe(found)
    }
  }
  expect(problem('roads.gpkg', samples.pdf).message).toBe(
    "'roads.gpkg' should be a GeoPackage by its name, but its content is a PDF document. Export the data again in the right format, or give the file its right name.",
  )
})

test.each([
  'roads.shp',
  'roads.kml',
  'roads.exe',
  'roads',
  '.gpkg.php',
  'roads.tiff',
  'roads.json',
  'a.gpkg/',
  'x.constructor',
  '',
])('the name %s is refused with the list of what is accepted (R5.1)', (name) => {
  const found = problemOf(() => checkFileName(name))
  expect(found.code).toBe('file-type-not-allowed')
  expect(found.message).toContain('.geojson, .zip, .gpkg, .tif, .docx, .pdf, .csv, .xlsx')
})

test('an empty file of every kind is refused', () => {
  for (const extension of extensions) expect(problem(`x.${extension}`, '').code).toBe('file-has-no-content')
})

const hex = (text: string) => Buffer.from(text, 'hex')

test.each<[string, string, Uint8Array | string, RegExp]>([
  [
    'a VRT named .tif (E1)',
    'x.tif',
    '<VRTDataset rasterXSize="1"><VRTRasterBand subClass="VRTRawRasterBand"/></VRTDataset>',
    /XML document \(<VRTDataset>\)/,
  ],
  ['a WMS service named .tif (E4)', 'x.tif', '<GDAL_WMS><Service name="TMS"/></GDAL_WMS>', /<GDAL_WMS>/],
  [
    'a VRT named .geojson (E2)',
    'x.geojson',
    '\ufeff  <!-- x --><OGRVRTDataSource></OGRVRTDataSource>',
    /<OGRVRTDataSource>/,
  ],
  ['a web page named .pdf', 'x.pdf', '<!DOCTYPE html><script>alert(1)</script>', /web page/],
  ['a web page named .csv', 'x.csv', '\n<html><body>', /web page/],
  ['an SVG named .csv', 'x.csv', '<svg xmlns="http://www.w3.org/2000/svg" onload="x()"/>', /web page/],
  ['a picture that is a script', 'x.csv', 'GIF89a=1;alert(document.domain)//', /GIF picture/],
  [
    'a picture with a zip behind it',
    'x.zip',
    Buffer.concat([Buffer.from('GIF89a\0\0'), samples.zip]),
    /GIF picture/,
  ],
  ['a program', 'x.csv', hex('4d5a90000300000004000000ffff0000'), /Windows program/],
  ['an old Word document', 'x.docx', ole([]), /before 2007/],
  ['an SQLite database', 'x.gpkg', sqlite(), /SQLite database without the tables of a GeoPackage/],
  ['a KMZ', 'x.zip', zipOf({ 'doc.kml': '<kml/>' }), /KMZ/],
  ['a file geodatabase', 'x.zip', zipOf({ 'a.gdb/a00000001.gdbtable': 'x' }), /file geodatabase/],
  [
    'an OpenDocument text',
    'x.docx',
    zipOf({ mimetype: 'application/vnd.oasis.opendocument.text' }),
    /OpenDocument/,
  ],
  [
    'a presentation',
    'x.docx',
    zipOf({ '[Content_Types].xml': '<Types/>', 'ppt/presentation.xml': 'x' }),
    /PowerPoint/,
  ],
  [
    'a binary workbook',
    'x.xlsx',
    zipOf({ '[Content_Types].xml': '<Types/>', 'xl/workbook.bin': 'x' }),
    /\.xlsb/,
  ],
  ['a bare .shp', 'x.zip', shapefile()['places.shp'] ?? '', /bare \.shp/],
  ['GeoJSON by the line', 'x.geojson', '\u001e{"type":"Feature"}', /GeoJSONSeq/],
  ['a JSON array', 'x.geojson', '[1]', /JSON array/],
  [
    'GeoJSON in UTF-16',
    'x.geojson',
    Buffer.from('\ufeff{"type":"FeatureCollection"}', 'utf16le'),
    /UTF-16LE, where GeoJSON has to be UTF-8/,
  ],
  [
    'encrypted bytes',
    'x.csv',
    Buffer.from(Array.from({ length: 4000 }, (_, i) => (i * i * 31) & 255)),
    /binary data of no known kind/,
  ],
  ['text', 'x.pdf', 'Report on mangroves', /plain text/],
  ['blanks', 'x.csv', ' \n\t ', /nothing but blanks/],
  ['a PDF without its end', 'x.pdf', pdf().subarray(0, 100), /cut off/],
])('%s is refused by what it is', (_what, name, content, words) => {
  const found = problem(name, content)
  expect([found.code, found.message]).toEqual(['file-mislabelled', expect.stringMatching(words)])
})

test('an Office document with a password says so', () => {
  for (const name of ['x.docx', 'x.xlsx'])
    expect(problem(name, ole(['EncryptionInfo', 'EncryptedPackage'])).code).toBe('file-encrypted')
})

test.each([
  'BMI,name\n1,x\n',
  'MZ_ID;x\n',
  'CDF,GRIB\n1,2\n',
  'Rar!;b\n',
  'größe;länge\n1;2\n',
  '"a","b"\r\n"{","<"\r\n',
])('the table that begins %j is a table', (content) => {
  expect(kindOf('x.csv', content)).toBe('CSV')
  expect(kindOf('x.csv', Buffer.from(content, 'latin1'))).toBe('CSV')
  expect(kindOf('x.csv', Buffer.from(`\ufeff${content}`, 'utf16le'))).toBe('CSV')
})

test('a GeoPackage is one by any version of its mark, in WAL mode, and without a mark by its tables', () => {
  for (const mark of ['GP10', 'GP11', 'GPKG']) {
    const bytes = Buffer.from(samples.gpkg)
    bytes.write(mark, 68, 'latin1')
    expect(kindOf('x.gpkg', bytes)).toBe('GeoPackage')
  }
  const unmarked = Buffer.from(samples.gpkg)
  unmarked.fill(0, 68, 72)
  expect(kindOf('x.gpkg', unmarked)).toBe('GeoPackage')
  const wal = Buffer.from(samples.gpkg)
  wal[18] = 2
  wal[19] = 2
  expect(kindOf('x.gpkg', wal)).toBe('GeoPackage')
})

test('BigTIFF and big-endian TIFF are TIFF', () => {
  for (const more of [{ isBigTiff: true }, { isBigEndian: true }, { isBigTiff: true, isBigEndian: true }]) {
    expect(kindOf('x.tif', writeTiff({ images: [image()], ...more }))).toBe('GeoTIFF')
  }
})

test('names of strangers are shown without control characters and not at length', () => {
  const { message } = problem(`${'a'.repeat(300)}\u001b[31m\u202e.pdf`, 'x')
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what must not be there.
  expect(message).not.toMatch(/[\u0000-\u001f\u202e]/)
  expect(message.length).toBeLessThan(400)
})

test('every start of every kind, and flipped bytes, are recognised or refused in words', () => {
  const random = seededRandom(512)
  for (const extension of extensions) {
    const whole = Buffer.from(samples[extension])
    for (let round = 0; round < 120; round += 1) {
      const content =
        round < 60 ? whole.subarray(0, Math.floor((whole.length * round) / 60)) : Buffer.from(whole)
      for (let flips = 60; flips < round; flips += 20)
        content[Math.floor(random() * content.length)] = Math.floor(random() * 256)
      try {
        kindOf(`x.${extension}`, content)
      } catch (thrown) {
        if (!isProblem(thrown)) throw thrown
      }
    }
  }
})

test('the training data are what their names say', (context) => {
  const source = sharedData('qgis-training')
  if (!source) return context.skip(whySkipped)
  const names = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.(gpkg|tif)$/.test(name),
  )
  expect(names.length).toBeGreaterThan(4)
  for (const name of names) {
    expect(kindOf(name, readFileSync(join(source, name)))).toBe(
      name.endsWith('gpkg') ? 'GeoPackage' : 'GeoTIFF',
    )
  }
})
