/** The tile encoder against `@mapbox/vector-tile` and the rules of MVT 2.1, for geometries nobody would draw by hand. */
import { classifyRings, VectorTile, type VectorTileLayer } from '@mapbox/vector-tile'
import fc from 'fast-check'
import { PbfReader } from 'pbf'
import { describe, expect, test } from 'vitest'
import type { FieldType } from '../../backend/src/domain/probe.ts'
import { toTilePosition } from '../../backend/src/geo/tile-matrix-sets.ts'
import { makeGrid } from '../../backend/src/render/placement.ts'
import { encodeTile, type TileSpec } from '../../backend/src/render/tile-encoder.ts'
import { type Cell, type Shape, type TestRow, toEwkb, toRows } from './tile-rows.ts'

const address = { tileMatrixSetId: 'WorldCRS84Quad', zoom: 3, row: 2, column: 5 } as const
/** Degrees of one unit: the tile is 22.5° wide, and its north-west corner lies at -67.5, 45. */
const unit = 22.5 / 4096
const west = -67.5
const north = 45
const at = (x: number, y: number): [number, number] => [west + x * unit, north - y * unit]
const shifted = <T>(path: readonly (readonly [number, number])[], map: (point: [number, number]) => T) =>
  path.map(([x, y]) => map(at(x, y)))
const plain = (point: [number, number]) => point

const specOf = (given: Partial<TileSpec> = {}): TileSpec => ({
  layer: 'layer',
  columns: [],
  placement: { kind: 'degrees', address },
  isDetailed: true,
  mostBytes: 1 << 20,
  ...given,
})

const decode = (rows: TestRow[], spec = specOf()): VectorTileLayer | null => {
  const { mvt } = encodeTile(
    toRows(
      rows,
      spec.columns.map(({ type }) => type),
    ),
    spec,
  )
  return mvt && (new VectorTile(new PbfReader(mvt)).layers[spec.layer] ?? null)
}

const row = (shape: Shape, fid = 1n): TestRow => ({ fid, geometry: toEwkb(shape) })
const geometryOf = (shape: Shape, spec = specOf()) => {
  const layer = decode([row(shape)], spec)
  return layer === null
    ? null
    : layer
        .feature(0)
        .loadGeometry()
        .map((path) => path.map(({ x, y }) => [x, y]))
}

const area = (ring: readonly (readonly number[])[]): number => {
  let sum = 0
  for (let i = 0; i < ring.length; i += 1) {
    const [x1 = 0, y1 = 0] = ring[i] ?? []
    const [x2 = 0, y2 = 0] = ring[(i + 1) % ring.length] ?? []
    sum += x1 * y2 - x2 * y1
  }
  return sum / 2
}

/** Around a centre, so that the ring never crosses itself. */
const starRing = (x: number, y: number, radii: number[]): [number, number][] => {
  const ring = radii.map((radius, n): [number, number] => {
    const angle = (2 * Math.PI * n) / radii.length
    return [x + radius * Math.cos(angle), y + radius * Math.sin(angle)]
  })
  return [...ring, ring[0] ?? [x, y]]
}

const radii = (least: number, most: number) =>
  fc.array(fc.double({ min: least, max: most, noNaN: true }), { minLength: 3, maxLength: 24 })

/** Of the parts of a ring inside the tile and its buffer, by fine stripes: an independent measure. */
const inside = (value: number) => Math.min(4096 + 64, Math.max(-64, value))

