/**
 * Maps, from the request to the picture, by the running server: 10 000 polygons and 50 000 points at 1024 × 768, beside
 * MapServer on the same rows in the same run; tiles of 256 pixels that nobody has yet; and the memory of 2 500 of them. Each
 * request is another one, so nothing comes out of a cache.
 * Run: TEST_DATABASE_URL=postgres://… node test/bench/maps.bench.ts [--seconds 8] [--write]
 */
import type { ChildProcess } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import pg from 'pg'
import { openDatabase } from '../../backend/src/db/database.ts'
import { openDiskBlobStore } from '../../backend/src/files/blob-store.ts'
import { toTilePosition } from '../../backend/src/geo/tile-matrix-sets.ts'
import { featureTextExpression } from '../../backend/src/repositories/features.ts'
import { registerTestCollection } from '../helpers/collections.ts'
import { silentLog, type TestDatabase, testPlace, testServerUrl } from '../helpers/database.ts'
import { SEED } from './data.ts'
import { makePeersTable, startPeers } from './peers.ts'
import {
  benchCorner,
  benchSide,
  benchColumns as columns,
  makePolygonsTable,
  benchSrid as srid,
} from './polygons-table.ts'
import {
  ask,
  type BenchServer,
  endAll,
  measure,
  processTree,
  residentBytes,
  startProgram,
} from './processes.ts'
import { writeSection } from './results.ts'

const { values: options } = parseArgs({
  options: { seconds: { type: 'string', default: '8' }, write: { type: 'boolean', default: false } },
})
const seconds = Number(options.seconds)
const counts = { polygons: 10_000, points: 50_000, tiles: 100_000 }

const sld = (symbolizer: string) => `<?xml version="1.0" encoding="UTF-8"?>
<StyledLayerDescriptor version="1.1.0" xmlns="http://www.opengis.net/sld" xmlns:se="http://www.opengis.net/se"><NamedLayer><se:Name>x</se:Name><UserStyle><se:Name>x</se:Name><se:FeatureTypeStyle><se:Rule>${symbolizer}</se:Rule></se:FeatureTypeStyle></UserStyle></NamedLayer></StyledLayerDescriptor>`
const fill = (color: string) => `<se:Fill><se:SvgParameter name="fill">${color}</se:SvgParameter></se:Fill>`

/** As MapServer is told to draw: see peers.ts. */
const styles = {
  polygons: sld(`<se:PolygonSymbolizer>${fill('#000000')}</se:PolygonSymbolizer>`),
  points: sld(
    `<se:PointSymbolizer><se:Graphic><se:Mark><se:WellKnownName>circle</se:WellKnownName>${fill('#c80000')}</se:Mark><se:Size>6</se:Size></se:Graphic></se:PointSymbolizer>`,
  ),
}

const makePointsTable = async (pool: pg.Pool, tableName: string, side: number) => {
  const client = await pool.connect()
  try {
    await client.query(`select setseed(${SEED / 1e8})`)
    await client.query(
      `create table data.${tableName} as select i::bigint as fid, st_setsrid(st_makepoint(${benchCorner.west} + random() * ${side}, ${benchCorner.south} + random() * ${side}), ${srid})::geometry(Point, ${srid}) as geom, null::text as feature from generate_series(1, ${counts.points}) i`,
    )
    await client.query(`alter table data.${tableName} add primary key (fid)`)
    await client.query(`create index on data.${tableName} using gist (geom)`)
    await client.query(`vacuum analyze data.${tableName}`)
    await client.query(`create table peers.points as select fid::int as fid, geom from data.${tableName}`)
    await client.query('alter table peers.points add primary key (fid)')
    await client.query('create index on peers.points using gist (geom)')
    await client.query('vacuum analyze peers.points')
  } finally {
    client.release()
  }
}

