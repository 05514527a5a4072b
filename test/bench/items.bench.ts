/**
 * What a page of features costs in CPU, of the server and PostgreSQL together, on a million polygons of eleven
 * vertices with seven attributes; beside it, on the same rows in the same run, the plain way (rows to objects to JSON)
 * and the peers that are installed (peers.ts).
 * Run: TEST_DATABASE_URL=postgres://… node test/bench/items.bench.ts [--features 1000000] [--seconds 2] [--only words] [--write]
 */
import type { ChildProcess } from 'node:child_process'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { parseArgs } from 'node:util'
import express from 'express'
import pg from 'pg'
import { openDatabase } from '../../backend/src/db/database.ts'
import { featureTextExpression } from '../../backend/src/repositories/features.ts'
import { registerTestCollection } from '../helpers/collections.ts'
import { silentLog, testPlace, testServerUrl } from '../helpers/database.ts'
import { SEED, seededRandom } from './data.ts'
import { makePeersTable, type Peer, startPeers } from './peers.ts'
import { benchSide, benchColumns as columns, makePolygonsTable, benchSrid as srid } from './polygons-table.ts'
import {
  ask,
  type BenchServer,
  type Cost,
  endAll,
  measure,
  residentBytes,
  startProgram,
  startServer,
} from './processes.ts'
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
const side = benchSide(count)

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

type Result = {
  name: string
  asked: number | null
  ours: Cost
  plain: Cost | null
  /** By the peer's name. */
  peers: Record<string, Cost>
}

type Servers = { ours: BenchServer; plain: BenchServer; peers: Peer[]; watcher: pg.Client }

const main = async () => {
  if (!testServerUrl)
    throw new Error('Set TEST_DATABASE_URL to a PostgreSQL server on which databases may be created.')
  const place = await testPlace()
  const { dataDir } = place
  const databaseUrl = place.databaseUrl ?? ''
  const tableName = 'd_bench'
  const database = await openDatabase({ ...place, log: silentLog })
  const watcher = new pg.Client({ connectionString: databaseUrl })
  const started: ChildProcess[] = []
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
      { id: 'bench', isPrecomputed: true },
      { tableName, columns: [...columns], srid, geometryType: 'Polygon' },
    )
    await database.close()
    const ours = await startProgram(started, { databaseUrl, dataDir })
    const plain = await startServer(
      started,
      { args: [import.meta.filename, '--plain', `${databaseUrl} ${tableName}`] },
      /listening (\d+)/,
    )
    const peers = await startPeers({ databaseUrl, dataDir, started })
    const servers = { ours, plain, peers, watcher }
    const results = await measurePages(servers)
    const walked = options.only === '' ? await walk(servers) : []
    writeSection('Pages of features: CPU per request', toLines(results, walked, peers))
  } finally {
    await watcher.end()
    await endAll(started)
    await place.drop()
  }
}

/** Boxes in degrees around a seeded point, of so many features on average. */
const boxes = (features: number): ((n: number) => string) => {
  const random = seededRandom(SEED)
  const degrees = Math.sqrt((features / count) * (side / 1000) ** 2) / 108.6
  const room = (side / 1000 / 60) * 0.5
  const list = Array.from({ length: 4000 }, () => {
    const lon = -61.23 + random() * room
    const lat = 13.58 + random() * room
    return [lon, lat, lon + degrees * 1.02, lat + degrees * 0.98].map((value) => value.toFixed(6)).join(',')
  })
  return (n) => list[n % list.length] ?? ''
}

const base = '/pygeoapi/collections/bench/items'
const headers = { Accept: 'application/geo+json' }
const seconds = Number(options.seconds)
const epsg = (code: number) => `crs=${encodeURIComponent(`http://www.opengis.net/def/crs/EPSG/0/${code}`)}`

const measurePages = async ({ ours, plain, peers, watcher }: Servers): Promise<Result[]> => {
  const results: Result[] = []
  const ms = (cost: Cost | null) => cost?.totalMs.toFixed(2) ?? '–'
  type Ways = {
    ours: (n: number) => string
    plain?: (n: number) => string
    /** What every server of the standard understands. */
    peers?: (peer: Peer, n: number) => string
  }
  const add = async (name: string, asked: number | null, ways: Ways) => {
    if (!name.includes(options.only)) return
    const cost = await measure(watcher, ours, (n) => ({ path: ways.ours(n), headers }), { seconds })
    const plainWay = ways.plain
    const plainCost =
      plainWay === undefined
        ? null
        : await measure(watcher, plain, (n) => ({ path: plainWay(n) }), { seconds })
    const peerCosts: Record<string, Cost> = {}
    const peerWay = ways.peers
    for (const peer of peerWay === undefined ? [] : peers)
      peerCosts[peer.name] = await measure(
        watcher,
        peer.server,
        (n) => ({ path: peerWay?.(peer, n) ?? '', headers }),
        { seconds, warmRequests: 40 },
      )
    results.push({ name, asked, ours: cost, plain: plainCost, peers: peerCosts })
    const others = Object.entries(peerCosts).map(([peer, theirs]) => `, ${peer} ${ms(theirs)}`)
    console.log(
      `${name}: ${ms(cost)} ms (server ${cost.serverMs.toFixed(2)}, database ${cost.databaseMs.toFixed(2)}), plain ${ms(plainCost)}${others.join('')}`,
    )
  }
  const around = boxes(950)
  const few = boxes(40)
  const page = (query: (n: number) => string, plainQuery = query) => ({
    ours: (n: number) => `${base}?${query(n)}`,
    plain: (n: number) => `/items?${plainQuery(n)}`,
    peers: (peer: Peer, n: number) => peer.items(query(n)),
  })
  await add(
    'limit=1000 with bbox',
    3,
    page((n) => `limit=1000&bbox=${around(n)}`),
  )
  await add(
    'limit=1000 with bbox, crs=3857',
    8,
    page(
      (n) => `limit=1000&bbox=${around(n)}&${epsg(3857)}`,
      (n) => `limit=1000&bbox=${around(n)}&crs=3857`,
    ),
  )
  await add(
    'limit=1000 with bbox, storage crs',
    8,
    page(
      (n) => `limit=1000&bbox=${around(n)}&${epsg(srid)}`,
      (n) => `limit=1000&bbox=${around(n)}&crs=${srid}`,
    ),
  )
  await add(
    'limit=1000 with bbox, properties=name,class',
    8,
    page((n) => `limit=1000&bbox=${around(n)}&properties=name,class`),
  )
  await add(
    'limit=10',
    0.6,
    page(() => 'limit=10'),
  )
  await add(
    'limit=10 with bbox',
    0.6,
    page((n) => `limit=10&bbox=${few(n)}`),
  )
  const fid = (n: number) => 1 + ((n * 7919) % count)
  await add('one feature', null, {
    ours: (n) => `${base}/${fid(n)}`,
    peers: (peer, n) => peer.item(fid(n)),
  })
  return results
}