describe('rings', () => {
  test('an exterior ring has positive area, whatever its direction, and keeps its place to half a unit', () => {
    fc.assert(
      fc.property(radii(40, 900), fc.boolean(), (around, isReversed) => {
        const ring = starRing(2000, 2000, around)
        const given = isReversed ? [...ring].reverse() : ring
        const found = geometryOf({ type: 'Polygon', coordinates: [shifted(given, plain)] })
        if (found === null) return
        expect(found).toHaveLength(1)
        const [shown = []] = found
        expect(area(shown)).toBeGreaterThan(0)
        expect(shown.at(0)).toEqual(shown.at(-1))
        for (const [x = 0, y = 0] of shown)
          expect(ring.some(([a, b]) => Math.abs(a - x) <= 0.5000001 && Math.abs(b - y) <= 0.5000001)).toBe(
            true,
          )
        // Rounding moves each vertex by half a unit at most, so the area by half the circumference.
        expect(Math.abs(area(shown) - Math.abs(area(ring)))).toBeLessThan(0.75 * perimeter(ring))
      }),
      { numRuns: 200 },
    )
  })

  test('no point repeats the one before it, and none lies on the way', () => {
    fc.assert(
      fc.property(radii(1, 12), fc.boolean(), (around, isDetailed) => {
        const found = geometryOf(
          { type: 'Polygon', coordinates: [shifted(starRing(100.3, 99.7, around), plain)] },
          specOf({ isDetailed }),
        )
        for (const ring of found ?? []) {
          const open = ring.slice(0, -1)
          expect(open.length).toBeGreaterThanOrEqual(3)
          for (const [n, [x = 0, y = 0]] of open.entries()) {
            const [px = 0, py = 0] = open.at(n - 1) ?? []
            const [nx = 0, ny = 0] = open[(n + 1) % open.length] ?? []
            expect((x - px) * (ny - y)).not.toBe((y - py) * (nx - x))
          }
        }
      }),
      { numRuns: 200 },
    )
  })

  test('a ring is cut at the buffer, and what is inside keeps its area', () => {
    fc.assert(
      fc.property(
        radii(500, 6000),
        fc.integer({ min: -2000, max: 6000 }),
        fc.integer({ min: -2000, max: 6000 }),
        (around, x, y) => {
          const ring = starRing(x, y, around)
          const found = geometryOf({ type: 'Polygon', coordinates: [shifted(ring, plain)] })
          const expected = clippedArea(ring)
          const shown = (found ?? []).reduce((sum, path) => sum + area(path), 0)
          for (const path of found ?? [])
            for (const [px = 0, py = 0] of path) {
              expect(px).toBe(inside(px))
              expect(py).toBe(inside(py))
            }
          expect(Math.abs(shown - expected)).toBeLessThan(30_000)
        },
      ),
      { numRuns: 150 },
    )
  })

  test('holes have negative area and follow their ring; those too small are left out', () => {
    const found = geometryOf({
      type: 'Polygon',
      coordinates: [
        shifted(
          [
            [0, 0],
            [1000, 0],
            [1000, 1000],
            [0, 1000],
            [0, 0],
          ],
          plain,
        ),
        shifted(
          [
            [100, 100],
            [200, 100],
            [200, 200],
            [100, 200],
            [100, 100],
          ],
          plain,
        ),
        shifted(
          [
            [300, 300],
            [300.2, 300],
            [300.2, 300.2],
            [300, 300],
          ],
          plain,
        ),
      ],
    })
    expect(found?.map(area).map(Math.sign)).toEqual([1, -1])
  })

  test('several polygons stay several', () => {
    const square = (x: number) =>
      shifted(
        [
          [x, 10],
          [x + 50, 10],
          [x + 50, 60],
          [x, 60],
          [x, 10],
        ],
        plain,
      )
    const layer = decode([
      row({ type: 'MultiPolygon', coordinates: [[square(10)], [square(100)], [square(9000)]] }),
    ])
    expect(classifyRings(layer?.feature(0).loadGeometry() ?? [])).toHaveLength(2)
  })

  test('a border that two polygons share is the same in both, at every zoom level', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -40, max: 40, noNaN: true }), { minLength: 5, maxLength: 30 }),
        (wobble) => {
          const border = wobble.map((dx, n): [number, number] => [
            2000 + dx,
            500 + (n * 3000) / wobble.length,
          ])
          const left: [number, number][] = [[500, 500], ...border, [500, 3400], [500, 500]]
          const right: [number, number][] = [
            ...[...border].reverse(),
            [3500, 500],
            [3500, 3400],
            [...border].at(-1) ?? [0, 0],
          ]
          const spec = specOf({ isDetailed: false })
          const [a = []] = geometryOf({ type: 'Polygon', coordinates: [shifted(left, plain)] }, spec) ?? []
          const [b = []] = geometryOf({ type: 'Polygon', coordinates: [shifted(right, plain)] }, spec) ?? []
          const middle = (ring: number[][]) =>
            new Set(ring.filter(([x = 0]) => x > 1900 && x < 2100).map(String))
          const first = middle(a)
          const second = middle(b)
          // The ends of the border are corners of one and lie on the way of the other, perhaps.
          const apart =
            [...first].filter((point) => !second.has(point)).length +
            [...second].filter((point) => !first.has(point)).length
          expect(apart).toBeLessThanOrEqual(4)
        },
      ),
      { numRuns: 100 },
    )
  })
})

