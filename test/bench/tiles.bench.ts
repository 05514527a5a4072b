/**
 * What a vector tile costs in CPU when nobody has it yet, of this process and PostgreSQL together, beside `ST_AsMVT` on the
 * same table in the same run, compressed alike; and how many kept ones the server answers in a second.
 * Run: TEST_DATABASE_URL=postgres://… node test/bench/tiles.bench.ts [--features 100000] [--seconds 5] [--write]
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { Agent, get } from 'node:http'
import { join } from 'node:path'
import { parseArgs, promisify } from 'node:util'
import { gzip } from 'node:zlib'
import pg from 'pg'
import { openDatabase } from '../../backend/src/db/database.ts'
import { toTilePosition } from '../../backend/src/geo/tile-matrix-sets.ts'
import { createTilePool } from '../../backend/src/render/tile-pool.ts'
import { createCollections } from '../../backend/src/services/collections.ts'
import { createTiles } from '../../backend/src/services/tiles.ts'
import { registerTestCollection } from '../helpers/collections.ts'
import { silentLog, testPlace, testServerUrl } from '../helpers/database.ts'
import { SEED } from './data.ts'
import { writeSection } from './results.ts'

const { values: options } = parseArgs({
  options: {
    features: { type: 'string', default: '100000' },
    seconds: { type: 'string', default: '5' },
    write: { type: 'boolean', default: false },
  },
})
const count = Number(options.features)
const srid = 32620
/** As dense as in the bench of pages: 278 features on a square kilometre. */
const side = Math.sqrt(count / 278) * 1000
const west = 700_000
const south = 1_510_000
const tableName = 'd_bench'
const columns = [
  { name: 'uid', column: 'c1', type: 'string' },
  { name: 'name', column: 'c2', type: 'string' },
  { name: 'class', column: 'c3', type: 'string' },
  { name: 'height', column: 'c4', type: 'number' },
  { name: 'pop', column: 'c5', type: 'integer' },
  { name: 'surveyed', column: 'c6', type: 'date' },
  { name: 'updated', column: 'c7', type: 'datetime' },
] as const

const makeTable = async (pool: pg.Pool) => {
  const client = await pool.connect()
  try {
    await client.query(`select setseed(${SEED / 1e8})`)
    await client.query(
      `create table data.${tableName} as
       select i::bigint as fid, st_setsrid(st_makepolygon(st_makeline(array(
           select st_makepoint(x + 15 * cos(a * 2 * pi() / n), y + 15 * sin(a * 2 * pi() / n) * (0.7 + 0.3 * random())) from generate_series(0, n - 1) a)
         || st_makepoint(x + 15, y))), ${srid})::geometry(Polygon, ${srid}) as geom,
         'lc-' || md5(i::text) as c1, 'Site ' || i as c2,
         (array['mangrove','seagrass','coral reef','beach','forêt "sèche"','cliff','estuary'])[1 + floor(random() * 7)::int] as c3,
         round((random() * 95)::numeric, 2)::float8 as c4, floor(random() * 50000)::bigint as c5,
         date '2000-01-01' + floor(random() * 9000)::int as c6, timestamptz '2010-01-01Z' + random() * 400000000 * interval '1 second' as c7
       from (select i, ${west} + random() * ${side} as x, ${south} + random() * ${side} as y, 8 + floor(random() * 5)::int as n
             from generate_series(1, ${count}) i offset 0) seeds`,
    )
    await client.query(`alter table data.${tableName} add primary key (fid)`)
    await client.query(`create index on data.${tableName} using gist (geom)`)
    await client.query(`vacuum analyze data.${tableName}`)
  } finally {
    client.release()
  }
}

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
  return compressed(rows[0]?.mvt ?? Buffer.alloc(0), { level: 2 })
}

const processorMs = (pid: number): number => {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
    return (Number(fields[11]) + Number(fields[12])) * 10
  } catch {
    return 0
  }
}

