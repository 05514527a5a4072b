/**
 * How long 100 000 polygons take from pressing Publish to "Published and verified", in the WebKit dock of a full QGIS
 * on a screen of its own, split by step, beside ogr2ogr loading the same file into the same PostgreSQL alone; how long
 * QGIS stands still in each step; and how long preflight takes for 50 layers.
 * Run: TEST_DATABASE_URL=postgres://… node test/bench/publish.bench.ts [--write] [--folder /tmp/sec-ims-bench] [--scale 1]
 */
import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs, promisify } from 'node:util'
import { testServerUrl } from '../helpers/database.ts'
import { missingFor, type QgisApp, qgisApp } from '../helpers/qgis-app.ts'
import { serverProcess } from '../helpers/server-process.ts'
import { connect, describeLayer, issueToken, pluginZip, tick } from '../qgis/app/steps.ts'
import { benchData, SEED } from './data.ts'
import { gdalAddress } from './gdal-address.ts'
import { writeSection } from './results.ts'

const { values } = parseArgs({
  options: {
    folder: { type: 'string', default: '/tmp/sec-ims-bench' },
    scale: { type: 'string', default: '1' },
    write: { type: 'boolean' },
  },
})

const askedStallMs = 100
const askedPreflightMs = 3000
const preflightLayers = 50

/** What the panel did from the press to the result: when each step was first seen to run, and when the result came. */
type Trace = { at: number; step: string }[]
type Stall = { at: number; ms: number; ownMs: number }

/**
 * Notes in the panel which step runs; the panel's own progress is read, nothing is called. Written for QtWebKit. The
 * panel gives the hash the last tenth of the export; what is uploaded whole is read by the server.
 */
const watchSteps = `(function () {
  var trace = window.secimsTrace = [], last = ''
  function note(step) { if (step !== last) { last = step; trace.push({ at: Date.now(), step: step }) } }
  function look() {
    if (document.querySelector('[data-screen="result"]')) { note('result'); return }
    var running = document.querySelector('[data-step][data-state="running"]')
    if (running) {
      var step = running.getAttribute('data-step'), bar = running.querySelector('[role="progressbar"]')
      var percent = Number(bar ? bar.getAttribute('aria-valuenow') : 0)
      note(step === 'export' && percent >= 90 ? 'hash' : step === 'upload' && percent >= 100 ? 'read' : step)
    }
    setTimeout(look, 10)
  }
  document.addEventListener('click', function pressed() {
    document.removeEventListener('click', pressed, true)
    note('press')
    look()
  }, true)
  return true
})()`

const stepNames: Record<string, string> = {
  press: 'start',
  export: 'export',
  hash: 'read back and hash',
  upload: 'upload',
  read: 'server reads the file',
  record: 'record',
  style: 'style',
  publish: 'server load and commit',
  verify: 'verification',
}

const publishOnce = async (app: QgisApp, name: string) => {
  await tick(app, [name])
  await app.panel.press('publish.review')
  await app.panel.see(`review.card.${name}`)
  await app.call('stalls', {})
  await app.panel.evaluate(watchSteps)
  await app.panel.press('review.publish')
  await app.panel.screen('result', 300_000)
  const outcome = await app.panel.see({ selector: `[data-test="result.card.${name}"] [data-outcome]` })
  if (outcome.trim() !== 'Published and verified') throw new Error(`QGIS says: ${await app.panel.text()}`)
  const trace = (await app.panel.evaluate('window.secimsTrace')) as Trace
  const stalls = await app.call<Stall[]>('stalls', {})
  return { trace, stalls }
}

const longest = (stalls: Stall[], from: number, to: number) => {
  const within = stalls.filter(({ at }) => at >= from && at < to)
  return {
    ms: Math.max(0, ...within.map(({ ms }) => ms)),
    ownMs: Math.max(0, ...within.map(({ ownMs }) => ownMs)),
  }
}

const ogr2ogr = async (source: string, databaseUrl: string): Promise<number> => {
  const started = performance.now()
  const options = ['-f', 'PostgreSQL', gdalAddress(databaseUrl), source, '-nln', 'ogr_bench', '-overwrite']
  await promisify(execFile)('ogr2ogr', options, { env: { ...process.env, PG_USE_COPY: 'YES' } })
  return (performance.now() - started) / 1000
}

