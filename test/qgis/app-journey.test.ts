/**
 * An analyst's day in a real QGIS, in every host of the panel: install, connect, publish, change, publish again, and
 * find everything in the catalogue as it was. Everything is done by mouse and keys in the panel and QGIS's own dialogs.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { doctorFindings } from '../helpers/publish.ts'
import { canRun, type Host, hosts, missingFor, type QgisApp, qgisApp } from '../helpers/qgis-app.ts'
import { type ServerProcess, serverProcess } from '../helpers/server-process.ts'
import { sharedData, whySkipped } from '../helpers/shared-data.ts'
import {
  addFromCatalogue,
  allGood,
  connect,
  describeLayer,
  fillConnection,
  finish,
  issueToken,
  type LayerInQgis,
  openProject,
  pluginZip,
  publish,
  saveConnection,
  tick,
} from './app/steps.ts'
import { type TrainingData, trainingData } from './app/training-data.ts'

type Layer = { name: string; title: string }
/** What a layer is before it is published, to hold against what comes back. */
type Seen = Layer & {
  fields: string[]
  features: string[]
  qml: string
  crs: string
  extent: number[]
  painted: number
}

// Ten layers one after the other, on a machine that does other things too.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 })

let hasFailed = false
/** A test that builds on the ones before it. */
const step = (name: string, work: () => Promise<void>) =>
  test(name, async () => {
    if (hasFailed) throw new Error('A step before this one has failed.')
    hasFailed = true
    await work()
    hasFailed = false
  })

let folder = ''
let zip = ''
let data: TrainingData | undefined
let server: ServerProcess

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'secims-app-'))
  zip = await pluginZip(folder)
  data = await trainingData(folder)
  server = await serverProcess()
})

afterAll(async () => {
  await server?.drop()
  await rm(folder, { recursive: true, force: true })
})

const lookAt = async (app: QgisApp, { name, title }: Layer): Promise<Seen> => {
  const fields = (await app.call<string[]>('fields', { name })).filter((field) => field !== 'fid')
  const extent = await app.call<number[]>('extent', { name })
  return {
    name,
    title,
    fields,
    extent,
    features: await app.call('features', { name, fields }),
    qml: await app.call<string>('qml', { name }),
    crs: (await app.call<LayerInQgis>('facts', { name })).crs,
    painted: (await app.call<{ painted: number }>('render', { name, title: `${title} before`, extent }))
      .painted,
  }
}

/** A centimetre, in degrees. */
const tolerance = 1e-7
const numberInText = /-?\d+(?:\.\d+)?(?:e[+-]?\d+)?/g
const sameLine = (one: string, other: string) => {
  if (one.replace(numberInText, '#') !== other.replace(numberInText, '#')) return false
  const numbers = other.match(numberInText) ?? []
  return (one.match(numberInText) ?? []).every(
    (number, at) => Math.abs(Number(number) - Number(numbers[at])) <= tolerance,
  )
}
/** Pairs that are not the same; all of them when their number differs. */
const differingFeatures = (before: readonly string[], after: readonly string[]) => {
  if (before.length !== after.length) return [`${before.length} and ${after.length} features`]
  return before.flatMap((line, at) => (sameLine(line, after[at] ?? '') ? [] : [line, after[at]]))
}

/** Newer QGIS names the CRS of GeoJSON by its order of axes; in QGIS, whose x is always east, they are one. */
const sameCrs = (authid: string) => (authid === 'OGC:CRS84' ? 'EPSG:4326' : authid)
/**
 * What QGIS itself changes whenever it reads a style is not compared: symbol layers have ids of their own since 3.30, new
 * ones in every copy, and `trimtrailingzeroes` is written as 1 and read as `true`. It words classes that are made anew; the
 * words of those that there are stand in their ranges.
 */
const kept = (qml: string) =>
  qml
    .replace(/ id="\{[0-9a-f-]{36}\}"/g, '')
    .replace(/<labelFormat [^>]*>/g, (element) => element.replace(/ trimtrailingzeroes="[01]"/, ''))