describe('points and lines', () => {
  test('points keep their place to half a unit, repeated ones of a feature appear once', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(
            fc.double({ min: -60, max: 4150, noNaN: true }),
            fc.double({ min: -60, max: 4150, noNaN: true }),
          ),
          { minLength: 1, maxLength: 20 },
        ),
        (list) => {
          const found =
            geometryOf({ type: 'MultiPoint', coordinates: shifted([...list, ...list], plain) })?.flat() ?? []
          const expected = [...new Set(list.map(([x, y]) => `${Math.round(x) + 0},${Math.round(y) + 0}`))]
          expect(found.length).toBeLessThanOrEqual(expected.length + 2)
          for (const [x, y] of list)
            expect(
              found.some(([a = 0, b = 0]) => Math.abs(a - x) <= 0.50001 && Math.abs(b - y) <= 0.50001),
            ).toBe(true)
        },
      ),
      { numRuns: 100 },
    )
  })

  test('a line that leaves the tile and comes back is two', () => {
    const found = geometryOf({
      type: 'LineString',
      coordinates: shifted(
        [
          [100, 100],
          [100, -500],
          [300, -500],
          [300, 100],
        ],
        plain,
      ),
    })
    expect(found).toEqual([
      [
        [100, 100],
        [100, -64],
      ],
      [
        [300, -64],
        [300, 100],
      ],
    ])
  })

  test('a line has no repeated points and none on its way, but keeps its turns back', () => {
    const found = geometryOf({
      type: 'LineString',
      coordinates: shifted(
        [
          [0, 0],
          [0, 0],
          [10, 0],
          [20, 0],
          [30, 0],
          [5, 0],
          [5, 9],
        ],
        plain,
      ),
    })
    expect(found).toEqual([
      [
        [0, 0],
        [30, 0],
        [5, 0],
        [5, 9],
      ],
    ])
  })

  test('a collection becomes a feature for each kind, one of which has the id', () => {
    const layer = decode([
      row({
        type: 'GeometryCollection',
        geometries: [
          { type: 'Point', coordinates: at(10, 10) },
          {
            type: 'LineString',
            coordinates: shifted(
              [
                [0, 0],
                [50, 50],
              ],
              plain,
            ),
          },
          {
            type: 'GeometryCollection',
            geometries: [
              {
                type: 'Polygon',
                coordinates: [
                  shifted(
                    [
                      [0, 0],
                      [90, 0],
                      [0, 90],
                      [0, 0],
                    ],
                    plain,
                  ),
                ],
              },
            ],
          },
        ],
      }),
    ])
    const all = Array.from({ length: layer?.length ?? 0 }, (_, n) => layer?.feature(n))
    expect(all.map((feature) => feature?.type)).toEqual([3, 2, 1])
    expect(all.map((feature) => feature?.id)).toEqual([1, undefined, undefined])
  })
})

