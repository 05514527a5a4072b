/** QGIS's own dialogs that the panel opens, and what the map shows: in a real QGIS, with its window. */
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { writeGeoPackage } from '../fixtures/geopackage.ts'
import { canRun, type Host, missingFor, type QgisApp, qgisApp } from '../helpers/qgis-app.ts'
import { type ServerProcess, serverProcess } from '../helpers/server-process.ts'
import {
  allGood,
  connect,
  describeLayer,
  finish,
  issueToken,
  type LayerInQgis,
  pluginZip,
  publish,
  tick,
} from './app/steps.ts'

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 })

const host: Host = missingFor('webkit') === null ? 'webkit' : 'browser'
const missing = canRun(host) ? null : missingFor(host)

describe.skipIf(missing !== null)(`QGIS's own dialogs${missing === null ? '' : ` (${missing})`}`, () => {
  let folder = ''
  let server: ServerProcess
  let app: QgisApp

  const writeWells = () => {
    const path = join(folder, 'wells.gpkg')
    writeGeoPackage(path, {
      layers: [
        {
          name: 'wells',
          geometry: { type: 'POINT' },
          fields: [{ name: 'note', type: 'TEXT' }],
          rows: Array.from({ length: 20 }, (_, n) => ({
            geometry: { type: 'Point' as const, coordinates: [-61 + n / 1000, 13.8] },
            values: [`well ${n}`],
          })),
        },
      ],
    })
    return path
  }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'secims-app-'))
    server = await serverProcess()
    app = await qgisApp({ host, zip: await pluginZip(folder), title: 'dialogs' })
    await app.call('load', { path: join(import.meta.dirname, 'app/dialog_tools.py') })
    await app.openPanel()
    const { token } = await issueToken(server, 'Ana Lyst')
    await connect(app, { name: 'Catalogue', url: server.url, token })
    await app.call('add_layer', { path: writeWells(), name: 'wells' })
    await describeLayer(app, 'wells', 'Wells of the north')
  })
  afterAll(async () => {
    await app?.close()
    await server?.drop()
    if (folder !== '') await rm(folder, { recursive: true, force: true })
  })

  const facts = () => app.call<LayerInQgis>('facts', { name: 'wells' })

  test('the layer properties open on the page for metadata', async () => {
    const properties = /^Layer Properties/
    // Without a system its metadata lack one, too.
    await app.call('set_crs', { name: 'wells', code: '' })
    await tick(app, ['wells'])
    await app.panel.press('finding.MET-001.fix')
    await app.window(properties)
    expect(await app.call('pages')).toContain('Metadata')
    await app.shot('layer-properties')
    await app.pressIn(properties, /^&?Cancel$/)
    await app.noWindow(properties)
    await app.panel.screen('publish')
  })

  test('the coordinate system is chosen in QGIS’s dialog; cancelling changes nothing', async () => {
    const dialog = /QgsProjectionSelectionDialog|Coordinate system of/
    await app.panel.press('finding.CRS-001.fix')
    await app.window(dialog)
    await app.shot('choose-crs')
    await app.pressIn(dialog, /^&?Cancel$/)
    await app.noWindow(dialog)
    expect((await facts()).crs).toBe('')
    await app.panel.press('finding.CRS-001.fix')
    await app.window(dialog)
    expect(await app.call('choose_crs', { code: 'EPSG:4326' })).toEqual({ isOpen: true })
    await app.pressIn(dialog, /^&?OK$/)
    await app.noWindow(dialog)
    expect((await facts()).crs).toBe('EPSG:4326')
    await app.panel.see({ selector: '[data-test="publish.card.wells"]', text: 'Nothing speaks against' })
  })

  test('what the map shows narrows the search, and a download is saved where the person says', async () => {
    expect(await publish(app, ['wells'], 'wells')).toEqual(allGood(['wells']))
    await finish(app)
    const { panel } = app
    await panel.press('shell.catalogue')
    await app.call('zoom_to_box', { crs: 'EPSG:4326', extent: [5, 50, 6, 51] })
    await panel.press('catalogue.inMap')
    await panel.see({ selector: '.empty' })
    await app.call('zoom_to_box', { crs: 'EPSG:4326', extent: [-61.2, 13.7, -60.8, 14] })
    await panel.press('catalogue.search')
    await panel.press({ selector: '[data-test^="catalogue.open."]', text: 'Wells of the north' })
    await panel.press({ selector: '[data-test^="record.download."]' })
    const dialog = /^Save the file$/
    await app.window(dialog)
    await app.fill(dialog, 'fileNameEdit', join(folder, 'saved.gpkg'))
    await app.shot('save-file')
    await app.pressIn(dialog, /^&?Save$/)
    await app.noWindow(dialog)
    await panel.see('record.added')
    expect(await readdir(folder)).toContain('saved.gpkg')
    // Who cancels gets nothing, and is told so.
    await panel.press({ selector: '[data-test^="record.download."]' })
    await app.window(dialog)
    await app.pressIn(dialog, /^&?Cancel$/)
    await panel.see({ selector: '[data-test="record.added"]', text: 'Nothing was added' })
    expect(await app.quit()).toBe(0)
  })
})