/** The layer of this title in the project, which came from the catalogue, is what was published. */
const expectSame = async (app: QgisApp, seen: Seen) => {
  const { title, fields, extent } = seen
  const facts = await app.call<LayerInQgis>('facts', { name: title })
  expect(facts).toMatchObject({ isValid: true, provider: 'OAPIF' })
  expect(sameCrs(facts.crs)).toBe(sameCrs(seen.crs))
  const features = await app.call<Seen['features']>('features', { name: title, fields })
  const differing = differingFeatures(seen.features, features)
  expect.soft(differing.slice(0, 4), `${differing.length / 2} features of ${title} differ`).toEqual([])
  const qml = await app.call<string>('qml', { name: title })
  expect.soft(kept(qml), `style of ${title}`).toBe(kept(seen.qml))
  await app.call('render', { name: title, title: `${title} after`, extent })
  const pixels = await app.call<{ differing: number; plainly: number }>('compare', {
    one: `${title} before`,
    other: `${title} after`,
  })
  // Of 200 000. Coordinates come with nine decimals, which may move the shade of an edge; where two places are equally
  // good for a label, QGIS decides by the features' ids.
  const hasLabels = seen.qml.includes('<labeling')
  expect.soft(pixels.plainly, `pixels of ${title} that differ`).toBeLessThanOrEqual(hasLabels ? 1000 : 20)
  expect.soft(pixels.differing, `pixels of ${title} that differ by a shade`).toBeLessThanOrEqual(1000)
}

const openAll = async (app: QgisApp, all: readonly Seen[]) => {
  await app.call('new_project')
  for (const seen of all) {
    expect.soft(await addFromCatalogue(app, seen.title), seen.title).toContain('identical')
    await expectSame(app, seen)
  }
  await app.shot('from-the-catalogue')
}

const start = async (host: Host, analyst: string) => {
  const app = await qgisApp({ host, zip, title: `journey-${host}` })
  try {
    const { token } = await issueToken(server, analyst)
    await app.openPanel()
    await app.shot('panel-opens')
    await connect(app, { name: 'Catalogue', url: server.url, token })
    return app
  } catch (error) {
    await app.close()
    throw error
  }
}

/** Publishes layers of the open project; what they are is noted before. */
const publishAll = async (
  app: QgisApp,
  all: readonly Layer[],
  step: string,
  { except = {} }: { except?: Record<string, string> } = {},
): Promise<Seen[]> => {
  const seen: Seen[] = []
  for (const layer of all) {
    await describeLayer(app, layer.name, layer.title)
    seen.push(await lookAt(app, layer))
  }
  const names = all.map(({ name }) => name)
  await tick(app, names)
  await app.shot(`${step}-ticked`)
  expect(await publish(app, names, step)).toEqual({ ...allGood(names), ...except })
  return seen.filter(({ name }) => except[name] === undefined)
}

const titled = (names: readonly string[], edition: string): Layer[] =>
  names.map((name) => ({ name, title: `${name.replaceAll('_', ' ')} ${edition}` }))

const stateOf = (app: QgisApp, name: string) => app.panel.see(`layer.${name}`)

const expectState = (app: QgisApp, name: string, text: string) =>
  app.panel.see({ selector: `[data-test="layer.${name}"]`, text })

const geopackageLayers = [
  { name: 'roads', style: 'roads' },
  { name: 'restaurants', style: 'rural' },
  { name: 'schools', style: 'rural_classes' },
  { name: 'buildings', style: 'landuse_layer' },
]

/** Layers of the GeoPackage in an empty project, with styles from files. */
const addGeopackage = async (app: QgisApp, names: readonly string[]) => {
  if (data === undefined) throw new Error(whySkipped)
  await app.call('new_project')
  for (const { name, style } of geopackageLayers.filter((layer) => names.includes(layer.name)))
    await app.call('add_layer', {
      path: `${data.geopackage}|layername=${name}`,
      name,
      style: data.style(style),
    })
}

const missing = (host: Host) => (canRun(host) ? null : missingFor(host))
const isHere = (host: Host) => missing(host) === null && sharedData('qgis-training') !== undefined
const whyNot = (host: Host) => (isHere(host) ? '' : ` (${missing(host) ?? whySkipped})`)

/** The whole day in the host that QGIS 3.22 has, or where there is none of it in the next. */
const mainHost: Host = missingFor('webkit') === null ? 'webkit' : 'browser'