/** Requests of the same work that are never the same. */
const wms =
  (start: string, layer: string, side: number) =>
  (n: number): { path: string } => {
    const west = benchCorner.west - (n % 1000) * 0.5 - 1
    const south = benchCorner.south - Math.floor(n / 1000) * 0.5 - 1
    const height = side + 500
    const box = [west, south, west + (height * 4) / 3, south + height].join(',')
    return {
      path: `${start}SERVICE=WMS&VERSION=1.3.0&REQUEST=GetMap&LAYERS=${layer}&STYLES=&CRS=EPSG:${srid}&BBOX=${box}&WIDTH=1024&HEIGHT=768&FORMAT=image/png&TRANSPARENT=TRUE`,
    }
  }

const percentile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN

/** One after the other; the first ones, for which V8 has not compiled anything yet, do not count. */
const latencies = async (server: BenchServer, requestOf: (n: number) => { path: string }, count: number) => {
  const found: number[] = []
  for (let n = 0; n < count; n += 1) {
    const at = performance.now()
    await ask(server.port, requestOf(n))
    if (n >= count / 4) found.push(performance.now() - at)
  }
  return found.sort((a, b) => a - b)
}

/** Tiles of the data of several zoom levels, in an order of their own, each once. */
const tilesOf = (box: readonly [number, number, number, number], zooms: readonly number[]) => {
  const list = zooms.flatMap((zoom) => {
    const first = toTilePosition('WebMercatorQuad', zoom, box[0], box[3])
    const last = toTilePosition('WebMercatorQuad', zoom, box[2], box[1])
    const found: { zoom: number; row: number; column: number }[] = []
    for (let row = Math.floor(first.row); row <= Math.floor(last.row); row += 1)
      for (let column = Math.floor(first.column); column <= Math.floor(last.column); column += 1)
        found.push({ zoom, row, column })
    return found
  })
  let seed = SEED
  const random = () => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31
    return seed / 2 ** 31
  }
  return list
    .map((tile) => ({ tile, key: random() }))
    .sort((a, b) => a.key - b.key)
    .map(({ tile }) => tile)
}

