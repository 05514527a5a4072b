/**
 * What a map costs: 10 000 polygons, 50 000 points and 3 000 lines at 1024 × 768 with PNG, read from a file each time, beside
 * MapServer and QGIS's own renderer with the same data and classes; then tiles of 256 × 256 in the pool, and its memory.
 * Run: node test/bench/paint.bench.ts [--times 7] [--tiles 2500] [--write]; needs ogr2ogr, map2img and python3-qgis.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { parseArgs } from 'node:util'
import type { Box } from '../../backend/src/domain/probe.ts'
import { defaultLimits } from '../../backend/src/render/paint/budget.ts'
import type { PaintFeature } from '../../backend/src/render/paint/feature.ts'
import { type PaintRequest, paintImage } from '../../backend/src/render/paint/job.ts'
import { createPaintPool } from '../../backend/src/render/paint/paint-pool.ts'
import { plainView } from '../../backend/src/render/paint/view.ts'
import {
  type Expression,
  literal,
  noBase,
  pixels,
  plainGraphic,
  plainRule,
  plainStroke,
  STYLE_MODEL_VERSION,
  type Style,
  type Symbolizer,
} from '../../backend/src/styles/model.ts'
import { SEED } from './data.ts'
import { writeSection } from './results.ts'

const { values: options } = parseArgs({
  options: {
    times: { type: 'string', default: '7' },
    tiles: { type: 'string', default: '2500' },
    write: { type: 'boolean', default: false },
  },
})
const times = Number(options.times)

/** The C library's settings are those of the server (main.ts); they count from the start of a process only. */
if (process.env['MALLOC_TRIM_THRESHOLD_'] === undefined && process.execve !== undefined)
  process.execve(process.execPath, process.argv.with(0, process.execPath), {
    ...process.env,
    MALLOC_TRIM_THRESHOLD_: '131072',
    MALLOC_MMAP_THRESHOLD_: '131072',
  })

const tileCount = Number(options.tiles)

/** Metres; a pixel of the large picture is 100 m. */
const size = [1024, 768] as const
const box: Box = [0, 0, 102_400, 76_800]
const colors = ['#e41a1c', '#377eb8', '#4daf4a', '#984ea3', '#ff7f00', '#a65628']
const step = 100
type Kind = 'polygons' | 'points' | 'lines'
const kinds: Record<Kind, { count: number; classes: number }> = {
  polygons: { count: 10_000, classes: 5 },
  points: { count: 50_000, classes: 6 },
  lines: { count: 3000, classes: 3 },
}

