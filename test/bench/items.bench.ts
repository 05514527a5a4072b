/**
 * What a page of features costs in CPU, of the server and PostgreSQL together, on a million polygons of eleven
 * vertices with seven attributes; beside it the plain way (rows to objects to JSON) on the same table in the same run.
 * Run: TEST_DATABASE_URL=postgres://… node test/bench/items.bench.ts [--features 1000000] [--seconds 2] [--write]
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { Agent, createServer, get } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import express from 'express'
import pg from 'pg'
import { openDatabase } from '../../backend/src/db/database.ts'
import { featureTextExpression } from '../../backend/src/repositories/features.ts'
import { registerTestCollection } from '../helpers/collections.ts'
import { silentLog, testPlace, testServerUrl } from '../helpers/database.ts'
import { SEED, seededRandom } from './data.ts'
import { writeSection } from './results.ts'

const { values: options } = parseArgs({
  options: {
    features: { type: 'string', default: '1000000' },
    seconds: { type: 'string', default: '2' },
    write: { type: 'boolean', default: false },
    /** Internal: be the plain server for this table. */
    plain: { type: 'string' },
    only: { type: 'string', default: '' },
  },
})

const count = Number(options.features)
const srid = 32620
/** Kilometres on each side: 278 features per square kilometre for a million. */
const side = 60
const west = 690_000
const south = 1_500_000

const columns = [
  { name: 'uid', column: 'c1', type: 'string' },
  { name: 'name', column: 'c2', type: 'string' },
  { name: 'class', column: 'c3', type: 'string' },
  { name: 'height', column: 'c4', type: 'number' },
  { name: 'pop', column: 'c5', type: 'integer' },
  { name: 'surveyed', column: 'c6', type: 'date' },
  { name: 'updated', column: 'c7', type: 'datetime' },
] as const

const makeTable = async (pool: pg.Pool, tableName: string) => {
  const feature = featureTextExpression({ storageSrid: srid, hasCurves: false, columns: [...columns] })
  await pool.query(`select setseed(${SEED / 1e8})`)
  const client = await pool.connect()
  try {
    await client.query('set statement_timeout = 0')
    await client.query(`select setseed(${SEED / 1e8})`)
    await client.query(
      `create table data.${tableName} (fid bigint, geom geometry(Polygon, ${srid}), c1 text, c2 text, c3 text, c4 float8, c5 bigint, c6 date, c7 timestamptz, feature text)`,
    )
    await client.query(
      `with made as (
         select i, x, y, st_setsrid(st_makepolygon(st_makeline(array(
             select st_makepoint(x + 15 * cos(a * 2 * pi() / n), y + 15 * sin(a * 2 * pi() / n) * (0.7 + 0.3 * random())) from generate_series(0, n - 1) a)
           || st_makepoint(x + 15, y))), ${srid}) as geom
         from (select i, ${west} + random() * ${side * 1000} as x, ${south} + random() * ${side * 1000} as y, 8 + floor(random() * 5)::int as n
               from generate_series(1, $1::int) i offset 0) seeds)
       insert into data.${tableName}
       select i, geom, 'lc-' || md5(i::text), 'Site ' || i,
         (array['mangrove','seagrass','coral reef','beach','forêt "sèche"','cliff','estuary'])[1 + floor(random() * 7)::int],
         round((random() * 95)::numeric, 2)::float8, floor(random() * 50000)::bigint, date '2000-01-01' + floor(random() * 9000)::int,
         timestamptz '2010-01-01Z' + random() * 400000000 * interval '1 second'
       from made`,
      [count],
    )
    await client.query(`create table data.${tableName}p (like data.${tableName})`)
    await client.query(
      `insert into data.${tableName}p select fid, geom, c1, c2, c3, c4, c5, c6, c7, ${feature.text(1)} from data.${tableName} t order by fid / 5000, geom`,
      feature.values,
    )
    await client.query(`drop table data.${tableName}`)
    await client.query(`alter table data.${tableName}p rename to ${tableName}`)
    await client.query(`alter table data.${tableName} add primary key (fid)`)
    await client.query(`create index on data.${tableName} using gist (geom)`)
    await client.query(`vacuum analyze data.${tableName}`)
  } finally {
    client.release()
  }
}