/** Page 1 against page 900 of a walk, then a walk through everything while the memory is watched. */
const walk = async ({ ours, plain, watcher }: Servers): Promise<string[]> => {
  const nextOf = (body: string) =>
    /"rel":"next"[^}]*"href":"([^"]+)"/.exec(body)?.[1]?.replace(/^https?:\/\/[^/]+/, '')
  const deep = Math.min(900, Math.floor(count / 1000) - 1)
  const first = { path: `${base}?limit=1000`, headers }
  const last = { ...first }
  for (let page = 1; page < deep; page += 1) {
    const next = nextOf((await ask(ours.port, last, { keep: true })).body)
    if (next === undefined) throw new Error(`Page ${page} has no next page.`)
    last.path = next
  }
  const firstCost = await measure(watcher, ours, () => first, { seconds })
  const lastCost = await measure(watcher, ours, () => last, { seconds })
  const plainLast = await measure(
    watcher,
    plain,
    () => ({ path: `/items?limit=1000&offset=${(deep - 1) * 1000}` }),
    { seconds, warmRequests: 10 },
  )

  const before = residentBytes(ours.pid)
  let peak = before
  const sampler = setInterval(() => {
    peak = Math.max(peak, residentBytes(ours.pid))
  }, 20)
  const startedAt = performance.now()
  let pages = 0
  let bytes = 0
  for (let next: string | undefined = `${base}?limit=10000`; next; pages += 1) {
    const { body, bytes: size } = await ask(ours.port, { path: next, headers }, { keep: true })
    bytes += size
    next = nextOf(body.slice(-3000))
  }
  clearInterval(sampler)
  const took = (performance.now() - startedAt) / 1000
  const mb = (value: number) => (value / 1_048_576).toFixed(0)
  const ms = ({ totalMs }: Cost) => totalMs.toFixed(2)
  return [
    `Deep walk, limit=1000: page 1 takes ${ms(firstCost)} ms, page ${deep} ${ms(lastCost)} ms (${(lastCost.totalMs / firstCost.totalMs).toFixed(2)}×; asked ≤ 1.5×); with OFFSET, the plain way, page ${deep} takes ${ms(plainLast)} ms.`,
    '',
    `Walk with limit=10000: ${count} features in ${pages} pages, ${mb(bytes)} MB in ${took.toFixed(1)} s (${Math.round(count / took / 1000)} thousand features a second, with a client that reads every byte on the same machine); server memory ${mb(before)} MB before, ${mb(peak)} MB at most.`,
  ]
}

const toLines = (results: Result[], walked: string[], peers: Peer[]): string[] => {
  const ms = (value: number | undefined) => value?.toFixed(2) ?? '–'
  const times = (theirs: Cost | undefined, ours: Cost) =>
    theirs ? `${ms(theirs.totalMs)} (${(theirs.totalMs / ours.totalMs).toFixed(1)}×)` : '–'
  const rows = results.map(
    ({ name, asked, ours, plain, peers: costs }) =>
      `| ${[
        name,
        ms(ours.totalMs),
        ms(ours.serverMs),
        ms(ours.databaseMs),
        asked ?? '–',
        Math.round(ours.perSecond),
        times(plain ?? undefined, ours),
        ...peers.map((peer) => times(costs[peer.name], ours)),
        Math.round(ours.bytes / 1024),
      ].join(' | ')} |`,
  )
  return [
    `${count} polygons of 11 vertices, 7 attributes, EPSG:${srid}, seed ${SEED}. Milliseconds of CPU, server and PostgreSQL together; in brackets how many times ours that is.`,
    '',
    `| Request | total | server | database | asked ≤ | a second, 2 connections | ${['plain way', ...peers.map(({ name }) => name)].join(' | ')} | KB |`,
    `| --- |${' ---: |'.repeat(7 + peers.length)}`,
    ...rows,
    ...(walked.length > 0 ? ['', ...walked] : []),
  ]
}

if (options.plain) {
  const [databaseUrl = '', tableName = ''] = options.plain.split(' ')
  servePlainly(databaseUrl, tableName)
} else await main()
