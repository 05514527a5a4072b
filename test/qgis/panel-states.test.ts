/**
 * Every state of the panel's screens, drawn by Chromium at the width of a dock and wider, in light and dark: nothing is
 * cut off, axe finds no barrier, and no text of a server or a project becomes markup. QGIS itself is in other tests.
 * SECIMS_SCREENSHOTS names a folder for the pictures.
 */
import { existsSync } from 'node:fs'
import { mkdir, readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { build } from 'esbuild'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bundlePanel, type Panel } from '../../qgis-bridge/src/panel-bundle.ts'
import {
  answers,
  connection,
  dark,
  exported,
  hostile,
  layer,
  ok,
  parcels,
  pendingUpload,
  problem,
  project,
  publication,
  record,
  type Scenario,
  scenario,
  settings,
} from './panel-scenario.ts'

const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium'
const hasChromium = existsSync(executablePath)
const screenshots = process.env['SECIMS_SCREENSHOTS']

type State = {
  name: string
  scenario: Scenario
  /** Controls pressed, in order, by their data-test. */
  press?: string[]
  /** What must be there, as a selector, before the picture is taken. */
  shows: string
}

const pick = (test: string) => `[data-test="${test.replace(/(["\\])/g, '\\$1')}"]`
const screen = (name: string) => `[data-screen="${name}"]`

const noLayers = { ...project, tree: [], layers: [] }
const roadsOnly = { ...project, tree: [project.tree[0]], layers: [layer()] }
/** A column of the published layer is gone in QGIS, so that consent is asked for. */
const parcelsOnly = {
  ...project,
  tree: [{ kind: 'layer', name: 'Parcels', layer: parcels.id, isVisible: true }],
  layers: [parcels],
}
const toReview = ['publish.tick.Roads', 'publish.review']
const toResult = [...toReview, 'review.publish']
const hostileGroup = project.tree[1]?.name ?? ''

const note = {
  version: 1,
  key: 'k',
  exported,
  order: { layer: 'roads_1', title: `Roads ${hostile}` },
}