/** The plain way: `pg` makes objects, GeoJSON is parsed, and express writes it all again; offset for paging. */
const servePlainly = (databaseUrl: string, tableName: string) => {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 4 })
  const app = express()
  app.get('/items', async (request, response) => {
    const {
      bbox,
      limit = '10',
      crs = '4326',
      offset = '0',
      properties,
    } = request.query as Record<string, string>
    const chosen = columns.filter(({ name }) => !properties || properties.split(',').includes(name))
    const box = bbox?.split(',').map(Number)
    const { rows } = await pool.query(
      `select fid, ${chosen.map(({ column, name }) => `${column} as "${name}"`).join(', ')}, st_asgeojson(st_transform(geom, $1::int), 9)::json as geometry
       from data.${tableName}
       ${box ? `where st_intersects(geom, st_transform(st_makeenvelope(${box.map((_, at) => `$${at + 4}::float8`).join(', ')}, 4326), ${srid}))` : ''}
       order by fid limit $2::int offset $3::int`,
      [crs, limit, offset, ...(box ?? [])],
    )
    response.json({
      type: 'FeatureCollection',
      features: rows.map(({ fid, geometry, ...rest }) => ({
        type: 'Feature',
        id: Number(fid),
        geometry,
        properties: rest,
      })),
      numberReturned: rows.length,
    })
  })
  const server = createServer(app).listen(0, '127.0.0.1', () => {
    console.log(`listening ${(server.address() as AddressInfo).port}`)
  })
}

// Measuring --------------------------------------------------------------------------------------------

async function main() {
  if (!testServerUrl)
    throw new Error('Set TEST_DATABASE_URL to a PostgreSQL server on which databases may be created.')
  const place = await testPlace()
  const databaseUrl = place.databaseUrl ?? ''
  const tableName = 'd_bench'
  const database = await openDatabase({ ...place, log: silentLog })
  const watcher = new pg.Client({ connectionString: databaseUrl })
  const started: ChildProcess[] = []
  try {
    await watcher.connect()
    console.log(`making ${count} polygons …`)
    await makeTable(database.pool, tableName)
    await registerTestCollection(
      { ...database, ...place },
      { id: 'bench', isPrecomputed: true },
      { tableName, columns: [...columns], srid, geometryType: 'Polygon' },
    )
    await database.close()
    const ours = await startProcess(
      started,
      [join(import.meta.dirname, '../../backend/src/main.ts')],
      {
        DATABASE_URL: databaseUrl,
        DATA_DIR: place.dataDir,
        PORT: '0',
        EXAMPLES: 'no',
        LOG_LEVEL: 'warn',
        ROLE: 'api',
      },
      /localhost:(\d+)/,
    )
    const plain = await startProcess(
      started,
      [import.meta.filename, '--plain', `${databaseUrl} ${tableName}`],
      {},
      /listening (\d+)/,
    )
    const results = await measureAll({ ours, plain, watcher })
    writeSection('Pages of features: CPU per request', toTable(results))
  } finally {
    for (const child of started) child.kill('SIGTERM')
    await watcher.end()
    await new Promise((resolve) => setTimeout(resolve, 1000))
    await place.drop()
  }
}

type Server = { pid: number; port: number }

function startProcess(
  started: ChildProcess[],
  args: string[],
  env: Record<string, string>,
  pattern: RegExp,
): Promise<Server> {
  const child = spawn(process.execPath, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  started.push(child)
  return new Promise((resolve, reject) => {
    let text = ''
    child.stdout?.on('data', (bytes) => {
      text += bytes
      const port = pattern.exec(text)?.[1]
      if (port) resolve({ pid: child.pid ?? 0, port: Number(port) })
    })
    child.once('exit', (code) => reject(new Error(`server ended with ${code}: ${text}`)))
  })
}

const tickMs = 10

/** User and system time of a process, from /proc/<pid>/stat. */
function cpuMs(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
    return (Number(fields[11]) + Number(fields[12])) * tickMs
  } catch {
    return 0
  }
}

const rssBytes = (pid: number) =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024

const agent = new Agent({ keepAlive: true, maxSockets: 2 })

/** Reads an answer to its end; keeps it only when asked. */
function fetchOnce(
  port: number,
  path: string,
  { keep = false } = {},
): Promise<{ bytes: number; body: string }> {
  return new Promise((resolve, reject) => {
    get({ port, path, agent, headers: { Accept: 'application/geo+json' } }, (response) => {
      let bytes = 0
      const pieces: Buffer[] = []
      response.on('data', (piece: Buffer) => {
        bytes += piece.length
        if (keep) pieces.push(piece)
      })
      response.on('end', () => {
        if (response.statusCode !== 200)
          reject(new Error(`${path}: ${response.statusCode} ${Buffer.concat(pieces)}`))
        else resolve({ bytes, body: Buffer.concat(pieces).toString() })
      })
      response.on('error', reject)
    }).on('error', reject)
  })
}

