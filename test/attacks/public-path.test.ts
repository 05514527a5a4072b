/**
 * Hostile files on the way every file takes: over HTTP, through the whole program (security E1–E9, B2–B7, issue "Bad
 * input"). Each is refused in words, or read as the harmless thing it is; nothing is fetched, no file but the upload is
 * read, the server goes on answering, and nothing stays behind.
 */
import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { UploadJson } from '../../backend/src/client/client.ts'
import { docx, ole, pdf, xlsx } from '../fixtures/documents.ts'
import { type FixtureGeoPackage, writeGeoPackage } from '../fixtures/geopackage.ts'
import { shapefile } from '../fixtures/shapefile.ts'
import { geoTiff, image, writeTiff } from '../fixtures/tiff.ts'
import { deflatedZeros, writeZip, type ZipEntryGiven } from '../fixtures/zip.ts'
import { canaryListener, descendants, keptLog, vitalSigns } from '../helpers/canaries.ts'
import { type TestProgram, testProgram } from '../helpers/program.ts'
import { doctorFindings, publishFile } from '../helpers/publish.ts'

const MB = 1_048_576
const readerMegabytes = 512
const secret = `CANARY-SECRET-${randomBytes(16).toString('hex')}`

const folder = mkdtempSync(join(tmpdir(), 'secims-hostile-'))
const kept = keptLog()
let program: TestProgram
let listener: Awaited<ReturnType<typeof canaryListener>>
let secretPath = ''
/** Every byte the server answered. */
const answers: Buffer[] = []

beforeAll(async () => {
  listener = await canaryListener()
  program = await testProgram(
    { READER_MEMORY_MB: String(readerMegabytes), READER_SECONDS: '20' },
    { log: kept.log },
  )
  mkdirSync(join(program.config.dataDir, '.secrets'), { recursive: true })
  secretPath = join(program.config.dataDir, '.secrets', 'canary.csv')
  writeFileSync(secretPath, `id,name\n1,${secret}\n`.repeat(200))
})
afterAll(async () => {
  await program.stop()
  await listener.stop()
  rmSync(folder, { recursive: true })
})

const ask = async (path: string, init: RequestInit = {}) => {
  const response = await fetch(path.startsWith('http') ? path : `${program.url}${path}`, {
    ...init,
    headers: { Authorization: `Bearer ${program.tokenOf('editor')}`, ...(init.headers as object) },
  })
  const bytes = Buffer.from(await response.arrayBuffer())
  answers.push(bytes)
  return { status: response.status, body: JSON.parse(bytes.toString() || 'null') }
}

const upload = (bytes: Uint8Array | string, fileName: string) => {
  const form = new FormData()
  form.append('file', new Blob([bytes as string]), fileName)
  return ask('/api/v1/uploads?wait=60', { method: 'POST', body: form })
}

/** What is wrong with the file, in the words of the server; undefined when nothing is. */
const complaintOf = ({ status, body }: Awaited<ReturnType<typeof upload>>): string | undefined => {
  if (status !== 201) {
    expect(status, JSON.stringify(body)).toBeGreaterThanOrEqual(400)
    expect(status, JSON.stringify(body)).toBeLessThan(500)
    return body.detail
  }
  const { state, problem, sha256 } = body as UploadJson & {
    problem: { status: number; detail: string } | null
  }
  if (state === 'ready') return undefined
  expect(state).toBe('refused')
  expect(sha256).toBeNull()
  expect(problem?.status).toBe(422)
  return problem?.detail
}

const stored = () =>
  ['blobs', 'uploads'].map((name) =>
    readdirSync(join(program.config.dataDir, name), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name)),
  )