describe('forms of WKB', () => {
  test.each([
    { isLittle: false },
    { srid: 4326 },
    { dimensions: 3 as const },
    { dimensions: 4 as const, srid: 4326, isLittle: false },
  ])('%o means the same', (form) => {
    const shape: Shape = {
      type: 'MultiPolygon',
      coordinates: [
        [
          shifted(
            [
              [10, 10],
              [100, 10],
              [100, 100],
              [10, 10],
            ],
            plain,
          ),
        ],
      ],
    }
    const found = decode([{ fid: 1n, geometry: toEwkb(shape, form) }])
    expect(found?.feature(0).loadGeometry()).toEqual(
      decode([row(shape)])
        ?.feature(0)
        .loadGeometry(),
    )
  })

  test('what is empty is left out', () => {
    const empty: Shape[] = [
      { type: 'Point', coordinates: [Number.NaN, Number.NaN] },
      { type: 'MultiPoint', coordinates: [] },
      { type: 'LineString', coordinates: [] },
      { type: 'Polygon', coordinates: [] },
      { type: 'MultiPolygon', coordinates: [] },
      { type: 'GeometryCollection', geometries: [] },
      { type: 'GeometryCollection', geometries: [{ type: 'Polygon', coordinates: [] }] },
    ]
    expect(
      decode([...empty.map((shape, n) => row(shape, BigInt(n))), { fid: 99n, geometry: null }]),
    ).toBeNull()
  })

  test('poles, the antimeridian and places that are none do not end the tile', () => {
    for (const tileMatrixSetId of ['WebMercatorQuad', 'WorldCRS84Quad'] as const) {
      const spec = specOf({
        placement: { kind: 'degrees', address: { tileMatrixSetId, zoom: 0, row: 0, column: 0 } },
      })
      const layer = decode(
        [
          row(
            {
              type: 'Polygon',
              coordinates: [
                [
                  [-180, -90],
                  [180, -90],
                  [180, 90],
                  [-180, 90],
                  [-180, -90],
                ],
              ],
            },
            1n,
          ),
          row({ type: 'Point', coordinates: [0, 90] }, 2n),
          row(
            {
              type: 'LineString',
              coordinates: [
                [179, 0],
                [540, 0],
              ],
            },
            3n,
          ),
          row(
            {
              type: 'Polygon',
              coordinates: [
                [
                  [1e300, 0],
                  [0, 1e300],
                  [-1e300, 0],
                  [1e300, 0],
                ],
              ],
            },
            4n,
          ),
          row(
            {
              type: 'LineString',
              coordinates: [
                [Number.NaN, 0],
                [0, Number.POSITIVE_INFINITY],
                [1, 1],
              ],
            },
            5n,
          ),
          row({ type: 'Point', coordinates: [-180, 0] }, 6n),
        ],
        spec,
      )
      const ids = Array.from({ length: layer?.length ?? 0 }, (_, n) => layer?.feature(n).id)
      expect(ids).toContain(1)
      expect(ids).toContain(6)
    }
  })
})

describe('values', () => {
  const types: FieldType[] = ['string', 'integer', 'number', 'boolean', 'date', 'datetime', 'time', 'binary']
  const columns = types.map((type) => ({ name: type, type }))
  const propertiesOf = (values: Cell[]) =>
    decode(
      [{ fid: 1n, geometry: toEwkb({ type: 'Point', coordinates: at(1, 1) }), values }],
      specOf({ columns }),
    )?.feature(0).properties

  test('keep their types; dates and times are texts, bytes are left out', () => {
    expect(
      propertiesOf(['Größe 😀', -5n, 0.1, true, '1969-07-20', '1969-07-20T20:17:40.123Z', '12:30:05', 'x']),
    ).toEqual({
      string: 'Größe 😀',
      integer: -5,
      number: 0.1,
      boolean: true,
      date: '1969-07-20',
      datetime: '1969-07-20T20:17:40.123Z',
      time: '12:30:05',
    })
  })

  test('days and instants are written as JavaScript writes them, over ten thousand years', () => {
    fc.assert(
      fc.property(
        fc.date({
          min: new Date('0001-01-01T00:00:00Z'),
          max: new Date('9999-12-31T23:59:59.999Z'),
          noInvalidDate: true,
        }),
        (date) => {
          const text = date.toISOString()
          const found = propertiesOf([
            null,
            null,
            null,
            null,
            text.slice(0, 10),
            text,
            text.slice(11, -1),
            null,
          ])
          expect(found?.['date']).toBe(text.slice(0, 10))
          expect(Date.parse(String(found?.['datetime']))).toBe(date.getTime())
          expect(Date.parse(`1970-01-01T${found?.['time']}Z`)).toBe(
            date.getTime() - Date.parse(text.slice(0, 10)),
          )
        },
      ),
    )
  })

  test('null and what is no number are left out', () => {
    expect(propertiesOf([null, null, Number.NaN, false, null, null, null, null])).toEqual({ boolean: false })
    expect(propertiesOf(['', 0n, Number.POSITIVE_INFINITY, null, null, null, null, null])).toEqual({
      string: '',
      integer: 0,
    })
  })

  test('integers of 64 bits keep all of them', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (value) => {
        const { mvt } = encodeTile(
          toRows(
            [{ fid: 1n, geometry: toEwkb({ type: 'Point', coordinates: at(1, 1) }), values: [value] }],
            ['integer'],
          ),
          specOf({ columns: [{ name: 'n', type: 'integer' }] }),
        )
        expect(integerIn(mvt ?? new Uint8Array())).toBe(value)
      }),
    )
  })

  test('a value stands in the tile once, however many features have it', () => {
    const rows = Array.from(
      { length: 200 },
      (_, n): TestRow => ({
        fid: BigInt(n),
        geometry: toEwkb({ type: 'Point', coordinates: at(n, n) }),
        values: ['mangrove', BigInt(n % 3)],
      }),
    )
    const { mvt } = encodeTile(
      toRows(rows, ['string', 'integer']),
      specOf({
        columns: [
          { name: 'a', type: 'string' },
          { name: 'b', type: 'integer' },
        ],
      }),
    )
    expect(
      Buffer.from(mvt ?? [])
        .toString('latin1')
        .split('mangrove'),
    ).toHaveLength(2)
  })

  test('names of attributes may be anything', () => {
    const names = ['"', '\\', 'two\nlines', '__proto__', 'constructor', '', '😀', "'; drop table x; --"]
    const layer = decode(
      [{ fid: 1n, geometry: toEwkb({ type: 'Point', coordinates: at(1, 1) }), values: names }],
      specOf({ columns: names.map((name) => ({ name, type: 'string' })) }),
    )
    const found = layer?.feature(0).properties ?? {}
    for (const name of names.filter((one) => one !== '__proto__')) expect(found[name]).toBe(name)
  })

  test('texts are cut between characters', () => {
    const text = `${'x'.repeat(1023)}😀`
    expect(propertiesOf([text, null, null, null, null, null, null, null])).toEqual({
      string: 'x'.repeat(1023),
    })
  })

  test('an id that JavaScript cannot hold, or below zero, is left out', () => {
    const point = toEwkb({ type: 'Point', coordinates: at(1, 1) })
    for (const [fid, shown] of [
      [0n, 0],
      [2n ** 53n - 1n, 2 ** 53 - 1],
      [2n ** 53n, undefined],
      [-1n, undefined],
    ] as const)
      expect(decode([{ fid, geometry: point }])?.feature(0).id).toBe(shown)
  })
})

