/**
 * What a vector tile costs in CPU when nobody has it yet, of this process and PostgreSQL together, beside `ST_AsMVT` on the
 * same table in the same run, compressed alike; and how many kept ones the server answers in a second.
 * Run: TEST_DATABASE_URL=postgres://… node test/bench/tiles.bench.ts [--features 100000] [--seconds 5] [--write]
 */
import type { ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { parseArgs, promisify } from 'node:util'
import { gzip } from 'node:zlib'
import pg from 'pg'
import { openDatabase } from '../../backend/src/db/database.ts'
import { toTilePosition } from '../../backend/src/geo/tile-matrix-sets.ts'
import { createTilePool } from '../../backend/src/render/tile-pool.ts'
import { featureTextExpression } from '../../backend/src/repositories/features.ts'
import { createCollections } from '../../backend/src/services/collections.ts'
import { createTiles } from '../../backend/src/services/tiles.ts'
import { registerTestCollection } from '../helpers/collections.ts'
import { silentLog, testPlace, testServerUrl } from '../helpers/database.ts'
import { SEED } from './data.ts'
import { makePeersTable, startPeers } from './peers.ts'
import {
  benchDensity,
  benchColumns as columns,
  makePolygonsTable,
  benchSrid as srid,
} from './polygons-table.ts'
import {
  ask,
  backendPids,
  type Cost,
  endAll,
  measure as measureServer,
  processorMs,
  startProgram,
} from './processes.ts'
import { writeSection } from './results.ts'

const { values: options } = parseArgs({
  options: {
    features: { type: 'string', default: '100000' },
    seconds: { type: 'string', default: '5' },
    write: { type: 'boolean', default: false },
  },
})
const count = Number(options.features)
const seconds = Number(options.seconds)
const tableName = 'd_bench'

const compressed = promisify(gzip)

/** What servers on PostGIS do. */
const asMvt = async (pool: pg.Pool, zoom: number, column: number, row: number): Promise<Buffer> => {
  const { rows } = await pool.query<{ mvt: Buffer }>({
    name: 'mvt',
    text: `select st_asmvt(q, 'bench', 4096, 'geom', 'fid') as mvt from (
      select fid, st_asmvtgeom(st_transform(t.geom, 3857), st_tileenvelope($1::int, $2::int, $3::int), 4096, 64, true) as geom,
        ${columns.map(({ column: physical, name }) => `${physical} as "${name}"`).join(', ')}
      from data.${tableName} t
      where t.geom && st_transform(st_expand(st_tileenvelope($1::int, $2::int, $3::int), 40075016.68 / 2 ^ $1::int * 64 / 4096), ${srid})) q`,
    values: [zoom, column, row],
  })
  return compressed(rows[0]?.mvt ?? Buffer.alloc(0), { level: 1, memLevel: 9 })
}

const main = async () => {
  if (!testServerUrl)
    throw new Error('Set TEST_DATABASE_URL to a PostgreSQL server on which databases may be created.')
  const place = await testPlace()
  const database = await openDatabase({ ...place, log: silentLog })
  const watcher = new pg.Client({ connectionString: place.databaseUrl ?? '' })
  const started: ChildProcess[] = []
  const pool = createTilePool()
  try {
    await watcher.connect()
    console.log(`making ${count} polygons …`)
    await makePolygonsTable(
      database.pool,
      tableName,
      count,
      featureTextExpression({ storageSrid: srid, hasCurves: false, columns: [...columns] }),
    )
    await makePeersTable(database.pool, tableName)
    await registerTestCollection(
      { ...database, ...place },
      { id: 'bench' },
      { tableName, columns: [...columns], srid, geometryType: 'Polygon' },
    )
    const collections = createCollections({ db: database.knex, now: Date.now })
    const collection = await collections.get('bench')
    const tiles = createTiles({ database, collections, pool, limits: { cacheBytes: 0 } })
    const box = collection.extentCrs84 ?? [0, 0, 0, 0]

    /** Tiles in the middle of the data, one after the other. */
    const places = (zoom: number) => {
      const first = toTilePosition('WebMercatorQuad', zoom, box[0], box[3])
      const last = toTilePosition('WebMercatorQuad', zoom, box[2], box[1])
      const found: { row: number; column: number }[] = []
      for (let row = Math.ceil(first.row); row < Math.floor(last.row); row += 1)
        for (let column = Math.ceil(first.column); column < Math.floor(last.column); column += 1)
          found.push({ row, column })
      return found.length > 0
        ? found
        : [
            {
              row: Math.floor((first.row + last.row) / 2),
              column: Math.floor((first.column + last.column) / 2),
            },
          ]
    }

    const measure = async (
      make: (row: number, column: number) => Promise<Uint8Array | null>,
      zoom: number,
    ): Promise<Cost> => {
      const list = places(zoom)
      let n = 0
      let bytes = 0
      const work = async (until: number) => {
        n = 0
        bytes = 0
        while (performance.now() < until) {
          const { row, column } = list[n % list.length] ?? { row: 0, column: 0 }
          bytes += (await make(row, column))?.length ?? 0
          n += 1
        }
      }
      // V8 compiles what it meets often, and that takes the processor too.
      await work(performance.now() + (zoom < 14 ? 3000 : 12_000))
      const backends = await backendPids(watcher)
      const before = { server: process.cpuUsage(), database: backends.map(processorMs) }
      const startedAt = performance.now()
      await work(startedAt + seconds * 1000)
      const { user, system } = process.cpuUsage(before.server)
      const serverMs = (user + system) / 1000 / n
      // A connection that ended meanwhile has nothing to say.
      const databaseMs =
        backends.reduce(
          (sum, pid, at) => sum + Math.max(0, processorMs(pid) - (before.database[at] ?? 0)),
          0,
        ) / n
      return {
        serverMs,
        databaseMs,
        totalMs: serverMs + databaseMs,
        bytes: bytes / n,
        requests: n,
        perSecond: (1000 * n) / (performance.now() - startedAt),
      }
    }

    const peers = await startPeers({ databaseUrl: place.databaseUrl ?? '', dataDir: place.dataDir, started })
    const tilePeers = peers.filter(({ tile }) => tile !== null)
    const rows: string[] = []
    for (const zoom of [16, 14, 12, 10]) {
      const signal = new AbortController().signal
      const ours = await measure(
        async (row, column) =>
          (await tiles.get(collection, { tileMatrixSetId: 'WebMercatorQuad', zoom, row, column }, signal))
            .gzip,
        zoom,
      )
      const theirs = await measure((row, column) => asMvt(database.readPool, zoom, column, row), zoom)
      const list = places(zoom)
      const others: string[] = []
      for (const { server, tile } of tilePeers) {
        const cost = await measureServer(
          watcher,
          server,
          (n) => {
            const { row, column } = list[n % list.length] ?? { row: 0, column: 0 }
            return { path: tile?.(zoom, column, row) ?? '' }
          },
          { seconds, connections: 1, warmRequests: 20 },
        )
        others.push(
          cost.totalMs.toFixed(1),
          String(Math.round(cost.bytes / 1024)),
          (ours.totalMs / cost.totalMs).toFixed(2),
        )
      }
      const shown = ({ totalMs, serverMs, databaseMs, bytes }: Cost) => [
        ...[totalMs, serverMs, databaseMs].map((value) => value.toFixed(1)),
        String(Math.round(bytes / 1024)),
      ]
      rows.push(
        `| ${[zoom, ...shown(ours), ...shown(theirs), (ours.totalMs / theirs.totalMs).toFixed(2), ...others].join(' | ')} |`,
      )
      console.log(rows.at(-1))
    }
    const kept = await measureKept(
      watcher,
      { databaseUrl: place.databaseUrl ?? '', dataDir: place.dataDir },
      started,
      places(14),
    )
    writeSection('Vector tiles: CPU of a new tile, and kept tiles', [
      `${count} polygons of 11 vertices, 7 attributes, EPSG:${srid}, ${benchDensity} on a square kilometre, seed ${SEED}. Milliseconds of CPU a tile, gzip 1 included (MapServer sends them uncompressed). Below zoom level 14 ours are generalised, as they are served.`,
      '',
      `| ${['Zoom', 'ours', 'server', 'database', 'KB', 'ST_AsMVT', 'server', 'database', 'KB', 'ratio', ...tilePeers.flatMap(({ name }) => [name, 'KB', 'ratio'])].join(' | ')} |`,
      `|${' ---: |'.repeat(10 + 3 * tilePeers.length)}`,
      ...rows,
      '',
      kept,
    ])
  } finally {
    await pool.close()
    await watcher.end()
    await database.close()
    await endAll(started)
    await place.drop()
  }
}

/** The client takes processor time, too: a tile is answered in far less than a client of Node takes to read it. */
const measureKept = async (
  watcher: pg.Client,
  place: { databaseUrl: string; dataDir: string },
  started: ChildProcess[],
  list: { row: number; column: number }[],
): Promise<string> => {
  const server = await startProgram(started, { ...place, dataDir: join(place.dataDir, 'server') })
  const request = (n: number) => {
    const { row, column } = list[n % list.length] ?? { row: 0, column: 0 }
    return {
      path: `/pygeoapi/collections/bench/tiles/WebMercatorQuad/14/${row}/${column}?f=mvt`,
      headers: { 'Accept-Encoding': 'gzip' },
    }
  }
  for (let n = 0; n < list.length; n += 1) await ask(server.port, request(n))
  const { bytes, perSecond, serverMs } = await measureServer(watcher, server, request, {
    seconds,
    connections: 8,
    warmRequests: 4000,
  })
  return `Kept tiles of zoom level 14 (${Math.round(bytes / 1024)} KB): ${Math.round(perSecond)} a second over 8 connections, the client on the same machine; ${serverMs.toFixed(3)} ms of the server's CPU each, which is ${Math.round(1000 / serverMs)} a second on one core.`
}

await main()