/** Runs what is hostile under watch, and looks afterwards that all is as it was. */
const underWatch = async (attack: () => Promise<void>) => {
  const before = stored()
  const signs = vitalSigns(program.url)
  await attack().finally(async () => {
    const { waits, ownGrowthBytes, childBytes } = await signs.stop()
    // The client is in this process too, and the machine may be busy; a reader in the way would take much longer.
    expect(waits.at(waits.length >> 1)).toBeLessThan(500)
    expect(waits.at(-1)).toBeLessThan(10_000)
    expect(ownGrowthBytes).toBeLessThan(300 * MB)
    // The watch looks four times a second.
    expect(childBytes).toBeLessThan((readerMegabytes + 256) * MB)
  })
  expect(descendants(), 'processes left behind').toEqual([])
  expect(stored()).toEqual(before)
  expect(listener.hits()).toEqual([])
}

const geoPackage = (content: FixtureGeoPackage): Buffer => {
  const path = join(folder, 'fixture.gpkg')
  writeGeoPackage(path, content)
  return readFileSync(path)
}
const sites = {
  name: 'sites',
  geometry: { type: 'POINT' },
  fields: [{ name: 'name', type: 'TEXT' }],
  rows: [{ geometry: { type: 'Point', coordinates: [-61, 13.9] }, values: ['Castries'] }],
} as const satisfies NonNullable<FixtureGeoPackage['layers']>[number]
/** A GeoPackage whose only layer is what the statement makes. */
const onlyView = (create: string) =>
  geoPackage({
    finish: (db: DatabaseSync) =>
      db.exec(`${create}; insert into gpkg_contents (table_name, data_type, srs_id) values ('v', 'features', 4326);
        insert into gpkg_geometry_columns values ('v', 'geom', 'POINT', 4326, 0, 0)`),
  })
const patched = (bytes: Buffer, at: number, ...values: number[]) => {
  const copy = Buffer.from(bytes)
  copy.set(values, at)
  return copy
}
const zipped = (...more: ZipEntryGiven[]) =>
  writeZip({
    entries: [...Object.entries(shapefile()).map(([name, data]): ZipEntryGiven => ({ name, data })), ...more],
  })
const geojson = (feature: string, around = '') =>
  `{"type":"FeatureCollection",${around}"features":[${feature}]}`
const point = '{"type":"Point","coordinates":[-61,13.9]}'

const good = {
  geojson: Buffer.from(geojson(`{"type":"Feature","properties":{"name":"Castries"},"geometry":${point}}`)),
  zip: zipped(),
  gpkg: geoPackage({ layers: [sites] }),
  tif: geoTiff(2006),
  docx: docx(),
  pdf: pdf(),
  csv: Buffer.from('name,x,y\n"Castries",-61,13.9\n"Vieux Fort, the south",-60.95,13.7\n'),
  xlsx: xlsx(),
}
type Kind = keyof typeof good
const kinds = Object.keys(good) as Kind[]

type Attack = { what: string; name: string; bytes: () => Uint8Array | string; words: RegExp }

