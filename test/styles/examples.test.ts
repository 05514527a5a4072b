/** The example layers: files, styles and metadata agree, and the script still makes the same files. */
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, describe, expect, test } from 'vitest'
import type { GeometryType } from '../../backend/src/domain/probe.ts'
import type { RecordMetadata } from '../../backend/src/metadata/record-metadata.ts'
import { checkForPublication } from '../../backend/src/metadata/rules.ts'
import { checkSld } from '../../backend/src/styles/gate.ts'
import { checkQml } from '../../backend/src/styles/qml.ts'
import { toBwiGrid } from '../../examples/bwi-grid.ts'
import { generateExamples } from '../../examples/generate.ts'

type Example = { id: string; file: string; layer: string; metadata: string; sld?: string; qml?: string }

const folder = join(import.meta.dirname, '../../examples')
const read = (path: string) => readFileSync(join(folder, path))
const examples: Example[] = JSON.parse(read('index.json').toString())
const made = mkdtempSync(join(tmpdir(), 'secims-examples-'))
afterAll(() => rmSync(made, { recursive: true }))

const geometryTypes: Record<string, GeometryType> = {
  POINT: 'Point',
  LINESTRING: 'LineString',
  MULTIPOLYGON: 'MultiPolygon',
}

const describeLayer = ({ file, layer }: Example) => {
  const database = new DatabaseSync(join(folder, file), { readOnly: true })
  const one = (sql: string) =>
    database.prepare(sql).get(layer) as Record<string, string | number | null> | undefined
  const contents = one('select * from gpkg_contents where table_name = ?')
  const geometry = one('select geometry_type_name, srs_id from gpkg_geometry_columns where table_name = ?')
  const columns = database.prepare('select name from pragma_table_info(?)').all(layer) as { name: string }[]
  const { rows } = database.prepare(`select count(*) as rows from "${layer}"`).get() as { rows: number }
  database.close()
  return {
    box: [contents?.['min_x'], contents?.['min_y'], contents?.['max_x'], contents?.['max_y']],
    epsg: geometry ? Number(geometry['srs_id']) : null,
    geometryType: geometry ? (geometryTypes[String(geometry['geometry_type_name'])] ?? null) : null,
    fields: columns.map(({ name }) => name).filter((name) => name !== 'fid' && name !== 'geom'),
    rows,
  }
}

test('there are points, lines, polygons, a table without geometry and a second coordinate system (issue 2, item 12)', () => {
  expect(examples.map(({ id }) => id)).toContain('coastal_habitats')
  const layers = examples.map(describeLayer)
  expect(new Set(layers.map(({ geometryType }) => geometryType))).toEqual(
    new Set(['Point', 'LineString', 'MultiPolygon', null]),
  )
  expect(new Set(layers.map(({ epsg }) => epsg))).toEqual(new Set([4326, 2006, null]))
  expect(layers.every(({ rows }) => rows >= 10)).toBe(true)
})

test('the script makes the committed files again, byte for byte', () => {
  generateExamples(made)
  for (const { id, file } of examples) {
    expect.soft(readFileSync(join(made, file)).equals(read(file)), id).toBe(true)
    expect.soft(statSync(join(folder, file)).size, id).toBeLessThan(300_000)
  }
})

describe.each(examples)('example $id', (example) => {
  test('has metadata that may be published without a remark (Q3)', () => {
    const metadata: RecordMetadata = JSON.parse(read(example.metadata).toString())
    const { epsg } = describeLayer(example)
    const found = checkForPublication(metadata, {
      isSpatial: epsg !== null,
      probeEpsg: epsg,
      crsList: [4326, 2006, 4606, 32620],
      nationalExtent: [-61.13, 13.66, -60.82, 14.16],
    })
    expect(found).toEqual({ errors: [], warnings: [] })
    expect(metadata.title).toContain('(illustrative)')
    expect(metadata.abstract).toContain('Illustrative example data')
    expect(metadata.useConditions).toContain('CC0')
  })

  test('has a bounding box that holds the data closely', () => {
    const { bbox }: RecordMetadata = JSON.parse(read(example.metadata).toString())
    const { epsg, box } = describeLayer(example)
    if (epsg === null) {
      expect(bbox).toBeUndefined()
      return
    }
    const { west = 0, south = 0, east = 0, north = 0 } = bbox ?? {}
    const stated =
      epsg === 2006 ? [...toBwiGrid([west, south]), ...toBwiGrid([east, north])] : [west, south, east, north]
    const tolerance = epsg === 2006 ? 120 : 0.0002
    stated.forEach((value, index) => {
      expect(Math.abs(value - Number(box[index]))).toBeLessThan(tolerance)
    })
  })
})

const styled = examples.filter(({ sld }) => sld !== undefined)

describe.each(styled)('style of example $id', (example) => {
  test('exists as SLD and QML, and passes the gate without a remark on its own fields (R7.8)', () => {
    const { geometryType, fields } = describeLayer(example)
    const sld = checkSld(read(example.sld ?? ''), { geometryType, fields })
    expect(sld).toMatchObject({ sldVersion: '1.1.0', errors: [], warnings: [] })
    expect(sld.name).toBeTruthy()
    expect(sld.usedProperties.length).toBeGreaterThan(1)
    expect(checkQml(read(example.qml ?? ''))).toMatchObject({
      qgisVersion: expect.stringMatching(/^3\./),
      errors: [],
      warnings: [],
    })
  })
})