type Cost = { server: number; database: number; bytes: number; tiles: number }

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
    await makeTable(database.pool)
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
      const pids = async () =>
        (
          await watcher.query<{ pid: number }>(
            'select pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
          )
        ).rows.map(({ pid }) => pid)
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
      const backends = await pids()
      const before = { server: process.cpuUsage(), database: backends.map(processorMs) }
      await work(performance.now() + Number(options.seconds) * 1000)
      const { user, system } = process.cpuUsage(before.server)
      const server = (user + system) / 1000
      // A connection that ended meanwhile has nothing to say.
      const databaseMs = backends.reduce(
        (sum, pid, at) => sum + Math.max(0, processorMs(pid) - (before.database[at] ?? 0)),
        0,
      )
      return {
        server: server / n,
        database: databaseMs / n,
        bytes: bytes / n,
        tiles: n,
      }
    }

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
      const total = ({ server, database: db }: Cost) => server + db
      const ratio = total(ours) / total(theirs)
      rows.push(
        `| ${zoom} | ${total(ours).toFixed(1)} | ${ours.server.toFixed(1)} | ${ours.database.toFixed(1)} | ${Math.round(ours.bytes / 1024)} | ${total(theirs).toFixed(1)} | ${theirs.server.toFixed(1)} | ${theirs.database.toFixed(1)} | ${Math.round(theirs.bytes / 1024)} | ${ratio.toFixed(2)} |`,
      )
      console.log(rows.at(-1))
    }
    const kept = await measureKept(place, started, places(14))
    writeSection('Vector tiles: CPU of a new tile, and kept tiles', [
      `${count} polygons of 11 vertices, 7 attributes, EPSG:${srid}, 278 on a square kilometre, seed ${SEED}. Milliseconds of CPU a tile, gzip 2 included. Below zoom level 14 ours are generalised, as they are served.`,
      '',
      '| Zoom | ours | server | database | KB | ST_AsMVT | server | database | KB | ratio |',
      '| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |',
      ...rows,
      '',
      kept,
    ])
  } finally {
    for (const child of started) child.kill('SIGTERM')
    await pool.close()
    await watcher.end()
    await database.close()
    await new Promise((resolve) => setTimeout(resolve, 1000))
    await place.drop()
  }
}

const measureKept = async (
  place: { databaseUrl?: string | null; dataDir: string },
  started: ChildProcess[],
  list: { row: number; column: number }[],
): Promise<string> => {
  const child = spawn(process.execPath, [join(import.meta.dirname, '../../backend/src/main.ts')], {
    env: {
      ...process.env,
      DATABASE_URL: place.databaseUrl ?? '',
      DATA_DIR: join(place.dataDir, 'server'),
      PORT: '0',
      EXAMPLES: 'no',
      LOG_LEVEL: 'warn',
      ROLE: 'api',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  started.push(child)
  const port = await new Promise<number>((resolve, reject) => {
    let text = ''
    child.stdout?.on('data', (bytes) => {
      text += bytes
      const found = /localhost:(\d+)/.exec(text)?.[1]
      if (found) resolve(Number(found))
    })
    child.once('exit', (code) => reject(new Error(`server ended with ${code}: ${text}`)))
  })
  const agent = new Agent({ keepAlive: true, maxSockets: 8 })
  let requests = 0
  let bytes = 0
  const ask = () =>
    new Promise<void>((resolve, reject) => {
      const { row, column } = list[requests % list.length] ?? { row: 0, column: 0 }
      requests += 1
      get(
        {
          port,
          path: `/pygeoapi/collections/bench/tiles/WebMercatorQuad/14/${row}/${column}?f=mvt`,
          agent,
          headers: { 'Accept-Encoding': 'gzip' },
        },
        (response) => {
          if (response.statusCode !== 200) reject(new Error(String(response.statusCode)))
          response.on('data', (piece: Buffer) => {
            bytes += piece.length
          })
          response.on('end', resolve)
        },
      ).on('error', reject)
    })
  const work = async (until: number) => {
    while (performance.now() < until) await ask()
  }
  const all = (until: number) => Promise.all(Array.from({ length: 8 }, () => work(until)))
  for (let n = 0; n < list.length; n += 1) await ask()
  await all(performance.now() + 3000)
  requests = 0
  bytes = 0
  const before = processorMs(child.pid ?? 0)
  const seconds = Number(options.seconds)
  await all(performance.now() + seconds * 1000)
  const spent = processorMs(child.pid ?? 0) - before
  return `Kept tiles of zoom level 14 (${Math.round(bytes / requests / 1024)} KB): ${Math.round(requests / seconds)} a second over 8 connections, the client on the same machine; ${(spent / requests).toFixed(3)} ms of the server's CPU each, which is ${Math.round((1000 * requests) / spent)} a second on one core.`
}

await main()
