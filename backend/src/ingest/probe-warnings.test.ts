/** Warnings of R4.18 that follow from where a layer lies and from its geometries. */
import { describe, expect, test } from 'vitest'
import type { Box, Probe } from '../domain/probe.ts'
import { createCopyEncoder } from './copy-encoder.ts'
import { deploymentWarnings, geometryWarnings } from './probe-warnings.ts'

const saintLucia: Box = [-62.8, 13.23, -59.99, 14.28]
const deployment = { crsList: [4326, 2006, 32620], extent: saintLucia }

const probeOf = (extentCrs84: Box | null, epsg: number | null = 4326): Probe => ({
  format: 'GeoPackage',
  kind: 'vector',
  mediaType: 'application/geopackage+sqlite3',
  warnings: [],
  layers: [
    {
      name: 'sites',
      kind: 'features',
      featureCount: 1,
      geometry: { type: 'Point', hasZ: false, hasM: false },
      crs: epsg === null ? null : { epsg, name: 'some system', identifiedBy: 'authority' },
      extent: extentCrs84,
      extentCrs84,
      fields: [],
      encoding: 'UTF-8',
      sizeBytes: 1,
      warnings: [{ code: 'of-the-reader', message: 'kept' }],
    },
  ],
})

const codes = (probe: Probe) => probe.layers[0]?.warnings.map(({ code }) => code)

describe('what this deployment has to say about a probe (R4.18)', () => {
  test.each<[string, Box | null, string[]]>([
    ['inside the national extent', [-61.1, 13.7, -60.9, 14.1], []],
    ['partly outside', [-61.1, 13.7, -58, 14.1], ['partly-outside-extent']],
    ['elsewhere', [20.2, -34.2, 20.7, -33.9], ['outside-extent']],
    ['with latitude and longitude exchanged', [13.7, -61.1, 14.1, -60.9], ['lat-lon-swapped']],
    ['nowhere, because it is empty', null, []],
  ])('a layer %s', (_name, box, expected) => {
    expect(codes(deploymentWarnings(probeOf(box), deployment))).toEqual(['of-the-reader', ...expected])
  })

  test('a coordinate system that is not on the list is named, with those that are', () => {
    const [layer] = deploymentWarnings(probeOf(null, 21292), deployment).layers
    expect(layer?.warnings[1]).toEqual({
      code: 'crs-not-listed',
      message:
        'The layer is in EPSG:21292 (some system), which is not among the coordinate systems used here: 4326, 2006, 32620.',
    })
    expect(codes(deploymentWarnings(probeOf(null, 21292), { crsList: [], extent: null }))).toEqual([
      'of-the-reader',
    ])
    expect(codes(deploymentWarnings(probeOf(null, null), deployment))).toEqual(['of-the-reader'])
  })
})

describe('what the geometries say', () => {
  const statisticsOf = (geometries: unknown[]) => {
    const encoder = createCopyEncoder({ types: [], srid: 4326, geometry: { type: 'Geometry', hasZ: true } })
    for (const [index, geometry] of geometries.entries()) {
      encoder.beginRow(index + 1)
      encoder.geoJson(geometry)
      encoder.endRow()
    }
    return encoder.statistics()
  }
  const point = { type: 'Point', coordinates: [1, 2] }
  const far = { type: 'Point', coordinates: [1e9, 2] }

  test.each<[string, unknown[], string[]]>([
    ['one type', [point, point], []],
    ['a type and its multi form', [point, { type: 'MultiPoint', coordinates: [[1, 2]] }], []],
    [
      'two types',
      [
        point,
        {
          type: 'LineString',
          coordinates: [
            [1, 2],
            [3, 4],
          ],
        },
      ],
      ['mixed-geometry-types'],
    ],
    ['some without', [point, null], ['null-geometries']],
    ['none at all', [null, null], ['no-geometries']],
    ['heights for some only', [point, { type: 'Point', coordinates: [1, 2, 3] }], ['z-padded']],
    ['coordinates that are not on Earth', [point, far], ['coordinates-out-of-range']],
    ['broken ones', [{ type: 'LineString', coordinates: [[1, 2]] }, point], ['geometry-broken']],
  ])('%s', (_name, geometries, expected) => {
    expect(geometryWarnings(statisticsOf(geometries)).map(({ code }) => code)).toEqual(expected)
  })

  test('rows that cannot be published are named, ten of them', () => {
    const [warning] = geometryWarnings(statisticsOf(Array(12).fill(far)))
    expect(warning?.message).toBe(
      '12 feature(s) cannot be published until they are repaired (a coordinate that is not a finite number below 100 000 000): 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 ….',
    )
  })
})