const createRandom = (seed: number) => {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

// Data -------------------------------------------------------------------------------------------------------

type Position = [number, number]

const makeGeometry = (kind: Kind, random: () => number): unknown => {
  const [x, y] = [random() * box[2], random() * box[3]]
  if (kind === 'points') return { type: 'Point', coordinates: [x, y] }
  if (kind === 'lines') {
    let [u, v, angle] = [x, y, random() * 7]
    const coordinates = Array.from({ length: 25 }, (): Position => {
      angle += random() - 0.5
      u += 200 * Math.cos(angle)
      v += 200 * Math.sin(angle)
      return [u, v]
    })
    return { type: 'LineString', coordinates }
  }
  const ring = Array.from({ length: 24 }, (_, index): Position => {
    const radius = 300 + random() * 500
    const angle = (index * Math.PI) / 12
    return [x + radius * Math.cos(angle), y + radius * Math.sin(angle)]
  })
  return { type: 'Polygon', coordinates: [[...ring, ring[0] ?? [x, y]]] }
}

const run = (command: string, given: string[], input?: string): string => {
  const { status, stdout, stderr, error } = spawnSync(command, given, {
    encoding: 'utf8',
    ...(input === undefined ? {} : { input }),
  })
  if (status !== 0) throw new Error(`${command}: ${error?.message ?? stderr}`)
  return stdout
}

const makeData = (folder: string): string => {
  const path = join(folder, 'data.gpkg')
  for (const [kind, { count, classes }] of Object.entries(kinds) as [Kind, (typeof kinds)[Kind]][]) {
    const random = createRandom(SEED)
    const features = Array.from({ length: count }, () => ({
      type: 'Feature',
      properties: { n: Math.floor(random() * classes * step) },
      geometry: makeGeometry(kind, random),
    }))
    const crs = { type: 'name', properties: { name: 'urn:ogc:def:crs:EPSG::3857' } }
    writeFileSync(join(folder, `${kind}.json`), JSON.stringify({ type: 'FeatureCollection', crs, features }))
    const from = join(folder, `${kind}.json`)
    run('ogr2ogr', ['-update', '-append', '-f', 'GPKG', path, from, '-nln', kind, '-a_srs', 'EPSG:3857'])
    run('ogr2ogr', [join(folder, `${kind}.shp`), from, '-a_srs', 'EPSG:3857', '-lco', 'SPATIAL_INDEX=YES'])
  }
  return path
}

/** A GeoPackage's geometry is WKB behind a head of 8 bytes and a box. */
const boxBytes = [0, 32, 48, 48, 64]
const readFeatures = (path: string, kind: Kind): PaintFeature[] => {
  const database = new DatabaseSync(path, { readOnly: true })
  const statement = database.prepare(`select fid, geom, n from ${kind}`)
  statement.setReturnArrays(true)
  const rows = statement.all() as unknown as [number, Uint8Array, number][]
  database.close()
  return rows.map(([fid, geom, n]) => ({
    id: fid,
    wkb: geom.subarray(8 + (boxBytes[((geom[3] ?? 0) >> 1) & 7] ?? 0)),
    values: [n],
  }))
}

// Styles -----------------------------------------------------------------------------------------------------

const outline = { ...plainStroke(literal('#404040'), pixels(1)) }

const symbolizerOf = (kind: Kind, color: string): Symbolizer => {
  const fill = { kind: 'solid', color: literal(color), opacity: null } as const
  if (kind === 'polygons')
    return {
      ...noBase,
      kind: 'polygon',
      fill,
      stroke: outline,
      displacement: null,
      perpendicularOffset: null,
    }
  if (kind === 'lines')
    return {
      ...noBase,
      kind: 'line',
      stroke: plainStroke(literal(color), pixels(2)),
      perpendicularOffset: null,
    }
  const graphic = plainGraphic(
    [{ kind: 'mark', wellKnownName: literal('circle'), fill, stroke: outline }],
    pixels(6),
  )
  return { ...noBase, kind: 'point', graphic }
}

const isFrom = (operator: '>=' | '<', limit: number): Expression => ({
  kind: 'comparison',
  operator,
  left: { kind: 'property', name: 'n' },
  right: literal(limit),
  matchCase: true,
})

const styleOf = (kind: Kind): Style => ({
  modelVersion: STYLE_MODEL_VERSION,
  name: null,
  title: null,
  abstract: null,
  opacity: null,
  featureTypeStyles: [
    {
      name: null,
      title: null,
      vendorOptions: {},
      rules: colors.slice(0, kinds[kind].classes).map((color, index) =>
        plainRule([symbolizerOf(kind, color)], {
          applies: {
            kind: 'filter',
            filter: { kind: 'and', operands: [isFrom('>=', index * step), isFrom('<', (index + 1) * step)] },
          },
        }),
      ),
    },
  ],
})

const requestOf = (
  kind: Kind,
  features: PaintFeature[],
  at: Box,
  [width, height]: readonly [number, number],
) =>
  ({
    style: styleOf(kind),
    view: plainView({ box: at, width, height }),
    fields: ['n'],
    features,
    resources: {},
    variables: {},
    background: '#ffffff',
    format: 'png',
    limits: defaultLimits,
  }) satisfies PaintRequest

// MapServer --------------------------------------------------------------------------------------------------

const rgb = (color: string): string =>
  [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16)).join(' ')

const mapServerStyles: Record<Kind, (color: string) => string> = {
  polygons: (color) => `STYLE COLOR ${rgb(color)} OUTLINECOLOR 64 64 64 WIDTH 1 END`,
  lines: (color) => `STYLE COLOR ${rgb(color)} WIDTH 2 END`,
  points: (color) => `STYLE SYMBOL 'circle' SIZE 6 COLOR ${rgb(color)} OUTLINECOLOR 64 64 64 WIDTH 1 END`,
}
const mapServerTypes: Record<Kind, string> = { polygons: 'POLYGON', lines: 'LINE', points: 'POINT' }

const mapFile = (folder: string, kind: Kind): string => `MAP
  SIZE ${size.join(' ')} EXTENT ${box.join(' ')} UNITS METERS IMAGETYPE png24 IMAGECOLOR 255 255 255
  PROJECTION 'init=epsg:3857' END
  OUTPUTFORMAT NAME 'png24' DRIVER AGG/PNG IMAGEMODE RGB END
  SYMBOL NAME 'circle' TYPE ELLIPSE FILLED TRUE POINTS 1 1 END END
  LAYER NAME '${kind}' TYPE ${mapServerTypes[kind]} STATUS DEFAULT DATA '${join(folder, kind)}'
    ${colors
      .slice(0, kinds[kind].classes)
      .map(
        (color, index) =>
          `CLASS EXPRESSION ([n] >= ${index * step} AND [n] < ${(index + 1) * step}) ${mapServerStyles[kind](color)} END`,
      )
      .join('\n    ')}
  END
END`