const states: State[] = [
  {
    name: 'connection-none',
    scenario: scenario({
      verbs: { 'connections.list': answers({ connections: [] }) },
      hello: { settings: { ...settings, connection: null } },
    }),
    shows: `${screen('connection')} ${pick('connection.add')}`,
  },
  {
    name: 'connections',
    scenario: scenario(),
    press: ['shell.connection'],
    shows: `${screen('connection')} .card`,
  },
  {
    name: 'connection-in-browser',
    scenario: scenario({ hello: { host: 'browser' }, verbs: { 'connections.edit': { hang: true } } }),
    press: ['shell.connection', 'connection.add'],
    shows: pick('shell.continueInQgis'),
  },
  {
    name: 'connection-unreachable',
    scenario: scenario({
      verbs: {
        'connections.test': {
          err: { code: 'offline', message: 'Connection refused (catalogue.example:443).' },
        },
      },
    }),
    shows: pick('shell.failure'),
  },
  { name: 'publish', scenario: scenario(), shows: `${screen('publish')} .tree` },
  {
    name: 'publish-no-layers',
    scenario: scenario({ verbs: { 'layers.list': answers(noLayers) } }),
    shows: '.empty',
  },
  {
    name: 'publish-findings',
    scenario: scenario(),
    press: ['publish.tick.Roads', `publish.group.${hostileGroup}`, 'publish.style.Roads'],
    shows: '.finding',
  },
  {
    name: 'publish-style-fails',
    scenario: scenario({
      verbs: {
        'layer.style': { err: { code: 'layer-invalid', message: 'The file /data/roads.gpkg is gone.' } },
      },
    }),
    press: ['publish.tick.Roads'],
    shows: pick('publish.failure.Roads'),
  },
  {
    name: 'metadata',
    scenario: scenario(),
    press: ['publish.tick.Roads', 'publish.metadata.Roads', 'metadata.topics'],
    shows: `${screen('metadata')} ${pick('metadata.title')}`,
  },
  {
    name: 'review-new',
    scenario: scenario({ verbs: { 'layers.list': answers(roadsOnly) } }),
    press: toReview,
    shows: '[data-plan="new"]',
  },
  {
    name: 'review-schema',
    scenario: scenario({ verbs: { 'layers.list': answers(parcelsOnly) } }),
    press: ['publish.tick.Parcels', 'publish.review'],
    shows: pick('review.consent.Parcels'),
  },
  {
    name: 'review-consent-missing',
    scenario: scenario({ verbs: { 'layers.list': answers(parcelsOnly) } }),
    press: ['publish.tick.Parcels', 'publish.review', 'review.publish'],
    shows: pick('shell.notice'),
  },
  {
    name: 'running',
    scenario: scenario({
      verbs: {
        'layers.list': answers(roadsOnly),
        'upload.send': {
          hang: true,
          progress: [{ stage: 'upload', done: 1_300_000, total: 4_200_000, bytesPerSecond: 640_000 }],
        },
      },
    }),
    press: toResult,
    shows: '[data-step="upload"][data-state="running"]',
  },
  {
    name: 'result-published',
    scenario: scenario({ verbs: { 'layers.list': answers(roadsOnly) } }),
    press: toResult,
    shows: `${screen('result')} [data-outcome]`,
  },
  {
    name: 'result-differs',
    scenario: scenario({
      verbs: {
        'layers.list': answers(roadsOnly),
        'collection.check': answers({
          isValid: true,
          message: '',
          featureCount: 1249,
          crs: 'OGC:CRS84',
          extent: [-61.1, 13.7, -60.8, 14.2],
          geometryType: 'MultiLineString',
          fields: exported.fields,
          hasFirstFeature: true,
        }),
      },
    }),
    press: toResult,
    shows: '[data-outcome="differs"]',
  },
  {
    name: 'result-failed',
    scenario: scenario({
      verbs: { 'layers.list': answers(roadsOnly) },
      operations: {
        'catalogue.getPublication': ok({
          ...publication,
          state: 'failed',
          result: null,
          problem: {
            type: '/problems/disk-full',
            code: 'disk-full',
            status: 507,
            title: 'x',
            detail: `The catalogue has no room for ${hostile}.`,
          },
        }),
      },
    }),
    press: toResult,
    shows: '[data-outcome="failed"]',
  },
  {
    name: 'result-token-refused',
    scenario: scenario({
      verbs: {
        'layers.list': answers(roadsOnly),
        'upload.send': { err: { code: 'token-refused', message: 'HTTP 401' } },
      },
    }),
    press: toResult,
    shows: pick('result.failure.Roads.connection'),
  },
  {
    name: 'layer',
    scenario: scenario(),
    press: ['publish.more.Parcels'],
    shows: `${screen('layer')} ${pick('layer.unpublish')}`,
  },
  {
    name: 'layer-unpublish',
    scenario: scenario(),
    press: ['publish.more.Parcels', 'layer.unpublish'],
    shows: pick('layer.unpublish.asking'),
  },
  {
    name: 'layer-deprecate',
    scenario: scenario(),
    press: ['publish.more.Parcels', 'layer.deprecate'],
    shows: pick('layer.successor'),
  },
  {
    name: 'layer-gone',
    scenario: scenario({
      operations: { 'catalogue.getRecord': problem(410, 'gone', 'This record was deleted.') },
    }),
    press: ['publish.more.Parcels'],
    shows: `${screen('layer')} .notice`,
  },
  {
    name: 'catalogue',
    scenario: scenario(),
    press: ['shell.catalogue'],
    shows: `${screen('catalogue')} .card`,
  },
  {
    name: 'catalogue-empty',
    scenario: scenario({
      operations: {
        'records.getRecords': ok({
          type: 'FeatureCollection',
          features: [],
          numberMatched: 0,
          numberReturned: 0,
          links: [],
        }),
      },
    }),
    press: ['shell.catalogue'],
    shows: `${screen('catalogue')} .empty`,
  },
  {
    name: 'catalogue-no-extent',
    scenario: scenario({ verbs: { 'map.extent': answers({ extentCrs84: null }) } }),
    press: ['shell.catalogue', 'catalogue.inMap'],
    shows: `${screen('catalogue')} .notice.warning`,
  },
  {
    name: 'record',
    scenario: scenario({
      verbs: {
        'collection.add': answers({ layer: 'x', style: 'differs', differences: ['labeling', hostile] }),
      },
    }),
    press: ['shell.catalogue', `catalogue.open.${record.id}`, 'record.add'],
    shows: pick('record.added'),
  },
  {
    name: 'record-tiles',
    scenario: scenario({
      verbs: {
        'tiles.add': answers({ layer: 'x', style: 'translated', differences: ['diagrams', hostile] }),
      },
    }),
    press: ['shell.catalogue', `catalogue.open.${record.id}`, 'record.tiles'],
    shows: pick('record.added'),
  },
  {
    name: 'record-edit',
    scenario: scenario({
      hello: { capabilities: { editing: true } },
      verbs: {
        'collection.add': answers({ layer: 'x', style: 'identical', differences: [], isEdited: true }),
      },
    }),
    press: ['shell.catalogue', `catalogue.open.${record.id}`, 'record.edit'],
    shows: pick('record.added'),
  },
  {
    name: 'result-too-large',
    scenario: scenario({
      verbs: {
        'layers.list': answers(roadsOnly),
        'layer.weigh': answers({ bytes: 51_000_000, isSampled: true }),
        'layer.export': answers({ ...exported, layerBytes: 53_900_000, sizeBytes: 60_000_000 }),
      },
    }),
    press: toResult,
    shows: pick('result.failure.Roads'),
  },
  {
    name: 'publish-leftovers',
    scenario: scenario({
      verbs: {
        'unfinished.list': answers({
          unfinished: [{ key: 'old', connection: connection.id, kept: { key: 'old' } }],
        }),
      },
    }),
    shows: pick('shell.notice'),
  },
  {
    name: 'pending',
    scenario: scenario({
      verbs: {
        'uploads.pending': answers({
          uploads: [pendingUpload(note), { ...pendingUpload({}), pending: 'pfedcba9876543210' }],
        }),
      },
    }),
    press: ['shell.pending'],
    shows: `${screen('pending')} .card`,
  },
  { name: 'settings', scenario: scenario(), press: ['shell.settings'], shows: pick('settings.language') },
  {
    name: 'settings-french',
    scenario: scenario({ hello: { locale: 'fr_FR' } }),
    press: ['shell.settings'],
    shows: `html[lang="fr"] ${pick('settings.language')}`,
  },
  {
    name: 'publish-french',
    scenario: scenario({ hello: { locale: 'fr_FR' } }),
    press: ['publish.tick.Roads'],
    shows: `html[lang="fr"] ${pick('publish.card.Roads')} .finding`,
  },
  { name: 'no-qgis', scenario: scenario({ isDeaf: true }), shows: screen('connecting') },
]

