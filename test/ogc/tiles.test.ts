/** Vector tiles by their addresses alone: OGC API – Tiles Part 1, TMS 2.0, TileJSON, and what clients need (G24, G25, R6.10). */
import { gunzipSync } from 'node:zlib'
import { VectorTile } from '@mapbox/vector-tile'
import { PbfReader } from 'pbf'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { toTilePosition } from '../../backend/src/geo/tile-matrix-sets.ts'
import {
  createTestCollection,
  replaceTestRows,
  startTestServer,
  type TestServer,
} from '../helpers/collections.ts'
import { createFixture, hostileNames } from './features-fixture.ts'

// biome-ignore lint/suspicious/noExplicitAny: documents as clients see them.
type Json = any

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
  await createFixture(server.db)
  await createTestCollection(server.db, {
    id: 'odd_shapes',
    geometryType: 'Geometry',
    columns: [{ name: 'what', type: 'string' }],
    rows: [
      {
        wkt: 'POLYGON((-61.1 13.8,-60.9 13.8,-60.9 14,-61.1 14,-61.1 13.8),(-61.05 13.85,-61.05 13.95,-60.95 13.95,-60.95 13.85,-61.05 13.85))',
        values: ['hole'],
      },
      {
        wkt: 'MULTIPOLYGON(((-61 13.9,-60.99 13.9,-60.99 13.91,-61 13.9)),((-60.98 13.9,-60.97 13.9,-60.97 13.91,-60.98 13.9)))',
        values: ['several'],
      },
      { wkt: 'GEOMETRYCOLLECTION(POINT(-61 13.9),LINESTRING(-61 13.9,-60.9 13.95))', values: ['collection'] },
      { wkt: 'POLYGON EMPTY', values: ['empty'] },
      { wkt: 'POINT EMPTY', values: ['nowhere'] },
      { wkt: 'POLYGON((-61 13.9,-60.9 14,-60.9 13.8,-61 14,-61 13.9))', values: ['bow tie'] },
      { wkt: null, values: ['none'] },
      { wkt: 'LINESTRING(-180 90,180 -90)', values: ['from pole to pole'] },
      { wkt: 'POLYGON((-180 -90,180 -90,180 90,-180 90,-180 -90))', values: ['the world'] },
    ],
  })
})
afterAll(() => server?.stop())

const json = async (path: string): Promise<Json> => {
  const response = await server.get(path)
  expect(response.status, `${path}: ${response.status}`).toBe(200)
  return response.json()
}
const face = '/pygeoapi'

const tileAt = (
  set: 'WebMercatorQuad' | 'WorldCRS84Quad',
  zoom: number,
  longitude: number,
  latitude: number,
) => {
  const { row, column } = toTilePosition(set, zoom, longitude, latitude)
  return `${set}/${zoom}/${Math.floor(row)}/${Math.floor(column)}`
}

const decode = async (path: string) => {
  const response = await server.get(path)
  if (response.status === 204) return null
  expect(response.status, path).toBe(200)
  expect(response.headers.get('content-type')).toBe('application/vnd.mapbox-vector-tile')
  const { layers } = new VectorTile(new PbfReader(new Uint8Array(await response.arrayBuffer())))
  const [layer] = Object.values(layers)
  return layer ?? null
}
const featuresIn = async (path: string) => {
  const layer = await decode(path)
  return Array.from(
    { length: layer?.length ?? 0 },
    (_, n) => layer?.feature(n) as NonNullable<ReturnType<NonNullable<typeof layer>['feature']>>,
  )
}