/** Milliseconds by the clock, and of the processors: the second is what a busy machine changes less. */
type Taken = { clock: number; cpu: number }

const pythonTimed = `import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print((used.ru_utime + used.ru_stime) * 1000)`

/** Two runs of different length: what starting costs is the same in both. */
const inMapServer = (folder: string, kind: Kind): Taken => {
  const file = join(folder, `${kind}.map`)
  writeFileSync(file, mapFile(folder, kind))
  const picture = join(folder, `${kind}.png`)
  const timed = (draws: number): Taken => {
    const start = performance.now()
    const given = ['map2img', '-m', file, '-o', picture, '-c', String(draws)]
    const cpu = Number(run('/usr/bin/python3', ['-c', pythonTimed, ...given]))
    return { clock: performance.now() - start, cpu }
  }
  timed(1)
  const [many, one] = [timed(1 + times), timed(1)]
  return { clock: (many.clock - one.clock) / times, cpu: (many.cpu - one.cpu) / times }
}

// Ours -------------------------------------------------------------------------------------------------------

const medianOf = (numbers: number[]): number => {
  const sorted = numbers.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

const inPainter = async (path: string, kind: Kind): Promise<Taken> => {
  const clock: number[] = []
  const cpu: number[] = []
  for (let round = 0; round <= times; round += 1) {
    const start = performance.now()
    const before = process.cpuUsage()
    await paintImage(requestOf(kind, readFeatures(path, kind), box, size), () => false)
    const { user, system } = process.cpuUsage(before)
    if (round === 0) continue
    clock.push(performance.now() - start)
    cpu.push((user + system) / 1000)
  }
  return { clock: medianOf(clock), cpu: medianOf(cpu) }
}

const tileSide = 256
/** A tile has about as many polygons as a town at its scale. */
const tileMetres = 12_000

/** Those that may reach into it, found in a grid as an index would. */
const createNearby = (features: PaintFeature[]) => {
  const cells = new Map<string, PaintFeature[]>()
  const cell = 4000
  for (const feature of features) {
    const { wkb } = feature
    if (wkb === null) continue
    const view = new DataView(wkb.buffer, wkb.byteOffset, wkb.byteLength)
    const [x, y] = [view.getFloat64(13, true), view.getFloat64(21, true)]
    const key = `${Math.floor(x / cell)} ${Math.floor(y / cell)}`
    const present = cells.get(key)
    if (present) present.push(feature)
    else cells.set(key, [feature])
  }
  return ([west, south, east, north]: Box): PaintFeature[] => {
    const found: PaintFeature[] = []
    for (let x = Math.floor((west - 2000) / cell); x <= Math.floor((east + 2000) / cell); x += 1)
      for (let y = Math.floor((south - 2000) / cell); y <= Math.floor((north + 2000) / cell); y += 1)
        found.push(...(cells.get(`${x} ${y}`) ?? []))
    // Views of the whole file would be copied from thread to thread.
    return found.map((feature) => ({ ...feature, wkb: feature.wkb && Uint8Array.from(feature.wkb) }))
  }
}

type Memory = { resident: number; heaps: number; external: number; reserved: number }

/** In MB: of the process; used in the heaps of its threads, outside of them, and what V8 has reserved for all heaps. */
const memoryNow = (): Memory => {
  const { rss, heapUsed, heapTotal, external } = process.memoryUsage()
  const { workers = [] } = process.report.getReport() as unknown as {
    workers?: {
      javascriptHeap: { usedMemory: number; totalCommittedMemory: number; externalMemory?: number }
    }[]
  }
  const sum = (own: number, of: (heap: (typeof workers)[number]['javascriptHeap']) => number) =>
    Math.round(workers.reduce((all, { javascriptHeap }) => all + of(javascriptHeap), own) / 2 ** 20)
  return {
    resident: Math.round(rss / 2 ** 20),
    heaps: sum(heapUsed, (heap) => heap.usedMemory),
    external: sum(external, (heap) => heap.externalMemory ?? 0),
    reserved: sum(heapTotal, (heap) => heap.totalCommittedMemory),
  }
}

const paintTiles = async (path: string) => {
  const nearby = createNearby(readFeatures(path, 'polygons'))
  const random = createRandom(SEED)
  const pool = createPaintPool({ threads: 2 })
  const durations: number[] = []
  const memory: Memory[] = []
  let features = 0
  const one = async () => {
    const [west, south] = [random() * (box[2] - tileMetres), random() * (box[3] - tileMetres)]
    const at: Box = [west, south, west + tileMetres, south + tileMetres]
    const found = nearby(at)
    features += found.length
    const start = performance.now()
    await pool.paint(requestOf('polygons', found, at, [tileSide, tileSide]))
    durations.push(performance.now() - start)
    if (durations.length % Math.ceil(tileCount / 10) === 0) memory.push(memoryNow())
  }
  await Promise.all([one(), one()])
  durations.length = 0
  const start = performance.now()
  let left = tileCount
  const client = async () => {
    while (left > 0) {
      left -= 1
      await one()
    }
  }
  await Promise.all([client(), client()])
  const seconds = (performance.now() - start) / 1000
  await pool.close()
  const sorted = durations.toSorted((a, b) => a - b)
  return {
    perSecond: tileCount / seconds,
    median: medianOf(durations),
    p95: sorted[Math.floor(sorted.length * 0.95)] ?? Number.NaN,
    features: features / (tileCount + 2),
    memory,
  }
}

// The table --------------------------------------------------------------------------------------------------

const folder = mkdtempSync(join(tmpdir(), 'sec-ims-paint-'))
try {
  const path = makeData(folder)
  const asked: Record<Kind, string> = { polygons: '500', points: '700', lines: '–' }
  const styles = (Object.keys(kinds) as Kind[]).map((layer) => ({
    layer,
    box,
    classes: colors.slice(0, kinds[layer].classes).map((color, i) => [i * step, (i + 1) * step - 0.5, color]),
  }))
  const script = join(import.meta.dirname, 'paint-qgis.py')
  const rows: string[] = []
  const qgis = JSON.parse(
    run('/usr/bin/python3', [script, path, String(times)], JSON.stringify(styles))
      .trim()
      .split('\n')
      .at(-1) ?? '{}',
  ) as Record<Kind, number>
  for (const kind of Object.keys(kinds) as Kind[]) {
    const theirs = inMapServer(folder, kind)
    const ours = await inPainter(path, kind)
    const shares = `${(theirs.clock / ours.clock).toFixed(1)}×; CPU ${(theirs.cpu / ours.cpu).toFixed(1)}×`
    rows.push(
      `| ${kinds[kind].count} ${kind}, ${kinds[kind].classes} classes | **${ours.clock.toFixed(0)}** | ${ours.cpu.toFixed(0)} | ${asked[kind]} | ${theirs.clock.toFixed(0)} (${shares}) | ${theirs.cpu.toFixed(0)} | ${qgis[kind].toFixed(0)} (${(qgis[kind] / ours.clock).toFixed(1)}×) |`,
    )
  }
  const tiles = await paintTiles(path)
  const each = (what: keyof Memory) => tiles.memory.map((one) => one[what]).join(', ')
  writeSection('Maps', [
    `Milliseconds for a picture of ${size.join(' × ')} pixels with PNG, data read from a file each time, by the clock and of the processors; in brackets how many times ours that is.`,
    '',
    '| Map | ours | CPU | asked ≤ | MapServer | CPU | QGIS |',
    '| --- | ---: | ---: | ---: | ---: | ---: | ---: |',
    ...rows,
    '',
    `Tiles of 256 × 256 with ${tiles.features.toFixed(0)} polygons, two threads, ${tileCount} at random places: ${tiles.perSecond.toFixed(0)} a second (asked ≥ 100), half of them within ${tiles.median.toFixed(1)} ms, 95 % within ${tiles.p95.toFixed(1)} ms (asked ≤ 50).`,
    '',
    `Memory while they are made, every tenth of them, in MB: resident ${each('resident')}; used in the heaps of all threads ${each('heaps')}; outside of them ${each('external')}; reserved for heaps ${each('reserved')}.`,
    '',
    `MapServer 8.0 (map2img, shapefile with index), QGIS 3.22 (GeoPackage, offscreen); seed ${SEED}; median of ${times}; load of the machine at the end ${loadavg()[0]?.toFixed(1)}.`,
  ])
} finally {
  rmSync(folder, { recursive: true, force: true })
}
