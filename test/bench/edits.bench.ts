/**
 * How fast features are edited over HTTP (ogc-clients.md §4.6, P10): one by one at eight connections, in batches, and changed;
 * beside them what the same PostgreSQL takes without a server: a row and its commit, and ogr2ogr's COPY where GDAL is installed.
 * Run: TEST_DATABASE_URL=postgres://… node test/bench/edits.bench.ts [--seconds 8] [--connections 8] [--write]
 */
import { type ChildProcess, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { Agent, request as httpRequest } from 'node:http'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import pg from 'pg'
import { migrate } from '../../backend/src/db/migrate.ts'
import { createTestCollection } from '../helpers/collections.ts'
import { silentLog, testDatabase, testServerUrl } from '../helpers/database.ts'
import { SEED, seededRandom } from './data.ts'
import { gdalAddress } from './gdal-address.ts'
import { type BenchServer, backendPids, endAll, processorMs, startProgram } from './processes.ts'
import { writeSection } from './results.ts'

const { values: options } = parseArgs({
  options: {
    seconds: { type: 'string', default: '8' },
    connections: { type: 'string', default: '8' },
    batch: { type: 'string', default: '5000' },
    write: { type: 'boolean', default: false },
  },
})
const seconds = Number(options.seconds)
const connections = Number(options.connections)
const batch = Number(options.batch)

const random = seededRandom(SEED + 3)
const feature = () => ({
  type: 'Feature',
  geometry: { type: 'Point', coordinates: [-61 + random() / 10, 13.8 + random() / 5] },
  properties: {
    name: `place ${Math.floor(random() * 1e6)}`,
    height: random() * 900,
    count: Math.floor(random() * 1e4),
  },
})

const agent = new Agent({ keepAlive: true, maxSockets: connections })

type Sent = { method: string; path: string; type: string; body: string }

const send = (port: number, token: string, { method, path, type, body }: Sent): Promise<void> =>
  new Promise((resolve, reject) => {
    const headers = {
      Authorization: `Bearer ${token}`,
      'Content-Type': type,
      'Content-Length': Buffer.byteLength(body),
    }
    const request = httpRequest({ port, method, path, agent, headers }, (response) => {
      let text = ''
      response.on('data', (piece) => {
        text += piece
      })
      response.on('end', () =>
        (response.statusCode ?? 500) < 300
          ? resolve()
          : reject(new Error(`${method} ${path}: ${response.statusCode} ${text.slice(0, 300)}`)),
      )
    })
    request.on('error', reject)
    request.end(body)
  })

type Measured = { perSecond: number; median: number; p95: number; server: number; database: number }

/** `work` again and again, by so many at once; CPU is per call. */
const measure = async (
  server: BenchServer | null,
  watcher: pg.Client,
  { atOnce, work }: { atOnce: number; work: (worker: number) => Promise<void> },
): Promise<Measured> => {
  await work(0)
  const processors = async () => ({
    server: server ? processorMs(server.pid) : 0,
    database: (await backendPids(watcher)).map(processorMs).reduce((sum, one) => sum + one, 0),
  })
  const before = await processors()
  const startedAt = performance.now()
  const took: number[] = []
  await Promise.all(
    Array.from({ length: atOnce }, async (_, worker) => {
      while (performance.now() - startedAt < seconds * 1000) {
        const begunAt = performance.now()
        await work(worker)
        took.push(performance.now() - begunAt)
      }
    }),
  )
  const lasted = (performance.now() - startedAt) / 1000
  const after = await processors()
  took.sort((a, b) => a - b)
  const at = (share: number) => took[Math.floor(share * took.length)] ?? Number.NaN
  return {
    perSecond: took.length / lasted,
    median: at(0.5),
    p95: at(0.95),
    server: (after.server - before.server) / took.length,
    database: (after.database - before.database) / took.length,
  }
}

const shown = (value: number) => value.toFixed(value < 10 ? 2 : 0)
const row = (name: string, { perSecond, median, p95, server, database }: Measured, features = 1) =>
  `| ${name} | ${shown(perSecond * features)} | ${shown(median)} | ${shown(p95)} | ${server === 0 ? '–' : shown(server)} | ${shown(database)} |`

/** What GDAL needs to put as many points into a table of its own, by COPY. */
const measureOgr = (databaseUrl: string, folder: string): string => {
  const features = Array.from({ length: batch * 10 }, feature)
  const file = join(folder, 'points.geojson')
  writeFileSync(file, JSON.stringify({ type: 'FeatureCollection', features }))
  const startedAt = performance.now()
  const { status } = spawnSync(
    'ogr2ogr',
    [
      '-f',
      'PostgreSQL',
      gdalAddress(databaseUrl),
      file,
      '-nln',
      'public.by_gdal',
      '-lco',
      'GEOMETRY_NAME=geom',
      '--config',
      'PG_USE_COPY',
      'YES',
    ],
    { stdio: 'ignore' },
  )
  const lasted = (performance.now() - startedAt) / 1000
  return status === 0
    ? `| ogr2ogr, COPY of ${features.length} | ${shown(features.length / lasted)} | ${shown(lasted * 1000)} | – | – | – |`
    : '| ogr2ogr | did not run | – | – | – | – |'
}

const main = async () => {
  if (!testServerUrl)
    throw new Error('Set TEST_DATABASE_URL to a PostgreSQL server on which databases may be created.')
  const loadAtStart = loadavg()[0] ?? 0
  const database = await testDatabase()
  await migrate(database, { log: silentLog })
  const started: ChildProcess[] = []
  const watcher = new pg.Client({ connectionString: database.databaseUrl })
  const plain = new pg.Pool({ connectionString: database.databaseUrl, max: connections })
  try {
    await watcher.connect()
    const { tableName } = await createTestCollection(database, {
      id: 'places',
      geometryType: 'Point',
      columns: [
        { name: 'name', type: 'string' },
        { name: 'height', type: 'number' },
        { name: 'count', type: 'integer' },
      ],
      rows: Array.from({ length: 100 }, (_, n) => ({
        wkt: `POINT(${-61 + n / 1000} 13.9)`,
        values: [`place ${n}`, n, n],
      })),
    })
    mkdirSync(database.dataDir, { recursive: true })
    const server = await startProgram(started, {
      databaseUrl: database.databaseUrl ?? '',
      dataDir: database.dataDir,
    })
    const credential = join(database.dataDir, 'local-credential.json')
    while (!existsSync(credential)) await pause(50)
    const { token } = JSON.parse(readFileSync(credential, 'utf8')) as { token: string }
    const items = '/pygeoapi/collections/places/items'
    const post = (body: string) =>
      send(server.port, token, { method: 'POST', path: items, type: 'application/geo+json', body })
    const rows: string[] = []
    const told = (line: string) => {
      rows.push(line)
      console.log(line)
    }
    told(
      row(
        `POST of one, ${connections} connections`,
        await measure(server, watcher, { atOnce: connections, work: () => post(JSON.stringify(feature())) }),
      ),
    )
    told(
      row(
        `PATCH of one, ${connections} connections`,
        await measure(server, watcher, {
          atOnce: connections,
          work: (worker) =>
            send(server.port, token, {
              method: 'PATCH',
              path: `${items}/${worker + 1}`,
              type: 'application/merge-patch+json',
              body: JSON.stringify({ properties: { height: random() * 900 } }),
            }),
        }),
      ),
    )
    const many = JSON.stringify({
      type: 'FeatureCollection',
      features: Array.from({ length: batch }, feature),
    })
    told(
      row(
        `POST of ${batch} at once (features a second)`,
        await measure(server, watcher, { atOnce: 1, work: () => post(many) }),
        batch,
      ),
    )
    await watcher.query(`create table public.by_hand as select * from data.${tableName} limit 0`)
    await watcher.query('create index on public.by_hand using gist (geom)')
    told(
      row(
        `insert and commit by hand, ${connections} connections`,
        await measure(null, watcher, {
          atOnce: connections,
          work: async () => {
            const { geometry, properties } = feature()
            await plain.query({
              name: 'insert',
              text: 'insert into public.by_hand (fid, geom, c1, c2, c3) values (1, st_setsrid(st_makepoint($1, $2), 4326), $3, $4, $5)',
              values: [...geometry.coordinates, properties.name, properties.height, properties.count],
            })
          },
        }),
      ),
    )
    told(measureOgr(database.databaseUrl ?? '', database.dataDir))
    writeSection('Edits', [
      `Points of three fields, seed ${SEED}; ${seconds} s each over HTTP, with audit log, ETag, extent and the feature's text kept, each request one commit. Beside it ${loadAtStart.toFixed(1)} to ${loadavg()[0]?.toFixed(1)} other processes wanted the two processors. Milliseconds, of time and of processors per request. Asked (P10): 1 500 single edits and 25 000 features in batches a second.`,
      '',
      '| What | a second | median | p95 | CPU server | CPU database |',
      '| --- | ---: | ---: | ---: | ---: | ---: |',
      ...rows,
    ])
  } finally {
    agent.destroy()
    await endAll(started)
    await watcher.end()
    await plain.end()
    await database.drop()
  }
}

await main()
