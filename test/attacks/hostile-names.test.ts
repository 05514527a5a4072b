/** Names and values made to be taken for something else (security D1, E11, issue item 7): they are data from end to end. */
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readXml } from '../../backend/src/xml/read.ts'
import { writeGeoPackage } from '../fixtures/geopackage.ts'
import { type TestProgram, testProgram } from '../helpers/program.ts'
import { hasProgram } from '../helpers/programs.ts'
import { doctorFindings, getRecord, publishFile, publishRecord, replaceData } from '../helpers/publish.ts'

const folder = mkdtempSync(join(tmpdir(), 'secims-names-'))
const hasOgr2ogr = hasProgram('ogr2ogr')
let program: TestProgram
beforeAll(async () => {
  program = await testProgram()
})
afterAll(async () => {
  await program.stop()
  rmSync(folder, { recursive: true })
})

const long = 'é'.repeat(70)
/** Each could mean something to SQL, JSON, JavaScript, a URL, knex or PostgreSQL's limit of 63 bytes. */
const names = [
  'a.b',
  'x as y',
  'a AS "evil"',
  '*',
  '"',
  '""',
  "'",
  '`',
  'a";drop table t;--',
  "a'; drop table record; --",
  long,
  `${long.slice(1)}è`,
  'x'.repeat(63),
  `${'x'.repeat(63)}y`,
  `${'x'.repeat(63)}z`,
  ...Array.from({ length: 6 }, (_, at) => `${'名'.repeat(25)}${at}`),
  'select',
  'geom',
  'geometry',
  'properties_',
  'type',
  'ctid',
  'xmin',
  'tableoid',
  'fid',
  'id',
  'ID',
  'feature',
  'c1',
  'c2',
  't.fid',
  'Name',
  'NAME',
  'name',
  'é',
  'e\u0301',
  '?',
  'a ?',
  'a\\?',
  '??',
  '\\',
  '\\"',
  '$1',
  '$$',
  ':name',
  '::text',
  '%',
  '%s',
  '%%',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'length',
  'x-ogc-role',
  'имя',
  '名前',
  'اسم',
  '🌴',
  ' ',
  ' padded ',
  'a,b',
  'a&b=c',
  'a+b',
  '#',
  '/',
  '<script>alert(1)</script>',
  '{{7*7}}',
  '\u0024{7*7}',
  '\u202egpj',
  '\u2028',
  'line\nbreak',
  'bell\u0007',
  '\u001b[31m',
  '\ufffe\uffff',
]

/** Strings that have to come back as they went in (G12). */
const values = [
  '"',
  '\\',
  '\\"',
  '\\\\"\\',
  'ends with \\',
  '"quoted"',
  '\\u0041',
  '\b\f\n\r\t',
  Array.from({ length: 31 }, (_, at) => String.fromCharCode(at + 1)).join(''),
  '\u007f\u0080\u009f',
  '</script><script>alert(1)</script>',
  '<!--',
  ']]>',
  '\u2028 and \u2029',
  '🌴\u{10ffff}',
  '\ufeff',
  '\ufffd',
  '\u202e',
  "'; drop table record; --",
  '$1 $$ ? :name %s %',
  "=cmd|'/c calc'!A1",
  'null',
  'NaN',
  '',
  ' ',
]