describe.skipIf(!isHere(mainHost))(`A day in QGIS, panel in ${mainHost}${whyNot(mainHost)}`, () => {
  let app: QgisApp
  beforeAll(async () => {
    app = await start(mainHost, 'Ana Lyst')
  })
  afterAll(() => app?.close())

  step('a wrong token is refused in a sentence, and nothing is kept', async () => {
    await app.panel.press('connection.add')
    await fillConnection(app, { name: 'Wrong', url: server.url, token: 'secims_wrong0000_0000' })
    await saveConnection(app)
    await app.window(/The server refuses the token: it is wrong, has expired, or was revoked/)
    await app.shot('token-refused')
    await app.pressIn(/^SecimsConnectionDialog$/, /^Cancel$/)
    await app.noWindow(/^SecimsConnectionDialog$/)
    expect(await app.panel.texts('.card h2')).toEqual(['Catalogue'])
  })

  step('the whole of QGIS can be looked through beside the panel, as other plugins do', async () => {
    expect((await app.call<{ objects: number }>('look_through')).objects).toBeGreaterThan(500)
  })

  const published: Seen[] = []

  step('the layers of example.qgs are published with styles and metadata, but a damaged one', async () => {
    if (data === undefined) throw new Error(whySkipped)
    const inProject = await openProject(app, data.example, { hasMissing: true })
    const names = inProject.filter(({ isValid }) => isValid).map(({ name }) => name)
    expect(names).toHaveLength(10)
    // A feature of this shapefile is damaged: QGIS counts it, and cannot read it.
    const except = { water: 'Not published: Export' }
    published.push(...(await publishAll(app, titled(names, 'in the example'), 'example', { except })))
    await app.panel.press('result.failure.water.details')
    await app.panel.see({
      selector: '[data-test="result.card.water"]',
      text: '38 features, but 37 were written',
    })
    await app.shot('damaged-layer')
    await finish(app)
    expect(await app.panel.see('publish.tick.3320C_2010_314_RGB_LATLNG')).toBe('')
    for (const name of names) await expectState(app, name, name === 'water' ? 'new' : 'published, unchanged')
  })

  step('all layers of world.qgs are published with styles and metadata', async () => {
    if (data === undefined) throw new Error(whySkipped)
    const inProject = await openProject(app, data.world)
    const names = inProject.map(({ name }) => name)
    expect(names).toHaveLength(4)
    await describeLayer(app, 'countries_shapeburst', 'countries shapeburst of the world')
    await tick(app, ['countries_shapeburst'])
    // Inverted polygons are not in SLD: the style is kept for QGIS alone.
    await app.panel.see({ selector: '[data-test="publish.card.countries_shapeburst"] [data-code="STY-004"]' })
    published.push(...(await publishAll(app, titled(names, 'of the world'), 'world')))
    await finish(app)
  })

  step('layers of a GeoPackage are published, and metadata are typed into the panel', async () => {
    await addGeopackage(
      app,
      geopackageLayers.map(({ name }) => name),
    )
    const described = titled(['restaurants', 'schools', 'buildings'], 'of Swellendam')
    published.push(...(await publishAll(app, described, 'geopackage')))
    await finish(app)

    const { panel } = app
    await tick(app, ['roads'])
    await panel.press('publish.metadata.roads')
    await panel.screen('metadata')
    await panel.type('metadata.title', 'roads of Swellendam')
    await panel.type('metadata.abstract', 'Roads of Swellendam, typed by hand')
    await panel.press('metadata.topics')
    await panel.press('metadata.topic.boundaries')
    if (!(await panel.has('metadata.contact.1.email'))) await panel.press('metadata.contact.add')
    await panel.type('metadata.contact.1.organisation', 'Survey Department')
    await panel.type('metadata.contact.1.email', 'ana@survey.lc')
    await panel.choose('metadata.language', 'eng')
    await panel.choose('metadata.resourceLanguage', 'eng')
    await panel.type('metadata.lineage', 'Digitised from aerial photographs')
    await panel.type('metadata.useConditions', 'No conditions apply')
    await panel.type('metadata.accessConditions', 'No conditions apply')
    await app.shot('metadata-typed')
    await panel.press('metadata.done')
    await panel.screen('publish')
    published.push(await lookAt(app, { name: 'roads', title: 'roads of Swellendam' }))
    expect(await publish(app, ['roads'], 'roads')).toEqual(allGood(['roads']))
    await finish(app)
  })

  step('changed data and a changed style are seen, planned and published alone', async () => {
    const change = (name: string) => published.findIndex((seen) => seen.title === `${name} of Swellendam`)
    await app.call('change_feature', { name: 'restaurants', field: 'name', value: 'Changed in QGIS' })
    await app.call('restyle', { name: 'roads', colour: '#ff00aa' })
    await expectState(app, 'restaurants', 'differs: data')
    await expectState(app, 'roads', 'differs: style')
    expect(await stateOf(app, 'schools')).toContain('published, unchanged')
    await app.shot('changed')

    await app.panel.press('publish.more.roads')
    await app.panel.screen('layer')
    await app.panel.press('layer.publishStyle')
    await app.panel.see({ selector: '[data-test="review.card.roads"]', text: 'The style is replaced' })
    expect(await app.panel.see('review.card.roads')).not.toContain('The data are replaced')
    await app.shot('style-only-review')
    await app.panel.press('review.publish')
    await app.panel.screen('result', 180_000)
    await app.panel.see({ selector: '[data-test="result.card.roads"]', text: 'Published' })
    await finish(app)
    await expectState(app, 'roads', 'published, unchanged')

    await tick(app, ['restaurants'])
    await app.panel.press('publish.review')
    await app.panel.see({ selector: '[data-test="review.card.restaurants"]', text: 'The data are replaced' })
    await app.panel.press('review.publish')
    await app.panel.screen('result', 180_000)
    await app.panel.see({ selector: '[data-test="result.card.restaurants"]', text: 'Published and verified' })
    await finish(app)
    for (const name of ['roads', 'restaurants'])
      published[change(name)] = await lookAt(app, { name, title: `${name} of Swellendam` })
  })

  step('rasters are published as they are drawn, change their style, and come back with it', async () => {
    if (data === undefined) throw new Error(whySkipped)
    const { panel } = app
    const rasters = [
      { name: 'heights', title: 'Heights of Swellendam' },
      { name: 'photo', title: 'Photograph of Swellendam' },
    ]
    const names = rasters.map(({ name }) => name)
    await app.call('new_project')
    await app.call('add_raster', { path: data.heights, name: 'heights' })
    await app.call('add_raster', { path: data.photo, name: 'photo' })
    await app.call('shade', { name: 'heights', azimuth: 315 })
    for (const { name, title } of rasters) await describeLayer(app, name, title)
    await tick(app, names)
    await app.shot('rasters-ticked')
    expect(await publish(app, names, 'rasters')).toEqual(allGood(names))
    for (const { name } of rasters) {
      // The files have no overviews, so that QGIS picks single cells where the catalogue has averages.
      const of = `[data-test="result.card.${name}"]`
      await panel.see({ selector: `${of} [data-verdict="alike"], ${of} [data-verdict="nearly"]` })
    }
    await app.shot('rasters-published')
    await finish(app)
    for (const { name } of rasters) await expectState(app, name, 'published, unchanged')

    await app.call('shade', { name: 'heights', azimuth: 45 })
    await expectState(app, 'heights', 'differs: style')
    await tick(app, ['heights'])
    expect(await publish(app, ['heights'], 'heights')).toEqual({ heights: 'Published' })
    await finish(app)
    const relief = await app.call<string>('qml', { name: 'heights' })

    await app.call('new_project')
    await panel.press('shell.catalogue')
    await panel.screen('catalogue')
    await panel.type('catalogue.q', 'Heights of Swellendam')
    await panel.press('catalogue.search')
    await panel.press({ selector: '[data-test^="catalogue.open."]', text: 'Heights of Swellendam' })
    await panel.press({ selector: '[data-test^="record.download."]' })
    const dialog = /^Save the file$/
    await app.window(dialog)
    await app.fill(dialog, 'fileNameEdit', join(folder, 'saved.tif'))
    await app.pressIn(dialog, /^&?Save$/)
    await app.noWindow(dialog)
    expect(await panel.see('record.added')).toContain('identical')
    expect(await app.call<string>('qml', { name: 'Heights of Swellendam' })).toBe(relief)
  })

  step('all of it comes back from the catalogue into an empty project as it was', async () => {
    expect(published).toHaveLength(17)
    // Some are drawn at other scales only.
    expect(published.filter(({ painted }) => painted > 0).length).toBeGreaterThanOrEqual(12)
    await openAll(app, published)
  })

  step('the server finds nothing wrong, and QGIS ends well', async () => {
    expect(await doctorFindings(server.administrator)).toEqual([])
    expect(await app.quit()).toBe(0)
  })
})

for (const host of hosts.filter((it) => it !== mainHost))
  describe.skipIf(!isHere(host))(`A morning in QGIS, panel in ${host}${whyNot(host)}`, () => {
    let app: QgisApp
    beforeAll(async () => {
      app = await start(host, `Analyst in ${host}`)
    })
    afterAll(() => app?.close())

    test('layers are published, changed, published again, and come back as they were', async () => {
      const layers = titled(['schools', 'roads'], `by ${host}`)
      const names = layers.map(({ name }) => name)
      await addGeopackage(app, names)
      await publishAll(app, layers, 'first')
      await finish(app)
      await app.call('restyle', { name: 'roads', colour: '#00aa55' })
      await app.call('delete_features', { name: 'schools', count: 1 })
      await expectState(app, 'schools', 'differs: data')
      await expectState(app, 'roads', 'differs: style')
      await tick(app, names)
      expect(await publish(app, names, 'again')).toMatchObject({ schools: 'Published and verified' })
      await finish(app)
      const seen = []
      for (const layer of layers) seen.push(await lookAt(app, layer))
      await openAll(app, seen)
      expect(await doctorFindings(server.administrator)).toEqual([])
    })
  })