const fetching = (): Attack[] => {
  const { url, port } = listener
  const vrt = (source: string) =>
    `<VRTDataset rasterXSize="20" rasterYSize="20"><VRTRasterBand dataType="Byte" band="1" subClass="VRTRawRasterBand"><SourceFilename relativeToVRT="0">${source}</SourceFilename><ImageOffset>0</ImageOffset><PixelOffset>1</PixelOffset><LineOffset>20</LineOffset></VRTRasterBand></VRTDataset>`
  const ogrVrt = (source: string) =>
    `<OGRVRTDataSource><OGRVRTLayer name="canary"><SrcDataSource>${source}</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>`
  const wms = `<GDAL_WMS><Service name="TMS"><ServerUrl>${url}/\${z}</ServerUrl></Service><DataWindow><SizeX>10</SizeX><SizeY>10</SizeY></DataWindow></GDAL_WMS>`
  const xml = (root: string) =>
    new RegExp(`should be .+ by its name, but its content is an XML document \\(<${root}>\\)`)
  return [
    {
      what: 'E1: a VRT of a secret file as .tif',
      name: 'x.tif',
      bytes: () => vrt(secretPath),
      words: xml('VRTDataset'),
    },
    {
      what: 'E1: the same after blank lines and a comment',
      name: 'x.tif',
      bytes: () => `\n\n<!-- II* -->\n${vrt(secretPath)}`,
      words: xml('VRTDataset'),
    },
    {
      what: 'E1: the same behind the magic of a TIFF',
      name: 'x.tif',
      bytes: () => `II*\0\b\0\0\0${vrt(secretPath)}`,
      words: /GeoTIFF|TIFF/,
    },
    {
      what: 'E2: an OGR VRT of a secret file as .geojson',
      name: 'x.geojson',
      bytes: () => ogrVrt(secretPath),
      words: xml('OGRVRTDataSource'),
    },
    {
      what: 'E2: an OGR VRT that dials a database',
      name: 'x.geojson',
      bytes: () => ogrVrt(`PG:host=127.0.0.1 port=${port}`),
      words: xml('OGRVRTDataSource'),
    },
    {
      what: 'E2: an OGR VRT as .csv',
      name: 'x.csv',
      bytes: () => ogrVrt(secretPath),
      words: xml('OGRVRTDataSource'),
    },
    {
      what: 'E4: a VRT that fetches',
      name: 'x.tif',
      bytes: () => vrt(`/vsicurl/${url}/x.tif`),
      words: xml('VRTDataset'),
    },
    { what: 'E4: GDAL_WMS as .tif', name: 'x.tif', bytes: () => wms, words: xml('GDAL_WMS') },
    { what: 'E4: GDAL_WMS as .geojson', name: 'x.geojson', bytes: () => wms, words: xml('GDAL_WMS') },
    {
      what: 'an address as content',
      name: 'x.geojson',
      bytes: () => `${url}/features.json`,
      words: /plain text/,
    },
    {
      what: 'a zipped VRT',
      name: 'x.zip',
      bytes: () => writeZip({ entries: [{ name: 'x.vrt', data: ogrVrt(secretPath) }] }),
      words: /Expected one shapefile .+ Found: x\.vrt/,
    },
    {
      what: 'XML with an external entity as .gpkg',
      name: 'x.gpkg',
      bytes: () => `<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file://${secretPath}">]><a>&x;</a>`,
      words: /should be a GeoPackage by its name, but its content is an XML document/,
    },
    {
      what: 'a page as .pdf',
      name: 'x.pdf',
      bytes: () => `<html><script src="${url}"></script></html>`,
      words: /should be a PDF document .+ a web page/,
    },
  ]
}