if (!hasChromium && process.env['CI'] !== undefined)
  throw new Error(
    `The screens of the panel need Chromium at ${executablePath}; install it, or name it in CHROMIUM.`,
  )
if (!hasChromium)
  console.warn(`The screens of the panel are not tested: there is no Chromium at ${executablePath}.`)

const address = 'http://panel.test/'
const parts: { panel?: Panel; standIn?: string; axe?: string; browser?: Browser; stage?: Stage } = {}

const part = <Name extends keyof typeof parts>(name: Name): NonNullable<(typeof parts)[Name]> => {
  const present = parts[name]
  if (present === undefined) throw new Error(`The test has no ${name} yet.`)
  return present as NonNullable<(typeof parts)[Name]>
}

beforeAll(async () => {
  if (!hasChromium) return
  const here = new URL('.', import.meta.url).pathname
  parts.panel = await bundlePanel(join(here, '../../qgis-bridge/panel'))
  const { outputFiles } = await build({
    entryPoints: [join(here, 'panel-stand-in.ts')],
    bundle: true,
    format: 'iife',
    write: false,
  })
  parts.standIn = outputFiles[0]?.text ?? ''
  parts.axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
  parts.browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] })
  parts.stage = await createStage()
  if (screenshots) await mkdir(screenshots, { recursive: true })
})
afterAll(() => parts.browser?.close())

/** One page for all states, because making one takes longer than a state; what it is told changes. */
type Stage = { page: Page; mistakes: string[]; scenario: Scenario }

const createStage = async (): Promise<Stage> => {
  const page = await part('browser').newPage({ viewport: { width: 340, height: 760 } })
  const stage: Stage = { page, mistakes: [], scenario: scenario() }
  page.on('pageerror', (error) => stage.mistakes.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') stage.mistakes.push(message.text())
  })
  const { html, js, css } = part('panel')
  const files: Record<string, { body: string; contentType: string }> = {
    '/': { body: html, contentType: 'text/html' },
    '/panel.css': { body: css, contentType: 'text/css' },
    '/favicon.ico': { body: '', contentType: 'image/x-icon' },
  }
  await page.route('**', (route) => {
    const { origin, pathname } = new URL(route.request().url())
    // The stand-in and what it is to do come with the panel's script: a page is never without them.
    if (pathname === '/panel.js')
      return route.fulfill({
        contentType: 'text/javascript',
        body: `window.scenario = ${JSON.stringify(stage.scenario)};\n${part('standIn')}\n${js}`,
      })
    const file = `${origin}/` === address ? files[pathname] : undefined
    if (file) return route.fulfill(file)
    stage.mistakes.push(`asked for ${route.request().url()}`)
    return route.fulfill({ status: 404, body: '' })
  })
  await page.addInitScript(part('axe'))
  return stage
}

