/** WKT as tables carry it. */
import { expect, test } from 'vitest'
import { fromWkt } from './geometry-from-wkt.ts'

test.each([
  ['POINT (-61 13.9)', { type: 'Point', coordinates: [-61, 13.9] }],
  ['point(-61 13.9)', { type: 'Point', coordinates: [-61, 13.9] }],
  ['SRID=4326;POINT Z (1 2 3)', { type: 'Point', coordinates: [1, 2, 3] }],
  ['POINTZ(1 2 3)', { type: 'Point', coordinates: [1, 2, 3] }],
  ['POINT M (1 2 9)', { type: 'Point', coordinates: [1, 2] }],
  [
    'MULTIPOINT (1 2, 3 4)',
    {
      type: 'MultiPoint',
      coordinates: [
        [1, 2],
        [3, 4],
      ],
    },
  ],
  [
    'MULTIPOINT ((1 2), (3 4))',
    {
      type: 'MultiPoint',
      coordinates: [
        [1, 2],
        [3, 4],
      ],
    },
  ],
  [
    'LINESTRING (1e1 .5, -3 4)',
    {
      type: 'LineString',
      coordinates: [
        [10, 0.5],
        [-3, 4],
      ],
    },
  ],
  [
    'POLYGON ((0 0, 1 0, 1 1, 0 0))',
    {
      type: 'Polygon',
      coordinates: [
        [
          [0, 0],
          [1, 0],
          [1, 1],
          [0, 0],
        ],
      ],
    },
  ],
  ['MULTIPOLYGON EMPTY', null],
  [
    'GEOMETRYCOLLECTION (POINT (1 2), POINT EMPTY)',
    { type: 'GeometryCollection', geometries: [{ type: 'Point', coordinates: [1, 2] }] },
  ],
])('%s is read', (text, geometry) => expect(fromWkt(text)).toEqual(geometry))

test.each([
  '',
  'Castries',
  'POINT',
  'POINT (1)',
  'POINT (1 2) x',
  'POINT (1 2',
  'POLYGON (1 2, 3 4)',
  'CIRCULARSTRING (0 0, 1 1, 2 0)',
  `${'GEOMETRYCOLLECTION ('.repeat(10_000)}`,
])('%.40s is not WKT, or not a kind that is read', (text) => expect(fromWkt(text)).toBeUndefined())