const main = async () => {
  if (!testServerUrl)
    throw new Error('Set TEST_DATABASE_URL to a PostgreSQL server on which databases may be created.')
  const place = await testPlace()
  const database = await openDatabase({ ...place, log: silentLog })
  const watcher = new pg.Client({ connectionString: place.databaseUrl ?? '' })
  const started: ChildProcess[] = []
  try {
    await watcher.connect()
    const db = { ...database, ...place } as TestDatabase
    const expression = featureTextExpression({ storageSrid: srid, hasCurves: false, columns: [...columns] })
    console.log('making the tables …')
    await makePolygonsTable(database.pool, 'd_bench', counts.polygons, expression)
    await makePolygonsTable(database.pool, 'd_many', counts.tiles, expression)
    await makePeersTable(database.pool, 'd_bench')
    await makePointsTable(database.pool, 'd_points', benchSide(counts.polygons))
    const serverFolder = join(place.dataDir, 'server')
    mkdirSync(serverFolder, { recursive: true })
    const store = await openDiskBlobStore(join(serverFolder, 'blobs'))
    const { knex } = database
    const add = async (id: string, style: string, geometryType: 'Polygon' | 'Point') => {
      const known = geometryType === 'Polygon' ? [...columns] : []
      const recordId = await registerTestCollection(
        db,
        { id },
        { tableName: `d_${id}`, columns: known, srid, geometryType },
      )
      const { sha256, sizeBytes } = await store.put(Buffer.from(style))
      await knex('blob').insert({ sha256, size_bytes: sizeBytes }).onConflict().ignore()
      await knex('style').insert({ id: `${id}-style`, title: id, sld_version: '1.1.0', sld_sha256: sha256 })
      await knex('record_style').insert({ record_id: recordId, style_id: `${id}-style`, is_default: true })
    }
    await add('bench', styles.polygons, 'Polygon')
    await add('points', styles.points, 'Point')
    await add('many', styles.polygons, 'Polygon')
    const server = await startProgram(started, {
      databaseUrl: place.databaseUrl ?? '',
      dataDir: serverFolder,
    })
    const peers = await startPeers({ databaseUrl: place.databaseUrl ?? '', dataDir: place.dataDir, started })
    const rows: string[] = []
    const sides = { bench: benchSide(counts.polygons), points: benchSide(counts.polygons) }
    for (const [layer, what] of [
      ['bench', `${counts.polygons} polygons`],
      ['points', `${counts.points} points`],
    ] as const) {
      const each = [
        { name: 'ours', server, start: '/wms?' },
        ...peers.flatMap((peer) =>
          peer.wms === null ? [] : [{ name: peer.name, server: peer.server, start: peer.wms }],
        ),
      ]
      let own = 0
      for (const { name, server: asked, start } of each) {
        const requestOf = wms(start, layer, sides[layer])
        const times = await latencies(asked, requestOf, 40)
        const median = percentile(times, 0.5)
        if (name === 'ours') own = median
        const cost = await measure(watcher, asked, (n) => requestOf(n + 100), {
          seconds,
          connections: 2,
          warmRequests: 4,
        })
        rows.push(
          `| ${[what, name, median.toFixed(0), percentile(times, 0.95).toFixed(0), cost.totalMs.toFixed(0), cost.serverMs.toFixed(0), cost.databaseMs.toFixed(0), cost.perSecond.toFixed(1), Math.round(cost.bytes / 1024), name === 'ours' ? '' : (median / own).toFixed(2)].join(' | ')} |`,
        )
        console.log(rows.at(-1))
      }
    }
    const { extent_crs84: box } = await knex('collection').where({ id: 'many' }).first('extent_crs84')
    const tiles = tilesOf(box, [13, 14, 15, 16, 17])
    const tileRequest = (n: number) => {
      const { zoom, row, column } = tiles[n % tiles.length] ?? { zoom: 0, row: 0, column: 0 }
      return { path: `/pygeoapi/collections/many/map/tiles/WebMercatorQuad/${zoom}/${row}/${column}?f=png` }
    }
    const memory = () =>
      Math.round(processTree(server.pid).reduce((sum, pid) => sum + residentBytes(pid), 0) / 2 ** 20)
    const times = await latencies(server, tileRequest, 400)
    const before = memory()
    const sizes: number[] = []
    const perSecond: number[] = []
    for (let part = 0; part < 5; part += 1) {
      const at = performance.now()
      let next = 400 + part * 500
      const end = next + 500
      await Promise.all(
        Array.from({ length: 8 }, async () => {
          while (next < end) await ask(server.port, tileRequest(next++))
        }),
      )
      perSecond.push(500_000 / (performance.now() - at))
      sizes.push(memory())
    }
    writeSection('Maps: pictures and tiles that nobody has yet', [
      `Through HTTP, WMS 1.3.0, 1024 × 768, PNG with transparency, EPSG:${srid}, seed ${SEED}. Polygons of 11 vertices filled, points as circles of 6 pixels. Latencies of one request after the other in milliseconds; CPU in milliseconds a map over two connections. The last column is MapServer's latency over ours. ${peers.some((peer) => peer.wms !== null) ? '' : 'MapServer is not installed.'}`,
      '',
      '| Map | Server | median | p95 | CPU | server | database | maps/s | KB | ratio |',
      '| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |',
      ...rows,
      '',
      `Map tiles of 256 pixels of ${counts.tiles} polygons, zoom levels 13 to 17 mixed, each for the first time: median ${percentile(times, 0.5).toFixed(0)} ms, p95 ${percentile(times, 0.95).toFixed(0)} ms one after the other; ${Math.round(perSecond.slice(1).reduce((a, b) => a + b, 0) / 4)} tiles a second over 8 connections, the client on the same machine.`,
      '',
      `Memory of the server over 2 500 such tiles: ${before} MB before, then every 500 tiles ${sizes.join(', ')} MB. Kept tiles, 96 MB at most, are among them.`,
    ])
  } finally {
    await watcher.end()
    await database.close()
    await endAll(started)
    await place.drop()
  }
}

await main()