describe('what a tile leaves out', () => {
  const general = specOf({ isDetailed: false })
  const tiny = (n: number, x: number, y: number): TestRow =>
    row(
      {
        type: 'Polygon',
        coordinates: [
          shifted(
            [
              [x, y],
              [x + 1, y],
              [x + 1, y + 1],
              [x, y + 1],
              [x, y],
            ],
            plain,
          ),
        ],
      },
      BigInt(n),
    )

  test('at full detail nothing, not even what is smaller than a unit', () => {
    const rows = Array.from({ length: 50 }, (_, n) => tiny(n, 100.2 + n / 100, 100.2))
    expect(decode(rows)?.length).toBe(50)
  })

  test('below it, features too small to be seen become one dot for each half pixel, the first of them', () => {
    const rows = Array.from({ length: 64 }, (_, n) =>
      tiny(n + 1, 100 + (n % 8) * 2, 100 + Math.floor(n / 8) * 2),
    )
    const layer = decode(rows, general)
    expect(layer?.length).toBe(9)
    expect(layer?.feature(0).id).toBe(1)
    expect(
      area(
        layer
          ?.feature(0)
          .loadGeometry()[0]
          ?.map(({ x, y }) => [x, y]) ?? [],
      ),
    ).toBe(64)
  })

  test('whatever the order in which the database sends them', () => {
    const rows = Array.from({ length: 300 }, (_, n) => tiny(n + 1, (n * 37) % 200, (n * 61) % 200))
    const shuffled = [...rows].sort((a, b) => Number((a.fid * 7919n) % 301n) - Number((b.fid * 7919n) % 301n))
    expect(encodeTile(toRows(shuffled), general).mvt).toEqual(encodeTile(toRows(rows), general).mvt)
  })

  test('a narrow ribbon does not vanish', () => {
    const found = geometryOf(
      {
        type: 'Polygon',
        coordinates: [
          shifted(
            [
              [100, 101],
              [900, 101],
              [900, 101.6],
              [100, 101.6],
              [100, 101],
            ],
            plain,
          ),
        ],
      },
      general,
    )
    expect(found?.map(area)).toEqual([800])
  })

  test('of a tile that is too heavy the smallest features', () => {
    const rows = Array.from({ length: 400 }, (_, n) =>
      row(
        {
          type: 'Polygon',
          coordinates: [
            shifted(
              starRing(
                2000,
                2000,
                Array.from({ length: 40 }, () => 20 + n * 4),
              ),
              plain,
            ),
          ],
        },
        BigInt(n),
      ),
    )
    const mostBytes = 20_000
    const { mvt, features } = encodeTile(toRows(rows), specOf({ mostBytes }))
    expect(mvt?.length).toBeLessThan(mostBytes + 16)
    expect(mvt?.length).toBeGreaterThan(mostBytes * 0.7)
    const layer = new VectorTile(new PbfReader(mvt ?? new Uint8Array())).layers['layer']
    const ids = Array.from({ length: features }, (_, n) => layer?.feature(n).id ?? 0)
    expect(Math.max(...ids)).toBe(399)
    expect(Math.min(...ids)).toBe(400 - features)
  })

  test('it knows which of the tiles below have something', () => {
    const children = (x: number, y: number) =>
      encodeTile(toRows([row({ type: 'Point', coordinates: at(x, y) })]), specOf()).children
    expect([children(100, 100), children(4000, 100), children(100, 4000), children(4000, 4000)]).toEqual([
      1, 2, 4, 8,
    ])
    expect(children(2048, 2048)).toBe(15)
  })
})