const save = (name: string, content: string) => {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

/** JSON.stringify would leave `__proto__` of an object literal out. */
const object = (entries: [string, unknown][]) =>
  `{${entries.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(',')}}`

const geojson = (rows: [string, unknown][][]) =>
  `{"type":"FeatureCollection","features":[${rows.map(
    (row, at) =>
      `{"type":"Feature","geometry":{"type":"Point","coordinates":[${-61 + at / 100},13.9]},"properties":${object(row)}}`,
  )}]}`

type Feature = { id: number; properties: Record<string, unknown> }
const items = async (collectionId: string, query = '') => {
  const response = await fetch(`${program.url}/pygeoapi/collections/${collectionId}/items?${query}`)
  const text = await response.text()
  const body = JSON.parse(text) as { features: Feature[]; numberMatched: number; code?: string }
  return { status: response.status, text, body }
}
const get = async (path: string) => {
  const response = await fetch(`${program.url}${path}`)
  return { status: response.status, body: JSON.parse(await response.text()) }
}

/** Parameters of the standard, which a property of the same name cannot be. */
const standard = ['limit', 'offset', 'cursor', 'bbox', 'bbox-crs', 'datetime', 'properties', 'crs', 'f']

describe('a layer with every hostile column name', () => {
  const rows = (count: number) =>
    Array.from({ length: count }, (_, row) =>
      [...names, ...standard].map((name, at): [string, unknown] => [name, `${at} of ${row}`]),
    )
  const all = [...names, ...standard]
  let recordId = ''

  beforeAll(async () => {
    const { record } = await publishFile(
      program.as('administrator'),
      save('names.geojson', geojson(rows(3))),
      { collectionId: 'hostile', viewName: 'planning.hostile' },
    )
    recordId = record.id
  })

  test('is served with the same names, in the same order, with the values that belong to them', async () => {
    const { body } = await items('hostile')
    expect(body.features.map(({ properties }) => Object.entries(properties))).toEqual(rows(3))
    const one = await get('/pygeoapi/collections/hostile/items/1?f=json')
    expect(Object.keys(one.body.properties)).toEqual(all)
    const schema = await get('/pygeoapi/collections/hostile/schema?f=json')
    for (const name of all) expect(Object.hasOwn(schema.body.properties, name), name).toBe(true)
  })

  test('is described in every form: pages, queryables, JSON Schema, XML Schema and OpenAPI', async () => {
    for (const path of ['', '/items', '/items/1', '/queryables', '/schema'].map(
      (one) => `/collections/hostile${one}?f=html`,
    ))
      expect((await fetch(`${program.url}/pygeoapi${path}`)).status, path).toBe(200)
    const xsd = await fetch(`${program.url}/pygeoapi/collections/hostile/schema.xsd`)
    expect(xsd.status).toBe(200)
    expect(readXml(Buffer.from(await xsd.text())).name.local).toBe('schema')
    const api = await get('/pygeoapi/api?f=json')
    const { parameters } = api.body.paths['/collections/hostile/items'].get
    for (const name of names)
      expect(
        parameters.some((one: { name?: string }) => one.name === name),
        name,
      ).toBe(true)
  })

  test('can be asked for by each name that is no parameter of the standard', async () => {
    for (const [at, name] of names.entries()) {
      const { status, body } = await items('hostile', `${encodeURIComponent(name)}=${at}%20of%201`)
      expect([status, body.numberMatched, body.features[0]?.id], name).toEqual([200, 1, 2])
      expect((await items('hostile', `${encodeURIComponent(name)}=x`)).body.numberMatched, name).toBe(0)
    }
    const queryables = await get('/pygeoapi/collections/hostile/queryables?f=json')
    for (const name of names) expect(Object.hasOwn(queryables.body.properties, name), name).toBe(true)
    for (const name of standard) expect(Object.hasOwn(queryables.body.properties, name), name).toBe(false)
  })

  test('selects single properties by name, and nothing but them', async () => {
    for (const name of names.filter((one) => !one.includes(','))) {
      const { body } = await items('hostile', `limit=1&properties=${encodeURIComponent(name)}`)
      expect(Object.keys(body.features[0]?.properties ?? {}), name).toEqual([name])
    }
  })

  test('never lets a made-up name near a column: `c1 = 1 or true`, `*`, `geom` of the table, `feature`', async () => {
    for (const name of ['c1 or true', 'fid ', 'c99', 't.geom', '"c1"', 'c1--', 'Feature', 'FID', 'valueOf']) {
      const { status, body } = await items('hostile', `${encodeURIComponent(name)}=1`)
      expect([status, body.code], name).toEqual([400, 'unknown-parameter'])
    }
    for (const name of ['c1;', 'valueOf', 'c99', 't.geom'])
      expect((await items('hostile', `properties=${encodeURIComponent(name)}`)).status, name).toBe(400)
  })

  test.runIf(hasOgr2ogr)('is readable by ogr2ogr with the same names and values', async () => {
    const out = join(folder, 'back.geojson')
    // Not synchronous: the server is in this process.
    await promisify(execFile)('ogr2ogr', ['-f', 'GeoJSON', out, `OAPIF:${program.url}/pygeoapi`, 'hostile'], {
      timeout: 30_000,
    })
    const back = JSON.parse(readFileSync(out, 'utf8')) as { features: Feature[] }
    // GDAL takes 'Name' and 'NAME' for one field, of which the last value counts.
    const asGdalHasIt = (row: [string, unknown][]) => {
      const merged = new Map<string, [string, unknown]>()
      for (const [name, value] of row) {
        const folded = name.replace(/[A-Z]/g, (letter) => letter.toLowerCase())
        merged.set(folded, [merged.get(folded)?.[0] ?? name, value])
      }
      return [...merged.values()]
    }
    // Names that XML cannot hold come after the others, and once more without what it cannot hold, empty.
    const sorted = (row: [string, unknown][]) =>
      row.filter(([, value]) => value !== null).sort(([one], [other]) => (one < other ? -1 : 1))
    expect(back.features.map(({ properties }) => sorted(Object.entries(properties)))).toEqual(
      rows(3).map((row) => sorted(asGdalHasIt(row))),
    )
  })

  test('has a view in which every name is found once, as far as PostgreSQL allows (R6.19)', async () => {
    const { rows: columns } = await program.database.knex.raw(
      "select column_name as name from information_schema.columns where table_schema = 'planning' and table_name = 'hostile' order by ordinal_position",
    )
    const shown = columns.map(({ name }: { name: string }) => name)
    expect(shown).toHaveLength(all.length + 2)
    expect(new Set(shown).size).toBe(shown.length)
    // `fid` and `geom` of the table come first, so the columns that are called so have a number.
    for (const [at, name] of all.entries())
      if (Buffer.byteLength(name) <= 60 && name !== 'fid' && name !== 'geom')
        expect(shown[at + 2], name).toBe(name)
    const { rows: found } = await program.database.knex.raw('select * from planning.hostile order by fid')
    expect(Object.values(found[1]).slice(2)).toEqual(rows(3)[1]?.map(([, value]) => value))
  })

  test('can be replaced by data with the same names, and by data without most of them when that is accepted', async () => {
    const editor = program.as('administrator')
    await replaceData(editor, recordId, save('more.geojson', geojson(rows(5))))
    expect((await items('hostile')).body.features).toHaveLength(5)
    const few = names.slice(0, 4)
    await replaceData(
      editor,
      recordId,
      save('fewer.geojson', geojson([few.map((name): [string, unknown] => [name, 'x'])])),
      { acceptSchemaChange: true },
    )
    const { body } = await items('hostile')
    expect(body.features.map(({ properties }) => Object.keys(properties))).toEqual([few])
    expect(await doctorFindings(program.as('administrator'))).toEqual([])
  })
})

test('names that only differ in what cannot be kept get a number, and none is lost', async () => {
  const rows: [string, unknown][][] = [
    [
      ['a\0b', 'with'],
      ['ab', 'without'],
      ['', 'empty'],
      ['\0', 'only NUL'],
    ],
  ]
  const { collectionId } = await publishFile(program.as('editor'), save('nul.geojson', geojson(rows)))
  const { body } = await items(collectionId)
  const properties = body.features[0]?.properties ?? {}
  expect(Object.values(properties).sort()).toEqual(['empty', 'only NUL', 'with', 'without'])
  expect(Object.keys(properties).join('')).not.toContain('\0')
  for (const [name, value] of Object.entries(properties))
    expect(
      (await items(collectionId, new URLSearchParams({ [name]: String(value) }).toString())).body
        .numberMatched,
      name,
    ).toBe(1)
})

test('columns of a CSV with the same name are told apart', async () => {
  const csv = save('same.csv', 'x,y,a,a,A,__proto__,"a"\n-61,13.9,1,2,3,4,5\n')
  const { collectionId } = await publishFile(program.as('editor'), csv, { csv: { x: 'x', y: 'y' } })
  const { body } = await items(collectionId)
  expect(Object.values(body.features[0]?.properties ?? {}).map(Number)).toEqual(
    expect.arrayContaining([1, 2, 3, 4, 5]),
  )
})

test('300 columns are published, served, filtered and seen through a view', async () => {
  const row = Array.from({ length: 300 }, (_, at): [string, unknown] => [`column number ${at} ?`, at * 1.5])
  const { collectionId } = await publishFile(
    program.as('administrator'),
    save('wide.geojson', geojson([row, row.map(([name]): [string, unknown] => [name, 0.5])])),
    { viewName: 'planning.wide' },
  )
  const { body } = await items(collectionId, `${encodeURIComponent('column number 299 ?')}=448.5`)
  expect(body.features.map(({ properties }) => Object.entries(properties))).toEqual([row])
  const { rows } = await program.database.knex.raw('select * from planning.wide')
  expect(Object.keys(rows[0])).toHaveLength(302)
})

test('values come back as the same strings, from both forms of an answer, and compact JSON has no \\" and no \\\\ (G12)', async () => {
  const rows = values.map((value, at): [string, unknown][] => [
    ['text', value],
    ['n', at],
  ])
  const { collectionId } = await publishFile(program.as('editor'), save('values.geojson', geojson(rows)))
  const isPrecomputed = async () =>
    (await program.database.knex('collection').where({ id: collectionId }).first('is_precomputed'))
      .is_precomputed
  for (let tries = 0; !(await isPrecomputed()) && tries < 200; tries += 1)
    await new Promise((resolve) => setTimeout(resolve, 50))
  for (const query of ['limit=100', 'limit=100&properties=text,n']) {
    const { body, text } = await items(collectionId, query)
    expect(body.features.map(({ properties }) => properties['text'])).toEqual(values)
    expect(text.slice(0, text.lastIndexOf('"links"'))).not.toMatch(/\\["\\]/)
  }
  for (const [at, value] of values.entries()) {
    const { body, status } = await items(collectionId, `text=${encodeURIComponent(value)}`)
    expect([status, body.features?.map(({ properties }) => properties['n'])], JSON.stringify(value)).toEqual([
      200,
      [at],
    ])
  }
})

test('layers of hostile names are chosen by exactly that name, and become safe ids and file names', async () => {
  const layers = [
    'a.b',
    'x as y',
    '*',
    '"',
    'a";drop table t;--',
    "it's",
    long,
    'select',
    '__proto__',
    '名前',
    '🌴',
    '../../etc/passwd',
    'a/b\\c',
    '<img src=x onerror=alert(1)>',
    'con',
    'r\r\nX-Header: 1',
  ]
  const path = join(folder, 'layers.gpkg')
  writeGeoPackage(path, {
    layers: layers.map((name, at) => ({
      name,
      geometry: { type: 'POINT' },
      fields: [{ name: 'layer', type: 'TEXT' }],
      rows: [{ geometry: { type: 'Point', coordinates: [-61, 13.9] }, values: [`layer ${at}`] }],
    })),
  })
  const editor = program.as('editor')
  const upload = await editor.uploadFile(path)
  expect(upload.probe?.layers.map(({ name }) => name).sort()).toEqual([...layers].sort())
  for (const [at, layer] of layers.entries()) {
    const record = await editor.expectOk(
      editor.api.POST('/records', {
        body: { uploadId: (await editor.uploadFile(path)).id, layer, completeDefaults: true },
      }),
    )
    const { result } = await publishRecord(editor, record, { layer })
    const id = result?.collectionId ?? ''
    expect(id, layer).toMatch(/^[a-z0-9][a-z0-9_-]{0,62}$/)
    expect((await items(id)).body.features[0]?.properties, layer).toEqual({ layer: `layer ${at}` })
    const file = (await getRecord(editor, record.id)).distributions.find(({ kind }) => kind === 'original')
    const download = await fetch(file?.url ?? '')
    expect(download.status).toBe(200)
    expect(download.headers.get('x-header')).toBeNull()
    expect(download.headers.get('content-disposition')).toMatch(
      /^attachment; filename="[\x20-\x7e]+\.gpkg"; filename\*=UTF-8''[\w.~!$&+^`|%-]+\.gpkg$/,
    )
    expect(download.headers.get('content-disposition')).not.toMatch(/[\\/]|%2F|%5C|%0[AD]/i)
    await download.body?.cancel()
  }
  expect(await doctorFindings(program.as('administrator'))).toEqual([])
})

test('a name of a view that could be something else is refused (D2)', async () => {
  const administrator = program.as('administrator')
  const path = save('view.geojson', geojson([[['a', 1]]]))
  for (const viewName of [
    'pg_catalog.pg_authid',
    'secims.token',
    'data.d_x',
    'staging.p_x',
    'information_schema.tables',
    'pg_temp.x',
    'public.spatial_ref_sys',
    'a.b.c',
    'a";drop table token;--',
    'Planning.Roads',
    "x'; --",
    '.x',
    'x.',
    'x as y',
    `${'x'.repeat(64)}`,
  ]) {
    const refused = await publishFile(administrator, path, { viewName }).catch((error) => error)
    expect(refused.problem?.code, viewName).toMatch(/^(view-name-invalid|invalid-request)$/)
  }
})