describe('documents', () => {
  test('/req/core/conformance-success: tiles and tile matrix sets are declared', async () => {
    const { conformsTo } = await json(`${face}/conformance`)
    for (const name of ['core', 'tileset', 'tilesets-list', 'geodata-tilesets', 'mvt'])
      expect(conformsTo).toContain(`http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/${name}`)
    expect(conformsTo).toContain('http://www.opengis.net/spec/tms/2.0/conf/json-tilematrixset')
  })

  test('the landing page leads to the tile matrix sets, a collection to its tilesets, a tileset to its tiles (G25)', async () => {
    const landing = await json(`${face}/`)
    const schemes = landing.links.find(
      ({ rel }: Json) => rel === 'http://www.opengis.net/def/rel/ogc/1.0/tiling-schemes',
    )
    expect(
      (await json(schemes.href.replace(server.url, ''))).tileMatrixSets.map(({ id }: Json) => id),
    ).toEqual(['WebMercatorQuad', 'WorldCRS84Quad'])
    const collection = await json(`${face}/collections/places`)
    const tilesets = collection.links.find(
      ({ rel }: Json) => rel === 'http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector',
    )
    expect(tilesets.type).toBe('application/json')
    const list = await json(tilesets.href.replace(server.url, ''))
    expect(list.tilesets).toHaveLength(2)
    for (const { links, dataType, crs, tileMatrixSetURI } of list.tilesets) {
      expect(dataType).toBe('vector')
      expect(crs).toMatch(/^http:\/\/www\.opengis\.net\/def\/crs\//)
      const self = links.find(({ rel, type }: Json) => rel === 'self' && type === 'application/json')
      const tileset = await json(self.href.replace(server.url, ''))
      expect(tileset.tileMatrixSetURI).toBe(tileMatrixSetURI)
      const scheme = tileset.links.find(
        ({ rel }: Json) => rel === 'http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme',
      )
      expect(scheme.type).toBe('application/json')
      expect((await json(scheme.href.replace(server.url, ''))).uri).toBe(tileMatrixSetURI)
      const item = tileset.links.find(({ rel }: Json) => rel === 'item')
      expect(item).toMatchObject({ templated: true, type: 'application/vnd.mapbox-vector-tile' })
      const limits = tileset.tileMatrixSetLimits.find(({ tileMatrix }: Json) => tileMatrix === '10')
      const address = item.href
        .replace('{tileMatrix}', '10')
        .replace('{tileRow}', limits.minTileRow)
        .replace('{tileCol}', limits.minTileCol)
      expect(await decode(address.replace(server.url, ''))).not.toBeNull()
    }
  })

  test('a tileset describes its layer, with the properties of the features', async () => {
    const { layers, boundingBox, tileMatrixSetLimits } = await json(
      `${face}/collections/places/tiles/WebMercatorQuad`,
    )
    expect(layers).toHaveLength(1)
    expect(layers[0]).toMatchObject({
      id: 'places',
      dataType: 'vector',
      geometryDimension: 0,
      minTileMatrix: '0',
      maxTileMatrix: '18',
    })
    expect(layers[0].propertiesSchema.properties).toMatchObject({
      visitors: { type: 'integer' },
      open: { type: 'boolean' },
      founded: { type: 'string', format: 'date' },
    })
    expect(boundingBox.lowerLeft[0]).toBeCloseTo(-61.05)
    expect(tileMatrixSetLimits).toHaveLength(19)
  })

  test('a tile matrix set is the one of the standard (/req/json-tilematrixset)', async () => {
    const { tileMatrices, crs } = await json(`${face}/tileMatrixSets/WebMercatorQuad`)
    expect(crs).toBe('http://www.opengis.net/def/crs/EPSG/0/3857')
    expect(tileMatrices).toHaveLength(25)
    expect(tileMatrices[14]).toMatchObject({
      id: '14',
      matrixWidth: 16384,
      matrixHeight: 16384,
      tileWidth: 256,
      pointOfOrigin: [-20037508.3427892, 20037508.3427892],
    })
    expect(tileMatrices[14].scaleDenominator).toBeCloseTo(34123.6733415965, 6)
    const world = await json(`${face}/tileMatrixSets/WorldCRS84Quad`)
    expect(world.tileMatrices[3]).toMatchObject({
      matrixWidth: 16,
      matrixHeight: 8,
      pointOfOrigin: [-180, 90],
    })
  })

  test('TileJSON 3 for web maps, with absolute addresses, rows before columns (G24)', async () => {
    const document = await json(`${face}/collections/hostile/tiles/WebMercatorQuad?f=tilejson`)
    expect(document).toMatchObject({ tilejson: '3.0.0', minzoom: 0, maxzoom: 18, scheme: 'xyz' })
    expect(document.tiles).toEqual([
      `${server.face}/collections/hostile/tiles/WebMercatorQuad/{z}/{y}/{x}?f=mvt`,
    ])
    expect(Object.keys(document.vector_layers[0].fields)).toEqual(hostileNames)
    expect((await server.get(`${face}/collections/hostile/tiles/WorldCRS84Quad?f=tilejson`)).status).toBe(406)
  })

  test('links stay within the face through which the client came', async () => {
    const { tiles } = await json('/ogc/collections/places/tiles/WebMercatorQuad?f=tilejson')
    expect(tiles[0]).toMatch(`${server.url}/ogc/collections/places/`)
  })

  test('the API document has a path for the tiles of each collection, with the ids the standard gives', async () => {
    const { paths } = await json(`${face}/api`)
    const tile = paths['/collections/places/tiles/{tileMatrixSetId}/{tileMatrix}/{tileRow}/{tileCol}'].get
    expect(tile.operationId).toBe('places.collection.vector.getTile')
    expect(tile.responses['200'].content).toHaveProperty('application/vnd.mapbox-vector-tile')
    expect(paths['/tileMatrixSets/{tileMatrixSetId}'].get.operationId).toMatch(/\.getTileMatrixSet$/)
  })

  test('pages for people say how to open the tiles', async () => {
    for (const path of ['tiles', 'tiles/WebMercatorQuad']) {
      const response = await server.get(`${face}/collections/hostile/${path}?f=html`)
      expect(response.headers.get('content-type')).toMatch(/^text\/html/)
      const text = await response.text()
      expect(text).toContain('/collections/hostile/tiles/WebMercatorQuad/{z}/{y}/{x}?f=mvt')
      expect(text).not.toContain('<td><script>')
    }
  })
})

describe('tiles', () => {
  const around = (id: string, zoom: number) =>
    `${face}/collections/${id}/tiles/${tileAt('WebMercatorQuad', zoom, -61.02, 13.78)}`

  test.each(['places', 'places_ready'])('of %s have every feature, once, with its values', async (id) => {
    const features = await featuresIn(around(id, 10))
    expect(features.map((feature) => feature.id)).toEqual([
      1,
      2,
      3,
      ...Array.from({ length: 20 }, (_, n) => n + 5),
    ])
    expect(features[1]?.properties).toEqual({
      name: 'Place 1',
      visitors: 1000,
      rating: 0.125,
      open: false,
      founded: '2020-01-02',
      seen: '2020-01-01T01:00:00Z',
      closes: '12:30:00',
    })
  })

  test.each([
    ['WebMercatorQuad', 14],
    ['WebMercatorQuad', 18],
    ['WorldCRS84Quad', 13],
  ] as const)('in %s at zoom level %i lie where PostGIS puts the data, to one unit', async (set, zoom) => {
    const { rows } = await server.db.pool.query(
      `select t.fid::int, st_x(p) as x, st_y(p) as y from data.${await tableOf('parcels')} t,
         lateral (select st_transform(st_pointn(st_exteriorring(t.geom), 1), 4326) as p) o where fid in (1, 417, 900)`,
    )
    expect(rows).toHaveLength(3)
    for (const { fid, x, y } of rows) {
      const position = toTilePosition(set, zoom, x, y)
      const found = await featuresIn(`${face}/collections/parcels/tiles/${tileAt(set, zoom, x, y)}`)
      const feature = found.find(({ id }) => id === fid)
      const points = feature?.loadGeometry().flat() ?? []
      const at = { x: (position.column % 1) * 4096, y: (position.row % 1) * 4096 }
      expect(
        Math.min(...points.map((point) => Math.max(Math.abs(point.x - at.x), Math.abs(point.y - at.y)))),
      ).toBeLessThan(1)
    }
  })

  test.each([2006, 4606, 3857, 4326, 27700])(
    'the same places from data in EPSG:%i, also where proj4 and PROJ differ',
    async (srid) => {
      const id = `from_${srid}`
      const [longitude, latitude] = srid === 27700 ? [-1.5, 53.2] : [-60.99, 13.91]
      const { rows } = await server.db.pool.query(
        'select st_astext(st_transform(st_setsrid(st_makepoint($1, $2), 4326), $3::int), 15) as wkt',
        [longitude, latitude, srid],
      )
      await createTestCollection(server.db, {
        id,
        srid,
        geometryType: 'Point',
        columns: [],
        rows: [
          { wkt: rows[0].wkt, values: [] },
          {
            wkt: rows[0].wkt.replace(
              /\((\S+) /,
              (_: string, x: string) => `(${Number(x) + (srid === 4326 || srid === 4606 ? 0.1 : 10_000)} `,
            ),
            values: [],
          },
        ],
      })
      await waitUntil(async () => (await server.get(`${face}/collections/${id}`)).status === 200)
      const position = toTilePosition('WebMercatorQuad', 16, longitude ?? 0, latitude ?? 0)
      const [feature] = await featuresIn(
        `${face}/collections/${id}/tiles/${tileAt('WebMercatorQuad', 16, longitude ?? 0, latitude ?? 0)}`,
      )
      const [[point] = []] = feature?.loadGeometry() ?? []
      expect(Math.abs((point?.x ?? 0) - (position.column % 1) * 4096)).toBeLessThan(1)
      expect(Math.abs((point?.y ?? 0) - (position.row % 1) * 4096)).toBeLessThan(1)
    },
  )

  test('have the geometries nobody expects, and leave out what is none', async () => {
    const all = await featuresIn(
      `${face}/collections/odd_shapes/tiles/${tileAt('WebMercatorQuad', 9, -61, 13.9)}`,
    )
    const what = all.map(({ properties }) => properties['what'])
    for (const name of ['hole', 'several', 'collection', 'bow tie', 'the world']) expect(what).toContain(name)
    for (const name of ['empty', 'nowhere', 'none']) expect(what).not.toContain(name)
    expect(what.filter((name) => name === 'collection')).toHaveLength(2)
    expect(all.find(({ properties }) => properties['what'] === 'hole')?.loadGeometry()).toHaveLength(2)
    const world = await featuresIn(`${face}/collections/odd_shapes/tiles/WebMercatorQuad/0/0/0`)
    expect(world.map(({ properties }) => properties['what'])).toContain('from pole to pole')
    expect(await featuresIn(`${face}/collections/odd_shapes/tiles/WorldCRS84Quad/0/0/0`)).not.toHaveLength(0)
  })

  test('of data with heights have no heights', async () => {
    const [feature] = await featuresIn(`${face}/collections/heights/tiles/WebMercatorQuad/0/0/0`)
    expect(feature?.loadGeometry()).toEqual([[expect.objectContaining({ x: 1354, y: 1888 })]])
  })

  test('of curves are lines, of both sides of the antimeridian each its own', async () => {
    const [curve] = await featuresIn(`${face}/collections/curves/tiles/WebMercatorQuad/0/0/0`)
    expect(curve?.type).toBe(2)
    const west = await featuresIn(`${face}/collections/pacific/tiles/WebMercatorQuad/1/1/1`)
    const east = await featuresIn(`${face}/collections/pacific/tiles/WebMercatorQuad/1/1/0`)
    expect(west.map(({ properties }) => properties['side'])).toEqual(['west of the line'])
    expect(east.map(({ properties }) => properties['side'])).toEqual(['east of the line'])
  })

  test('have every hostile name and value', async () => {
    const [feature] = await featuresIn(`${face}/collections/hostile/tiles/WebMercatorQuad/10/472/338`)
    for (const name of hostileNames) expect(feature?.properties[name]).toBe(`${name} "quoted" \\ ends in \\`)
  })

  test('are empty (204) where nothing is, and absent (404) outside the matrix (G24)', async () => {
    const at = (path: string) =>
      server.get(`${face}/collections/places/tiles/${path}`).then(({ status }) => status)
    expect(await at('WebMercatorQuad/10/0/0')).toBe(204)
    expect(await at('WorldCRS84Quad/0/0/1')).toBe(204)
    for (const path of [
      'WebMercatorQuad/1/2/0',
      'WebMercatorQuad/1/0/2',
      'WorldCRS84Quad/0/0/2',
      'WebMercatorQuad/19/0/0',
      'WebMercatorQuad/x/0/0',
      'WebMercatorQuad/1/-1/0',
      'WebMercatorQuad/1/1e0/0',
      'Nothing/0/0/0',
    ])
      expect(await at(path), path).toBe(404)
    expect((await server.get(`${face}/collections/nothing/tiles/WebMercatorQuad/0/0/0`)).status).toBe(404)
    expect((await server.get(`${face}/collections/places/tiles/WebMercatorQuad/0/0/0?f=png`)).status).toBe(
      400,
    )
    expect((await server.get(`${face}/collections/places/tiles/WebMercatorQuad/0/0/0?x=1`)).status).toBe(400)
  })

  test('a collection without geometry has none, and says so', async () => {
    expect((await json(`${face}/collections/numbers/tiles`)).tilesets).toEqual([])
    const response = await server.get(`${face}/collections/numbers/tiles/WebMercatorQuad/0/0/0`)
    expect(response.status).toBe(404)
    expect(((await response.json()) as Json).detail).toContain('no geometry')
    const { links } = await json(`${face}/collections/numbers`)
    expect(links.map(({ rel }: Json) => rel)).not.toContain(
      'http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector',
    )
  })

  test('of an empty collection are empty', async () => {
    expect(await decode(`${face}/collections/empty/tiles/WebMercatorQuad/0/0/0`)).toBeNull()
  })
})

describe('over HTTP', () => {
  const address = `${face}/collections/parcels/tiles/WebMercatorQuad/0/0/0`

  test('a tile is gzip for those who accept it, and plain for others (G24)', async () => {
    const { request } = await import('node:http')
    const ask = (headers: Record<string, string>) =>
      new Promise<{ encoding: string | undefined; body: Buffer; vary: string | undefined }>(
        (resolve, reject) => {
          request(`${server.url}${address}`, { headers }, (response) => {
            const pieces: Buffer[] = []
            response.on('data', (piece: Buffer) => pieces.push(piece))
            response.on('end', () =>
              resolve({
                encoding: response.headers['content-encoding'],
                vary: response.headers.vary,
                body: Buffer.concat(pieces),
              }),
            )
          })
            .on('error', reject)
            .end()
        },
      )
    const packed = await ask({ 'Accept-Encoding': 'gzip, deflate' })
    const plain = await ask({})
    const refused = await ask({ 'Accept-Encoding': 'gzip;q=0' })
    expect(packed.encoding).toBe('gzip')
    expect(packed.vary).toContain('Accept-Encoding')
    expect([plain.encoding, refused.encoding]).toEqual([undefined, undefined])
    expect(gunzipSync(packed.body).equals(plain.body)).toBe(true)
  })

  test('a kept tile is sent like a new one, word for word, whatever way it takes', async () => {
    const { request } = await import('node:http')
    const ask = (path: string, headers: Record<string, string>, method = 'GET') =>
      new Promise<{ status: number | undefined; headers: Record<string, unknown>; bytes: number }>(
        (resolve, reject) => {
          request(`${server.url}${path}`, { method, headers }, (response) => {
            let bytes = 0
            response.on('data', (piece: Buffer) => {
              bytes += piece.length
            })
            const { date: _date, ...rest } = response.headers
            response.on('end', () => resolve({ status: response.statusCode, headers: rest, bytes }))
          })
            .on('error', reject)
            .end()
        },
      )
    const gzip = { 'Accept-Encoding': 'gzip, deflate, br' }
    const path = `${face}/collections/parcels/tiles/WebMercatorQuad/1/0/0`
    const made = await ask(path, gzip)
    expect(made.status).toBe(200)
    for (const headers of [gzip, { ...gzip, Accept: '*/*' }, { ...gzip, Accept: 'text/html, */*;q=0.1' }])
      expect(await ask(path, headers), JSON.stringify(headers)).toEqual(made)
    expect(await ask(`${path}?f=mvt`, gzip)).toEqual(made)
    expect(await ask(path.replace('/pygeoapi/', '/ogc/'), gzip)).toEqual(made)
    expect(await ask(path, gzip, 'HEAD')).toEqual({ ...made, bytes: 0 })
    const statusOf = async (suffix: string, headers: Record<string, string>) =>
      (await ask(`${path}${suffix}`, { ...gzip, ...headers })).status
    expect(await statusOf('', { 'If-None-Match': String(made.headers['etag']) })).toBe(304)
    expect(await statusOf('', { Authorization: 'Bearer secims_wrong' })).toBe(401)
    expect(await statusOf('', { Accept: 'image/png' })).toBe(406)
    expect(await statusOf('?f=png', {})).toBe(400)
    expect(await statusOf('?x=1', {})).toBe(400)
  })

  test('a tile that the client has is not sent again, until the data change', async () => {
    const id = 'changing'
    const path = `${face}/collections/${id}/tiles/WebMercatorQuad/0/0/0`
    await createTestCollection(server.db, {
      id,
      geometryType: 'Point',
      columns: [{ name: 'n', type: 'integer' }],
      rows: [{ wkt: 'POINT(0 0)', values: [1] }],
    })
    await waitUntil(async () => (await server.get(path)).status === 200)
    const first = await server.get(path)
    const etag = first.headers.get('etag') ?? ''
    expect(first.headers.get('cache-control')).toBe('public, no-cache')
    expect((await server.get(path, { 'If-None-Match': etag })).status).toBe(304)
    await replaceTestRows(server.db, id, [{ wkt: 'POINT(1 1)', values: [2] }])
    const startedAt = Date.now()
    await waitUntil(async () => (await featuresIn(path))[0]?.properties['n'] === 2)
    expect(Date.now() - startedAt).toBeLessThan(1500)
    expect((await server.get(path, { 'If-None-Match': etag })).status).toBe(200)
  })

  test('what is withdrawn is absent at once, kept tiles too', async () => {
    const id = 'withdrawn'
    await createTestCollection(server.db, {
      id,
      geometryType: 'Point',
      columns: [],
      rows: [{ wkt: 'POINT(0 0)', values: [] }],
    })
    const path = `${face}/collections/${id}/tiles/WebMercatorQuad/0/0/0`
    await waitUntil(async () => (await server.get(path)).status === 200)
    await server.db.knex('collection').where({ id }).update({ is_published: false })
    await server.db.knex('epoch').increment('value', 1)
    await waitUntil(async () => (await server.get(path)).status === 404)
    expect((await server.get(`${face}/collections/${id}/tiles`)).status).toBe(404)
  })

  test('scripts of every origin may read tiles, and HEAD is answered', async () => {
    const response = await fetch(`${server.url}${address}`, {
      method: 'HEAD',
      headers: { Origin: 'https://map.example' },
    })
    expect(response.status).toBe(200)
    expect(response.headers.get('access-control-allow-origin')).toBe('*')
    expect((await fetch(`${server.url}${address}`, { method: 'POST' })).status).toBe(405)
  })

  test('many who ask for a tile at once get the same one', async () => {
    const path = `${face}/collections/parcels_ready/tiles/WebMercatorQuad/12/${Math.floor(toTilePosition('WebMercatorQuad', 12, -61, 13.88).row)}/${Math.floor(toTilePosition('WebMercatorQuad', 12, -61, 13.88).column)}`
    const all = await Promise.all(Array.from({ length: 20 }, () => server.get(path)))
    const bodies = await Promise.all(
      all.map(async (response) => Buffer.from(await response.arrayBuffer()).toString('base64')),
    )
    expect(new Set(bodies).size).toBe(1)
  })
})

const tableOf = async (id: string): Promise<string> =>
  (await server.db.knex('collection').where({ id }).first('table_name')).table_name

/** A look at the catalogue is at most a second old. */
const waitUntil = async (isSo: () => Promise<boolean>) => {
  for (let turn = 0; turn < 60; turn += 1) {
    if (await isSo()) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error('it did not come to pass within three seconds')
}
