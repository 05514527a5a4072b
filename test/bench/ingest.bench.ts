/**
 * How long a file takes to become an indexed, analysed, verified table, against ogr2ogr with PG_USE_COPY=YES (which
 * indexes, but neither analyses nor verifies) into the same database, and on the embedded database.
 * Run: TEST_DATABASE_URL=postgres://… node test/bench/ingest.bench.ts [--write] [--runs 3] [--only gpkg] [--scale 1]
 */
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs, promisify } from 'node:util'
import { openDatabase } from '../../backend/src/db/database.ts'
import type { FileFormat } from '../../backend/src/domain/probe.ts'
import { stageLayer } from '../../backend/src/ingest/stage.ts'
import { silentLog, type TestDatabase, testDatabase, testServerUrl } from '../helpers/database.ts'
import { type BenchData, benchData, SEED } from './data.ts'
import { gdalAddress } from './gdal-address.ts'
import { writeSection } from './results.ts'

const run = promisify(execFile)

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '3' },
    only: { type: 'string', default: '' },
    scale: { type: 'string', default: '1' },
    folder: { type: 'string', default: '/tmp/sec-ims-bench' },
    /** Internal: loads one case in a process of its own, so that memory can be told apart. */
    one: { type: 'string' },
    database: { type: 'string' },
    write: { type: 'boolean' },
  },
})

type Case = {
  name: string
  path: string
  format: FileFormat
  layer: string
  csv?: { x: string; y: string }
  /** What ogr2ogr reads, and what it must be told. */
  source: string
  ogrOptions?: string[]
  /** Speed against ogr2ogr that the issue asks for. */
  asked: number
}

const casesOf = (data: BenchData): Case[] => [
  {
    name: 'GeoPackage, polygons',
    path: data.polygons.gpkg,
    format: 'GeoPackage',
    layer: 'polygons',
    source: data.polygons.gpkg,
    asked: 1,
  },
  {
    name: 'GeoPackage, points',
    path: data.points.gpkg,
    format: 'GeoPackage',
    layer: 'points',
    source: data.points.gpkg,
    asked: 1.3,
  },
  {
    name: 'GeoJSON, polygons',
    path: data.polygons.geojson,
    format: 'GeoJSON',
    layer: 'bench',
    source: data.polygons.geojson,
    asked: 1.8,
  },
  {
    name: 'GeoJSON, points',
    path: data.points.geojson,
    format: 'GeoJSON',
    layer: 'bench',
    source: data.points.geojson,
    asked: 1.8,
  },
  {
    name: 'zipped shapefile, polygons',
    path: data.polygons.shp,
    format: 'Shapefile',
    layer: 'polygons',
    source: `/vsizip/${data.polygons.shp}`,
    asked: 1.2,
  },
  {
    name: 'zipped shapefile, points',
    path: data.points.shp,
    format: 'Shapefile',
    layer: 'points',
    source: `/vsizip/${data.points.shp}`,
    asked: 1.2,
  },
  {
    name: 'CSV, points',
    path: data.points.csv,
    format: 'CSV',
    layer: 'points',
    csv: { x: 'lon', y: 'lat' },
    source: data.points.csv,
    ogrOptions: [
      '-oo',
      'X_POSSIBLE_NAMES=lon',
      '-oo',
      'Y_POSSIBLE_NAMES=lat',
      '-oo',
      'AUTODETECT_TYPE=YES',
      '-a_srs',
      'EPSG:4326',
    ],
    asked: 1.3,
  },
]

const cases = casesOf(benchData(values.folder, Number(values.scale)))
/** For warming up. */
const smallCases = casesOf(benchData(join(values.folder, 'small'), 0.01))

/** Largest resident size of this process's children so far, in bytes. */
const watchChildren = () => {
  let peak = 0
  const look = () => {
    try {
      const pids = readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, 'utf8')
        .split(' ')
        .filter(Boolean)
      for (const pid of pids) {
        const kilobytes = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
        peak = Math.max(peak, Number(kilobytes ?? 0) * 1024)
      }
    } catch {
      // The child has just ended.
    }
  }
  const timer = setInterval(look, 20)
  return () => {
    clearInterval(timer)
    return peak
  }
}

const load = (db: TestDatabase, { path, format, layer, csv }: Case) =>
  stageLayer({
    db,
    path,
    fileName: path,
    format,
    layer,
    tableName: `p_bench${process.pid}`,
    options: { sourceEpsg: 4326, csv },
    onCrash: (report) => console.error(report),
  })