describe('a grid between the nodes', () => {
  test('places points to a fifth of a unit', async () => {
    const bent = (x: number, y: number): [number, number] => [
      -61 + x / 108_000 + y * y * 1e-13,
      14 + y / 110_600 + x * y * 2e-13,
    ]
    const tile = { tileMatrixSetId: 'WebMercatorQuad', zoom: 12, row: 1886, column: 1353 } as const
    const box = [-20_000, -20_000, 20_000, 20_000] as const
    const grid = await makeGrid([...box], tile, async (points) => points.map(([x, y]) => bent(x, y)))
    const { toPlace } = await import('../../backend/src/render/placement.ts')
    const place = toPlace(grid)
    const found = new Float64Array(2)
    fc.assert(
      fc.property(
        fc.double({ min: -2e4, max: 2e4, noNaN: true }),
        fc.double({ min: -2e4, max: 2e4, noNaN: true }),
        (x, y) => {
          place(Float64Array.of(x, y), 0, found, 0)
          const position = toTilePosition('WebMercatorQuad', 12, ...bent(x, y))
          expect(Math.abs((found[0] ?? 0) - (position.column - tile.column) * 4096)).toBeLessThan(0.25)
          expect(Math.abs((found[1] ?? 0) - (position.row - tile.row) * 4096)).toBeLessThan(0.25)
        },
      ),
    )
  })
})

function perimeter(ring: readonly (readonly number[])[]): number {
  return ring
    .slice(1)
    .reduce((sum, [x = 0, y = 0], n) => sum + Math.hypot(x - (ring[n]?.[0] ?? 0), y - (ring[n]?.[1] ?? 0)), 0)
}

/** By stripes one unit high: where the ring is inside the tile and its buffer. */
function clippedArea(ring: readonly (readonly [number, number])[]): number {
  let sum = 0
  const step = 4
  for (let y = -64 + step / 2; y < 4160; y += step) {
    const crossings: number[] = []
    for (let n = 0; n + 1 < ring.length; n += 1) {
      const [x1, y1] = ring[n] ?? [0, 0]
      const [x2, y2] = ring[n + 1] ?? [0, 0]
      if (y1 > y !== y2 > y) crossings.push(x1 + ((y - y1) / (y2 - y1)) * (x2 - x1))
    }
    crossings.sort((a, b) => a - b)
    for (let n = 0; n + 1 < crossings.length; n += 2)
      sum += step * Math.max(0, inside(crossings[n + 1] ?? 0) - inside(crossings[n] ?? 0))
  }
  return sum
}

/** The value of the only property, read bit by bit: no decoder for JavaScript gives 64 bits. */
function integerIn(tile: Uint8Array): bigint {
  let position = 0
  const varint = (): bigint => {
    let value = 0n
    for (let shift = 0n; ; shift += 7n) {
      const byte = tile[position++] ?? 0
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return value
    }
  }
  varint()
  varint()
  while (position < tile.length) {
    const tag = Number(varint())
    if ((tag & 7) === 0) {
      varint()
      continue
    }
    const size = Number(varint())
    if (tag >> 3 === 4) {
      const kind = Number(varint()) >> 3
      const value = varint()
      return kind === 6 ? (value >> 1n) ^ -(value & 1n) : value
    }
    position += size
  }
  return 0n
}