const consuming: Attack[] = [
  {
    what: 'E5: a GeoPackage whose layer never ends',
    name: 'x.gpkg',
    bytes: () =>
      onlyView(
        'create view v as with recursive c(x) as (select 1 union all select x + 1 from c) select x as fid, null as geom from c',
      ),
    words: /nothing to publish.+'v'|view/i,
  },
  {
    what: 'E6: a GeoPackage whose layer has 900 MB',
    name: 'x.gpkg',
    bytes: () => onlyView('create view v as select 1 as fid, zeroblob(900000000) as geom'),
    words: /nothing to publish.+'v'|view/i,
  },
  {
    what: 'E5: a layer list that never ends',
    name: 'x.gpkg',
    bytes: () =>
      geoPackage({
        layers: [sites],
        finish: (db) =>
          db.exec(
            'alter table gpkg_contents rename to a; create view gpkg_contents as with recursive c(x) as (select 1 union all select x + 1 from c) select a.* from a, c',
          ),
      }),
    words: /gpkg_contents/,
  },
  {
    what: 'E8: a TIFF whose directory follows itself',
    name: 'x.tif',
    bytes: () => writeTiff({ images: [{ ...image(), next: 0 }] }),
    words: /circle/,
  },
  {
    what: 'E8: a TIFF whose directories go A, B, A',
    name: 'x.tif',
    bytes: () => writeTiff({ images: [image(), { ...image(), next: 0 }] }),
    words: /circle/,
  },
  {
    what: 'B6: a TIFF of 2^32-1 by 2^32-1 pixels',
    name: 'x.tif',
    bytes: () => writeTiff({ images: [image({ width: 0xffffffff, height: 0xffffffff })] }),
    words: /raster .+; the limit is/,
  },
  {
    what: 'E9: a zip of three times 600 MB zeros',
    name: 'x.zip',
    bytes: () => {
      const { packed, crc } = deflatedZeros(600 * MB)
      return writeZip({
        entries: ['shp', 'shx', 'dbf']
          .map((part): ZipEntryGiven => ({ name: `a.${part}`, packed, directory: { size: 600 * MB, crc } }))
          .concat([{ name: 'a.prj', data: 'x' }]),
      })
    },
    words: /unpacks to 1800 MB; the limit is 500 MB/,
  },
  {
    what: 'B3: a zip that says 1 MB and unpacks to 400',
    name: 'x.zip',
    bytes: () => {
      const { packed, crc } = deflatedZeros(400 * MB)
      return writeZip({
        entries: [
          ...Object.entries(shapefile())
            .filter(([name]) => !name.endsWith('.shp'))
            .map(([name, data]): ZipEntryGiven => ({ name, data })),
          { name: 'places.shp', packed, directory: { size: MB, crc } },
        ],
      })
    },
    words: /places\.shp.+(longer than|damaged|not as long|does not begin like a shapefile)/,
  },
  {
    what: 'B3: a zip in a zip in a zip',
    name: 'x.zip',
    bytes: () => zipped({ name: 'more.zip', data: zipped({ name: 'more.zip', data: zipped() }) }),
    words: /more\.zip/,
  },
  {
    what: 'E14: GeoJSON nested 100 000 deep',
    name: 'x.geojson',
    bytes: () =>
      geojson(
        `{"type":"Feature","geometry":null,"properties":{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}}`,
      ),
    words: /nested deeper than 32 levels/,
  },
  {
    what: 'E14: GeometryCollections 50 000 deep',
    name: 'x.geojson',
    bytes: () =>
      geojson(
        `{"type":"Feature","properties":null,"geometry":${'{"type":"GeometryCollection","geometries":['.repeat(50_000)}${']}'.repeat(50_000)}}`,
      ),
    words: /nested deeper than 32 levels/,
  },
  {
    what: 'a GeoJSON feature of 40 MB',
    name: 'x.geojson',
    bytes: () => geojson(`{"type":"Feature","geometry":null,"properties":{"a":"${'x'.repeat(40 * MB)}"}}`),
    words: /larger than 16 MB/,
  },
  {
    what: 'a CSV of 100 000 columns',
    name: 'x.csv',
    bytes: () => `${Array.from({ length: 100_000 }, (_, at) => `c${at}`).join(',')}\n`,
    words: /fields|columns/,
  },
]