/** On the server named, else on the embedded database. */
const loadOne = async (one: Case, databaseUrl: string | undefined): Promise<void> => {
  const db = await (databaseUrl ? serverDatabase(databaseUrl) : testDatabase())
  // A server compiles its code and that of its readers once, with the first file of a format.
  const small = smallCases.find(({ name }) => name === one.name)
  if (small) await db.pool.query(`drop table staging.${(await load(db, small)).tableName}`)
  await db.pool.query('checkpoint')
  const peakOfChildren = watchChildren()
  const started = performance.now()
  const staged = await load(db, one)
  const seconds = (performance.now() - started) / 1000
  const bytes = process.resourceUsage().maxRSS * 1024 + peakOfChildren()
  await db.pool.query(`drop table staging.${staged.tableName}`)
  await (databaseUrl ? db.close() : db.drop())
  console.log(JSON.stringify({ seconds, bytes, rows: staged.featureCount }))
}

const serverDatabase = async (databaseUrl: string) =>
  (await openDatabase({ databaseUrl, dataDir: values.folder, log: silentLog })) as TestDatabase

type Loaded = { seconds: number; bytes: number; rows: number }

const ours = async (index: number, databaseUrl: string | undefined): Promise<Loaded> => {
  const more = ['--one', String(index), '--folder', values.folder, '--scale', values.scale]
  if (databaseUrl) more.push('--database', databaseUrl)
  const { TEST_DATABASE_URL: _, DATABASE_URL: __, ...env } = process.env
  const { stdout } = await run(process.execPath, [import.meta.filename, ...more], { env })
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '')
}

const ogr2ogr = async (one: Case, databaseUrl: string): Promise<number> => {
  const started = performance.now()
  const options = [
    '-f',
    'PostgreSQL',
    gdalAddress(databaseUrl),
    one.source,
    '-nln',
    'ogr_bench',
    '-overwrite',
    ...(one.ogrOptions ?? []),
  ]
  await run('ogr2ogr', options, { env: { ...process.env, PG_USE_COPY: 'YES' } })
  return (performance.now() - started) / 1000
}

/** Neighbours on the machine only ever slow a run down, so the fastest says most. */
const fastest = (numbers: number[]) => Math.min(...numbers)

const compare = async (): Promise<void> => {
  if (!testServerUrl) throw new Error('Name a PostgreSQL with PostGIS in TEST_DATABASE_URL')
  const database = await testDatabase()
  const databaseUrl = database.databaseUrl ?? ''
  const lines = [
    '| source | rows | ours s | ogr2ogr s | ratio | asked | embedded s | embedded/server (asked ≤ 1.6) | peak memory, server and reader |',
    '| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |',
  ]
  try {
    for (const [index, one] of cases.entries()) {
      if (!one.path.includes(values.only)) continue
      const times = { ours: [] as number[], ogr: [] as number[], embedded: [] as number[] }
      let rows = 0
      let bytes = 0
      for (let turn = 0; turn < Number(values.runs); turn++) {
        times.ogr.push(await ogr2ogr(one, databaseUrl))
        const loaded = await ours(index, databaseUrl)
        times.ours.push(loaded.seconds)
        times.embedded.push((await ours(index, undefined)).seconds)
        rows = loaded.rows
        bytes = Math.max(bytes, loaded.bytes)
      }
      const [own, theirs, embedded] = [fastest(times.ours), fastest(times.ogr), fastest(times.embedded)]
      const ratios = [
        `**${(theirs / own).toFixed(2)}×**`,
        `${one.asked}×`,
        embedded.toFixed(2),
        `${(embedded / own).toFixed(2)}×`,
      ]
      const cells = [
        one.name,
        rows,
        own.toFixed(2),
        theirs.toFixed(2),
        ...ratios,
        `${Math.round(bytes / 1e6)} MB`,
      ]
      lines.push(`| ${cells.join(' | ')} |`)
      console.error(lines.at(-1))
    }
    const { rows } = await database.pool.query('select version() as server, postgis_lib_version() as postgis')
    const server = String(rows[0].server).split(' ').slice(0, 2).join(' ')
    writeSection('File to indexed, analysed, verified table', [
      ...lines,
      '',
      `${server}, PostGIS ${rows[0].postgis}; ogr2ogr with PG_USE_COPY=YES; seed ${SEED}; fastest of ${values.runs} interleaved runs.`,
    ])
  } finally {
    await database.drop()
  }
}

const chosen = values.one === undefined ? undefined : cases[Number(values.one)]
if (chosen) await loadOne(chosen, values.database)
else await compare()
