/** Proves the script that opens collections in QGIS, against a stub: it agrees with a good server and notices a bad one. */
import { describe, expect, test } from 'vitest'
import { hasQgis, runPyQgis, whyNoQgis } from '../helpers/qgis.ts'
import { crs84InQgis, type Expectation, type QgisReport } from './example-expectations.ts'
import { type Fault, readings, startStubServer, stations } from './stub-server.ts'

const wanted: Expectation[] = [
  {
    id: 'stations',
    count: 25,
    crs: crs84InQgis,
    geometry: 'Point',
    fields: {
      code: 'string',
      name: 'string',
      height_m: 'integer',
      rain_mm: 'number',
      installed_on: 'date',
      read_at: 'datetime',
    },
    ...(stations.box ? { extent: stations.box } : {}),
    bbox: { rectangle: [-61.005, 13.7, -60.9, 14.1], count: 11 },
    sample: {
      where: { code: 'S-25' },
      attributes: {
        name: 'Soufrière "25"',
        height_m: 288,
        rain_mm: 24.5,
        installed_on: '2020-01-25',
        read_at: '2025-06-25T08:30:00Z',
      },
      wkt: 'POINT (-60.82 13.95)',
    },
  },
  {
    id: 'readings',
    count: readings.features.length,
    geometry: null,
    fields: { code: 'string', value: 'number' },
    sample: { where: { code: 'S-12' }, attributes: { value: 16.5 }, wkt: null },
  },
]

const open = async (fault?: Fault, collections = wanted) => {
  const server = await startStubServer(fault ? { fault } : {})
  try {
    const report = (await runPyQgis('open_collections.py', { url: server.url, collections })) as QgisReport
    return { report, requests: server.requests }
  } finally {
    await server.stop()
  }
}

describe.skipIf(!hasQgis())(`QGIS opens collections${hasQgis() ? '' : ` (${whyNoQgis})`}`, () => {
  test('of a good server: all pages, fields, CRS, extent, geometry and bounding box agree (R6, G1–G4)', async () => {
    const { report, requests } = await open()
    expect(report.collections.map(({ id, failures }) => ({ id, failures }))).toEqual([
      { id: 'stations', failures: [] },
      { id: 'readings', failures: [] },
    ])
    expect(report.collections[0]).toMatchObject({ count: 25, bbox: { count: 11 } })
    expect(requests.some((url) => url.includes('bbox='))).toBe(true)
    expect(requests.filter((url) => url.includes('offset=20')).length).toBeGreaterThan(0)
  })

  test.each<[Fault, RegExp]>([
    ['loses the next page', /10 features were read, expected 25/],
    ['repeats a page', /came twice|were read/],
    ['counts wrongly', /26 features are announced/],
    ['fails on page two', /features were read, expected 25/],
    ['swaps the axes', /outside the extent/],
  ])('of a server that %s, and it is noticed', async (fault, complaint) => {
    const { report } = await open(fault)
    expect(report.collections[0]?.failures.join('\n')).toMatch(complaint)
  })

  test('and a wrong expectation of any kind is noticed', async () => {
    const { report } = await open(undefined, [
      {
        id: 'stations',
        count: 25,
        crs: 'EPSG:2006',
        geometry: 'LineString',
        fields: { code: 'integer', colour: 'string' },
        extent: [-61, 13, -60, 14],
        bbox: { rectangle: [-61.005, 13.7, -60.9, 14.1], count: 3 },
        sample: { where: { code: 'S-01' }, attributes: { height_m: 1 }, wkt: 'POINT (0 0)' },
      },
      { id: 'absent' },
    ])
    const complaints = report.collections[0]?.failures.join('\n')
    for (const part of [
      'CRS is',
      'geometry is',
      "'code' is string",
      "'colour' is missing",
      'unexpected fields',
      'extent is',
      'rectangle brings 11 features, expected 3',
      'height_m is 0',
      "sample's geometry",
    ]) {
      expect.soft(complaints).toContain(part)
    }
    expect(report.collections[1]?.failures.join('\n')).toContain('QGIS cannot open it')
  })
})