const damaged: Attack[] = [
  ...kinds.map(
    (kind): Attack => ({
      what: `an empty .${kind}`,
      name: `x.${kind}`,
      bytes: () => '',
      words: /no content|0 bytes/,
    }),
  ),
  ...kinds.map((kind, at): Attack => {
    const other = kinds[(at + 3) % kinds.length] ?? kind
    return {
      what: `a .${other} called .${kind}`,
      name: `roads.${kind}`,
      bytes: () => good[other],
      words: /'roads\.\w+' should be (.+) by its name, but its content is (?!\1)(.+)\. Export/,
    }
  }),
  ...kinds
    .filter((kind) => kind !== 'csv')
    .map(
      (kind): Attack => ({
        what: `a .${kind} cut in half`,
        name: `cut.${kind}`,
        bytes: () => good[kind].subarray(0, good[kind].length >> 1),
        words: /cut|damaged|cannot be read|not whole|incomplete|end|missing/i,
      }),
    ),
  ...kinds.map(
    (kind): Attack => ({
      what: `an encrypted .${kind}`,
      name: `secret.${kind}`,
      bytes: () => {
        const bytes = randomBytes(20_000)
        bytes[0] = 0xee
        return bytes
      },
      words: /should be .+ by its name, but its content is binary data of no known kind; it may be encrypted/,
    }),
  ),
  {
    what: 'an encrypted zip',
    name: 'x.zip',
    bytes: () =>
      writeZip({ entries: Object.entries(shapefile()).map(([name, data]) => ({ name, data, flags: 1 })) }),
    words: /encrypted|password/,
  },
  {
    what: 'a Word document with a password',
    name: 'x.docx',
    bytes: () => ole(['EncryptedPackage', 'EncryptionInfo']),
    words: /password/,
  },
  { what: 'an old Word document', name: 'x.docx', bytes: () => ole(['WordDocument']), words: /before 2007/ },
  {
    what: 'a GeoPackage in SQLCipher',
    name: 'x.gpkg',
    bytes: () => Buffer.concat([good.gpkg.subarray(0, 100), randomBytes(good.gpkg.length - 100)]),
    words: /damaged|encrypted|cannot be read/i,
  },
  {
    what: 'an SQLite database that is no GeoPackage',
    name: 'x.gpkg',
    bytes: () =>
      patched(
        Buffer.from(good.gpkg.toString('latin1').replaceAll('gpkg_', 'none_'), 'latin1'),
        68,
        0,
        0,
        0,
        0,
      ),
    words: /SQLite database without the tables of a GeoPackage/,
  },
  {
    what: 'B5: a page size of 65 536 in a file of one page',
    name: 'x.gpkg',
    bytes: () => patched(good.gpkg, 16, 0, 1).subarray(0, 4096),
    words: /cannot be read: its h/,
  },
  {
    what: 'B5: a page size of 3',
    name: 'x.gpkg',
    bytes: () => patched(good.gpkg, 16, 0, 3),
    words: /damaged|page/i,
  },
  {
    what: 'B3: a zip slip',
    name: 'x.zip',
    bytes: () => zipped({ name: '../../../escaped.shp', data: 'x' }),
    words: /\.\.\/.+expected/,
  },
  {
    what: 'B3: a zip with an absolute path',
    name: 'x.zip',
    bytes: () => zipped({ name: '/tmp/escaped.shp', data: 'x' }),
    words: /expected/,
  },
  {
    what: 'B3: a zip with a link to /etc/passwd',
    name: 'x.zip',
    bytes: () => zipped({ name: 'link.txt', data: '/etc/passwd', mode: 0o120777 }),
    words: /symbolic link/,
  },
  {
    what: 'a zip without its .shx',
    name: 'x.zip',
    bytes: () =>
      writeZip({
        entries: Object.entries(shapefile())
          .filter(([name]) => !name.endsWith('.shx'))
          .map(([name, data]) => ({ name, data })),
      }),
    words: /lacks .*\.shx.+Found: /,
  },
  {
    what: 'GeoJSON with NaN',
    name: 'x.geojson',
    bytes: () => geojson(`{"type":"Feature","properties":{"a":NaN},"geometry":${point}}`),
    words: /NaN where a number belongs/,
  },
  {
    what: 'GeoJSON with a coordinate NaN',
    name: 'x.geojson',
    bytes: () =>
      geojson('{"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":[NaN,1]}}'),
    words: /NaN where a number belongs/,
  },
  {
    what: 'TopoJSON',
    name: 'x.geojson',
    bytes: () => '{"type":"Topology","objects":{}}',
    words: /Topology.+expected/,
  },
  {
    what: 'GeoJSON in UTF-16',
    name: 'x.geojson',
    bytes: () => Buffer.from(`\ufeff${good.geojson}`, 'utf16le'),
    words: /UTF-16/,
  },
  { what: 'NUL and nothing else', name: 'x.csv', bytes: () => Buffer.alloc(1000), words: /binary/ },
  {
    what: 'a text that begins with a NUL',
    name: 'x.geojson',
    bytes: () => '\0{"type":"FeatureCollection"}',
    words: /content is/,
  },
  {
    what: 'an executable',
    name: 'x.gpkg',
    bytes: () => readFileSync(process.execPath).subarray(0, 10_000),
    words: /program/,
  },
  {
    what: 'a name with another extension behind',
    name: 'x.gpkg.php',
    bytes: () => good.gpkg,
    words: /not of a type that is accepted here.+Accepted: \.geojson/,
  },
]