type Cost = {
  name: string
  serverMs: number
  databaseMs: number
  totalMs: number
  bytes: number
  requests: number
}

type Watch = { watcher: pg.Client }

async function measure(
  { watcher }: Watch,
  server: Server,
  name: string,
  pathOf: (n: number) => string,
): Promise<Cost> {
  const backends = async () =>
    (
      await watcher.query<{ pid: number }>(
        'select pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
      )
    ).rows.map(({ pid }) => pid)
  let requests = 0
  let bytes = 0
  const until = (end: () => boolean) => async () => {
    while (!end()) {
      const answer = await fetchOnce(server.port, pathOf(requests++))
      bytes += answer.bytes
    }
  }
  // Both connections, and every code path, are warm before anything is counted.
  // A new backend maps a gigabyte of shared memory page by page, and V8 compiles what it meets often.
  const warmUntil = performance.now() + 1500
  const latest = warmUntil + 5000
  const warm = until(() => performance.now() >= (requests >= 400 ? warmUntil : latest))
  await Promise.all([warm(), warm()])
  const pids = await backends()
  const database = () => pids.reduce((sum, pid) => sum + cpuMs(pid), 0)
  const before = { server: cpuMs(server.pid), database: database() }
  const endAt = performance.now() + Number(options.seconds) * 1000
  requests = 0
  bytes = 0
  const work = until(() => performance.now() >= endAt)
  await Promise.all([work(), work()])
  const serverMs = (cpuMs(server.pid) - before.server) / requests
  const databaseMs = (database() - before.database) / requests
  return { name, serverMs, databaseMs, totalMs: serverMs + databaseMs, bytes: bytes / requests, requests }
}

/** Boxes in degrees around a seeded point, of so many features on average. */
function boxes(features: number): (n: number) => string {
  const random = seededRandom(SEED)
  const degrees = Math.sqrt((features / count) * side * side) / 108.6
  const list = Array.from({ length: 4000 }, () => {
    const lon = -61.23 + random() * 0.5
    const lat = 13.58 + random() * 0.5
    return [lon, lat, lon + degrees * 1.02, lat + degrees * 0.98].map((value) => value.toFixed(6)).join(',')
  })
  return (n) => list[n % list.length] ?? ''
}

type Result = { name: string; asked: number | null; ours: Cost; plain: Cost | null; note?: string }

async function measureAll({
  ours,
  plain,
  watcher,
}: {
  ours: Server
  plain: Server
  watcher: pg.Client
}): Promise<Result[]> {
  const results: Result[] = []
  const base = '/pygeoapi/collections/bench/items'
  const uri3857 = 'crs=http%3A%2F%2Fwww.opengis.net%2Fdef%2Fcrs%2FEPSG%2F0%2F3857'
  const uriStorage = `crs=http%3A%2F%2Fwww.opengis.net%2Fdef%2Fcrs%2FEPSG%2F0%2F${srid}`
  const around = boxes(950)
  const few = boxes(40)
  const add = async (
    name: string,
    asked: number | null,
    ourPath: (n: number) => string,
    plainPath: ((n: number) => string) | null,
  ) => {
    if (!name.includes(options.only)) return
    const cost = await measure({ watcher }, ours, name, ourPath)
    const plainCost = plainPath && (await measure({ watcher }, plain, name, plainPath))
    results.push({ name, asked, ours: cost, plain: plainCost })
    console.log(
      `${name}: ${cost.totalMs.toFixed(2)} ms (server ${cost.serverMs.toFixed(2)}, database ${cost.databaseMs.toFixed(2)}), plain ${plainCost?.totalMs.toFixed(2) ?? '–'}`,
    )
  }
  await add(
    'limit=1000 with bbox',
    3,
    (n) => `${base}?limit=1000&bbox=${around(n)}`,
    (n) => `/items?limit=1000&bbox=${around(n)}`,
  )
  await add(
    'limit=1000 with bbox, crs=3857',
    8,
    (n) => `${base}?limit=1000&bbox=${around(n)}&${uri3857}`,
    (n) => `/items?limit=1000&bbox=${around(n)}&crs=3857`,
  )
  await add(
    'limit=1000 with bbox, storage crs',
    8,
    (n) => `${base}?limit=1000&bbox=${around(n)}&${uriStorage}`,
    (n) => `/items?limit=1000&bbox=${around(n)}&crs=${srid}`,
  )
  await add(
    'limit=1000 with bbox, properties=name,class',
    8,
    (n) => `${base}?limit=1000&bbox=${around(n)}&properties=name,class`,
    (n) => `/items?limit=1000&bbox=${around(n)}&properties=name,class`,
  )
  await add(
    'limit=10',
    0.6,
    () => `${base}?limit=10`,
    () => '/items?limit=10',
  )
  await add(
    'limit=10 with bbox',
    0.6,
    (n) => `${base}?limit=10&bbox=${few(n)}`,
    (n) => `/items?limit=10&bbox=${few(n)}`,
  )
  await add('one feature', null, (n) => `${base}/${1 + ((n * 7919) % count)}`, null)
  if (options.only === '') results.push(...(await walk({ ours, plain, watcher })))
  return results
}