const openPanel = async ({ scenario: script, press = [], shows }: State): Promise<Stage> => {
  const stage = part('stage')
  stage.mistakes = []
  stage.scenario = script
  const { page } = stage
  await page.setViewportSize({ width: 340, height: 760 })
  await page.goto(address)
  try {
    for (const control of press) await page.click(pick(control), { timeout: 15_000 })
    await page.waitForSelector(shows, { timeout: 15_000 })
  } catch (cause) {
    const text = await evaluate<string>(page, 'document.body.innerText')
    const asked = await evaluate<string>(page, 'JSON.stringify((window.asked || []).map((one) => one.verb))')
    throw new Error(
      `${cause}\nThe panel showed: ${text}\nIt had asked: ${asked}\n${stage.mistakes.join('\n')}`,
    )
  }
  return stage
}

const evaluate = <Value>(page: Page, expression: string) => page.evaluate(expression) as Promise<Value>

const barriers = (page: Page, runOnly: string[] = []) =>
  evaluate<string[]>(
    page,
    `axe.run(document, { resultTypes: ['violations'], ${runOnly.length > 0 ? `runOnly: ${JSON.stringify(runOnly)}` : ''} }).then(({ violations }) => violations.map(({ id, nodes }) =>
      id + ': ' + nodes.map(({ html, failureSummary }) => html.slice(0, 160) + ' (' + failureSummary.replace(/\\s+/g, ' ') + ')').join(' | ')))`,
  )

/** Elements that stick out to the right, where a dock would cut them off. */
const overflowing = (page: Page) =>
  evaluate<string[]>(
    page,
    `Array.from(document.querySelectorAll('body *')).filter((element) => {
      const { right, width } = element.getBoundingClientRect()
      return width > 0 && right > window.innerWidth + 1 && !element.closest('.hidden, .progress')
    }).map((element) => element.outerHTML.slice(0, 120))`,
  )

describe.skipIf(!hasChromium)('the screens of the panel (E17)', () => {
  const picture = async (page: Page, name: string) => {
    if (screenshots) await page.screenshot({ path: join(screenshots, `${name}.png`), fullPage: true })
  }

  for (const state of states)
    test(`${state.name} fits, can be read and used by all, and takes no text for markup`, async () => {
      const { page, mistakes } = await openPanel(state)
      await picture(page, `${state.name}-dock-light`)
      expect(await overflowing(page), 'sticks out').toEqual([])
      expect(await barriers(page), 'axe').toEqual([])
      await evaluate(page, `window.sendEvent('themeChanged', ${JSON.stringify(dark)})`)
      if (!state.scenario.isDeaf) await page.waitForSelector('html.dark')
      await picture(page, `${state.name}-dock-dark`)
      expect(await barriers(page, ['color-contrast']), 'axe in the dark').toEqual([])
      if (screenshots) {
        await page.setViewportSize({ width: 900, height: 760 })
        await picture(page, `${state.name}-wide-dark`)
      }
      expect(await evaluate(page, 'window.pwned'), 'a text ran as code').toBeUndefined()
      expect(await evaluate(page, "document.querySelectorAll('img').length"), 'a text became an image').toBe(
        0,
      )
      expect(mistakes).toEqual([])
    })

  test('hostile names are shown as they are', async () => {
    const { page } = await openPanel(
      states.find(({ name }) => name === 'publish-findings') ?? (states[0] as State),
    )
    const text = await evaluate<string>(page, 'document.body.innerText')
    expect(text).toContain(`Wells ${hostile}`)
    expect(text).toContain(`Roads of ${hostile}`)
  })

  test('a screen is operated by keyboard alone', async () => {
    const { page } = await openPanel({ name: 'keys', scenario: scenario(), shows: '.tree' })
    const focused = () => evaluate<string>(page, "document.activeElement.getAttribute('data-test') || ''")
    const seen: string[] = []
    for (let tabs = 0; tabs < 30 && !seen.includes('publish.tick.Roads'); tabs += 1) {
      await page.keyboard.press('Tab')
      seen.push(await focused())
    }
    await page.keyboard.press('Space')
    await page.waitForSelector(pick('publish.card.Roads'))
    expect(await evaluate(page, 'getComputedStyle(document.activeElement).outlineStyle')).not.toBe('none')
  })

  test('what is asked of QGIS names the connection, never an address or a token', async () => {
    const state = states.find(({ name }) => name === 'result-published')
    const { page } = await openPanel(state as State)
    const asked = await evaluate<{ verb: string; params: Record<string, unknown> }[]>(page, 'window.asked')
    const calls = asked.filter(({ verb }) => verb === 'api.call')
    expect(calls.length).toBeGreaterThan(5)
    for (const { params } of calls) expect(params).toMatchObject({ connection: connection.id })
    expect(JSON.stringify(calls)).not.toContain('https://')
  })
})