const expectRefused = async ({ what, name, bytes, words }: Attack) => {
  const answer = await upload(bytes(), name)
  const complaint = complaintOf(answer) ?? `${answer.body.state}: ${JSON.stringify(answer.body.probe)}`
  expect(complaint, what).toMatch(words)
}

test('what would make a reader fetch, dial or open something else is refused by its content (E1, E2, E4)', () =>
  underWatch(async () => {
    for (const attack of fetching()) await expectRefused(attack)
  }))

describe('what would take all memory, time or stack is refused in words, while others are served', () => {
  test.each(consuming)('$what', (attack) => {
    // Making such a file keeps this process busy, which is not what is measured.
    const bytes = attack.bytes()
    return underWatch(() => expectRefused({ ...attack, bytes: () => bytes }))
  })
})

test('empty, renamed, truncated, encrypted and lying files of every kind are refused in words', () =>
  underWatch(async () => {
    for (const attack of damaged) await expectRefused(attack)
  }))

test('the same refusals come over the resumable way', () =>
  underWatch(async () => {
    for (const attack of [...fetching().slice(0, 2), ...damaged.slice(8, 12)]) {
      const path = join(folder, attack.name)
      writeFileSync(path, attack.bytes())
      const refused = await program
        .as('editor')
        .uploadFile(path)
        .catch((error) => error)
      expect(refused.problem?.detail, attack.what).toMatch(attack.words)
    }
  }))

test('E3: a foreign `crs` member is never followed, and the features are not taken for something they are not', async () => {
  const members = [
    `{"type":"link","properties":{"href":"${listener.url}/crs","type":"proj4"}}`,
    `{"type":"url","properties":{"url":"${listener.url}/crs"}}`,
    `{"type":"name","properties":{"name":"${listener.url}/crs"}}`,
    `{"type":"name","properties":{"name":"/vsicurl/${listener.url}/crs"}}`,
    `{"type":"name","properties":{"name":"${secretPath}"}}`,
    `{"type":"EPSG","properties":{"code":"4326\\u0000"}}`,
    '{"type":"link"}',
    '[]',
  ]
  for (const member of members) {
    const feature = `{"type":"Feature","properties":{},"geometry":${point}}`
    const answer = await upload(geojson(feature, `"crs":${member},`), 'x.geojson')
    const complaint = complaintOf(answer)
    if (complaint === undefined) {
      const [layer] = answer.body.probe.layers
      if (layer.crs !== null && layer.crs.epsg !== null) expect(layer.crs.epsg).toBe(4326)
      await ask(`/api/v1/uploads/${answer.body.id}`, { method: 'DELETE' })
    } else expect(complaint, member).toMatch(/crs|coordinate system/i)
  }
  expect(listener.hits()).toEqual([])
})

test('E7: triggers in a GeoPackage never run; its good layer is published, and the download is the file without them or as it was', async () => {
  const path = join(folder, 'triggers.gpkg')
  writeGeoPackage(path, {
    layers: [sites],
    finish: (db) => {
      for (const table of ['gpkg_contents', 'sites'])
        for (const event of ['insert', 'update', 'delete'])
          db.exec(`create trigger ${table}_${event} after ${event} on ${table} begin delete from sites; end`)
      db.exec('create view other as select * from sites')
    },
  })
  const { record, collectionId } = await publishFile(program.as('editor'), path)
  const items = await (await fetch(`${program.url}/pygeoapi/collections/${collectionId}/items`)).json()
  expect((items as { numberMatched: number }).numberMatched).toBe(1)
  const url = record.distributions.find(({ kind }) => kind === 'original')?.url ?? ''
  expect((await fetch(url)).status).toBe(200)
  await program.as('editor').api.DELETE('/records/{recordId}', {
    params: { path: { recordId: record.id }, header: { 'If-Match': `"${record.version}"` } },
  })
})