/** Page 1 against page 900 of a walk, then a walk through everything while the memory is watched. */
async function walk({
  ours,
  plain,
  watcher,
}: {
  ours: Server
  plain: Server
  watcher: pg.Client
}): Promise<Result[]> {
  const base = '/pygeoapi/collections/bench/items'
  const nextOf = (body: string) =>
    /"rel":"next"[^}]*"href":"([^"]+)"/.exec(body)?.[1]?.replace(/^https?:\/\/[^/]+/, '')
  const deep = Math.min(900, Math.floor(count / 1000) - 1)
  let path = `${base}?limit=1000`
  for (let page = 1; page < deep; page += 1)
    path = nextOf((await fetchOnce(ours.port, path, { keep: true })).body) ?? path
  const first = await measure({ watcher }, ours, 'page 1', () => `${base}?limit=1000`)
  const last = await measure({ watcher }, ours, `page ${deep}`, () => path)
  const plainLast = await measure(
    { watcher },
    plain,
    `page ${deep}`,
    () => `/items?limit=1000&offset=${(deep - 1) * 1000}`,
  )

  const before = rssBytes(ours.pid)
  let peak = before
  const sampler = setInterval(() => {
    peak = Math.max(peak, rssBytes(ours.pid))
  }, 20)
  const startedAt = performance.now()
  let pages = 0
  let bytes = 0
  for (let next: string | undefined = `${base}?limit=10000`; next; pages += 1) {
    const { body, bytes: size } = await fetchOnce(ours.port, next, { keep: true })
    bytes += size
    next = nextOf(body.slice(-3000))
  }
  clearInterval(sampler)
  const seconds = (performance.now() - startedAt) / 1000
  const mb = (value: number) => (value / 1_048_576).toFixed(0)
  const note = `${count} features in ${pages} pages, ${mb(bytes)} MB in ${seconds.toFixed(1)} s; server memory ${mb(before)} MB before, ${mb(peak)} MB at most`
  return [
    { name: 'limit=1000, page 1', asked: null, ours: first, plain: null },
    {
      name: `limit=1000, page ${deep} (${(last.totalMs / first.totalMs).toFixed(2)} × page 1; asked ≤ 1.5)`,
      asked: null,
      ours: last,
      plain: plainLast,
    },
    { name: 'walk with limit=10000', asked: null, ours: { ...last, totalMs: Number.NaN }, plain: null, note },
  ]
}

function toTable(results: Result[]): string[] {
  const ms = (value: number | undefined) =>
    value === undefined || Number.isNaN(value) ? '–' : value.toFixed(2)
  const rows = results.map(({ name, asked, ours, plain, note }) =>
    note
      ? `| ${name} | ${note} | | | | | |`
      : `| ${name} | ${ms(ours.totalMs)} | ${ms(ours.serverMs)} | ${ms(ours.databaseMs)} | ${asked ?? '–'} | ${ms(plain?.totalMs)} | ${Math.round(ours.bytes / 1024)} |`,
  )
  return [
    `${count} polygons of 11 vertices, 7 attributes, EPSG:${srid}, seed ${SEED}. Milliseconds of CPU, server and PostgreSQL together.`,
    '',
    '| Request | total | server | database | asked ≤ | plain way | KB |',
    '| --- | ---: | ---: | ---: | ---: | ---: | ---: |',
    ...rows,
  ]
}

if (options.plain) {
  const [databaseUrl = '', tableName = ''] = options.plain.split(' ')
  servePlainly(databaseUrl, tableName)
} else await main()