/** From the press on "Review" until the plan of all layers is on the screen. */
const preflightSeconds = async (app: QgisApp, source: string): Promise<number> => {
  await app.call('new_project')
  const names: string[] = []
  for (let number = 1; number <= preflightLayers; number++) {
    const name = `small ${number}`
    await app.call('add_layer', { path: source, name })
    names.push(name)
  }
  await tick(app, names)
  await app.panel.evaluate(`(function () {
    document.addEventListener('click', function pressed() {
      document.removeEventListener('click', pressed, true)
      var began = Date.now()
      ;(function look() {
        var cards = document.querySelectorAll('[data-test^="review.card."]').length
        if (cards >= ${preflightLayers}) window.secimsReviewedMs = Date.now() - began
        else setTimeout(look, 10)
      })()
    }, true)
    return true
  })()`)
  await app.panel.press('publish.review')
  for (;;) {
    const found = await app.panel.evaluate('window.secimsReviewedMs || 0')
    if (typeof found === 'number' && found > 0) return found / 1000
    await pause(200)
  }
}

const measure = async () => {
  const folder = await mkdtemp(join(tmpdir(), 'secims-publish-bench-'))
  const scale = Number(values.scale)
  const source = benchData(values.folder, scale).polygons.gpkg
  const small = benchData(join(values.folder, 'small'), 0.01).polygons.gpkg
  // The layer is a little over what a server takes unless it is told otherwise.
  const server = await serverProcess({ environment: { MAX_DATASET_MB: '200' } })
  let app: QgisApp | undefined
  try {
    const databaseUrl = server.place.databaseUrl ?? ''
    app = await qgisApp({ host: 'webkit', zip: await pluginZip(folder) })
    const { token } = await issueToken(server, 'Ana Lyst')
    await app.openPanel()
    await connect(app, { name: 'Catalogue', url: server.url, token })
    await app.call('load', { path: join(import.meta.dirname, 'stalls.py') })
    // A server and a QGIS that have published before have their code compiled and their caches warm.
    await app.call('add_layer', { path: small, name: 'warm' })
    await describeLayer(app, 'warm', 'Warming up')
    await publishOnce(app, 'warm')
    await app.panel.press('result.done')
    await app.call('new_project')
    await app.call('add_layer', { path: source, name: 'polygons' })
    await describeLayer(app, 'polygons', 'Polygons of the bench')
    const alone = await ogr2ogr(source, databaseUrl)
    const published = await publishOnce(app, 'polygons')
    await app.panel.press('result.done')
    return { alone, preflight: await preflightSeconds(app, small), ...published }
  } finally {
    await app?.close()
    await server.drop()
    await rm(folder, { recursive: true, force: true })
  }
}

const report = ({ alone, preflight, trace, stalls }: Awaited<ReturnType<typeof measure>>) => {
  const rows = trace.slice(0, -1).map(({ at, step }, index) => {
    const to = trace[index + 1]?.at ?? at
    const stall = longest(stalls, at, to)
    return `| ${stepNames[step] ?? step} | ${((to - at) / 1000).toFixed(2)} | ${stall.ms} | ${stall.ownMs} |`
  })
  const from = trace[0]?.at ?? 0
  const to = trace.at(-1)?.at ?? from
  const seconds = (to - from) / 1000
  const all = longest(stalls, from, to)
  const count = Math.round(100_000 * Number(values.scale))
  writeSection('Publishing from QGIS', [
    `${count} polygons, from pressing Publish to "Published and verified", in the WebKit dock; seed ${SEED}.`,
    '',
    "| step | s | QGIS's longest stall, ms | without waiting for a core, ms |",
    '| --- | ---: | ---: | ---: |',
    ...rows,
    `| **all** | **${seconds.toFixed(2)}** | ${all.ms} | **${all.ownMs}** (asked < ${askedStallMs}) |`,
    '',
    `ogr2ogr with PG_USE_COPY=YES loads the same file into the same PostgreSQL in ${alone.toFixed(2)} s, without style, metadata, download, upload or verification: ${(seconds / alone).toFixed(1)}×.`,
    `Preflight and plan of ${preflightLayers} layers: ${preflight.toFixed(2)} s (asked < ${askedPreflightMs / 1000} s).`,
  ])
}

const missing = missingFor('webkit')
if (missing !== null) console.error(`Publishing from QGIS is not measured here: ${missing}.`)
else if (!testServerUrl) throw new Error('Name a PostgreSQL with PostGIS in TEST_DATABASE_URL')
else report(await measure())