test('names in a probe that the database cannot hold neither stay in the way nor are read for ever', async () => {
  const hostile = geojson(
    `{"type":"Feature","properties":{"a\\u0000":1,"\\ud800":"x","a":2},"geometry":${point}}`,
    '"name":"la\\u0000yer \\udfff",',
  )
  const answer = await upload(hostile, 'x.geojson')
  expect(answer.body.state).toBe('ready')
  expect(new Set(answer.body.probe.layers[0].fields.map(({ name }: { name: string }) => name)).size).toBe(3)
  const next = await upload(good.geojson, 'next.geojson')
  expect(next.body.state).toBe('ready')
  for (const { body } of [answer, next]) await ask(`/api/v1/uploads/${body.id}`, { method: 'DELETE' })
})

test('a CSV is kept as a document whatever is in it, and refused in words where it shall be a table (Q9)', () =>
  underWatch(async () => {
    const tables: [string, string, RegExp][] = [
      ['one line of 30 MB', `a,b\n${'x'.repeat(30 * MB)},1\n`, /line|larger|long|MB/i],
      ['cut within quotes', 'a,b\n1,"Castries', /quotation mark opened on line 2 is never closed/],
      ['rows of different lengths', 'a,b\n1,2\n1,2,3,4\n1\n', /Line\(s\): 3, 4/],
    ]
    for (const [what, content, words] of tables) {
      const path = join(folder, 'table.csv')
      writeFileSync(path, content)
      const refused = await publishFile(program.as('editor'), path, { csv: { table: true } }).catch(
        (error) => error,
      )
      expect(refused.problem?.detail, what).toMatch(words)
      const { uploads } = (await ask('/api/v1/uploads')).body as { uploads: { id: string; state: string }[] }
      for (const { id, state } of uploads)
        if (state === 'ready') await ask(`/api/v1/uploads/${id}`, { method: 'DELETE' })
    }
  }))

test('two uploads of the same content are one blob, which goes with the last of them', async () => {
  const [before = []] = stored()
  const [one, two] = await Promise.all([upload(good.gpkg, 'one.gpkg'), upload(good.gpkg, 'two.gpkg')])
  expect([one.body.state, two.body.state]).toEqual(['ready', 'ready'])
  expect(one.body.sha256).toBe(two.body.sha256)
  expect(one.body.id).not.toBe(two.body.id)
  expect(stored()[0]).toHaveLength(before.length + 1)
  await ask(`/api/v1/uploads/${one.body.id}`, { method: 'DELETE' })
  expect(stored()[0]).toHaveLength(before.length + 1)
  await ask(`/api/v1/uploads/${two.body.id}`, { method: 'DELETE' })
  expect(stored()[0]).toEqual(before)
})

test('afterwards: nobody called, no secret in any answer or log line, and the doctor finds nothing', async () => {
  const administrator = program.as('administrator')
  await administrator.expectOk(
    administrator.api.POST('/collect-garbage', { params: { query: { all: true } } }),
  )
  expect(await doctorFindings(administrator)).toEqual([])
  expect(stored()).toEqual([[], []])
  expect(descendants()).toEqual([])
  expect(listener.hits()).toEqual([])
  const said = Buffer.concat([...answers, ...kept.lines().map((line) => Buffer.from(line))])
  expect(answers.length).toBeGreaterThan(60)
  expect(kept.lines().length).toBeGreaterThan(60)
  for (const form of [
    secret,
    Buffer.from(secret).toString('base64').slice(0, -4),
    Buffer.from(secret).toString('hex'),
  ])
    expect(said.includes(form)).toBe(false)
  for (const line of kept.lines()) expect(JSON.parse(line).level, line).toBeLessThan(40)
  for (const token of ['editor', 'administrator'] as const)
    expect(said.includes(program.tokenOf(token).slice(-20))).toBe(false)
})
