/** What an analyst does again and again, told once; and where the plugin's zip comes from. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Role } from '../../../backend/src/domain/actor.ts'
import { buildPlugin } from '../../../qgis-bridge/src/build-plugin.ts'
import type { QgisApp } from '../../helpers/qgis-app.ts'
import type { ServerProcess } from '../../helpers/server-process.ts'

/** The plugin as it is given to people. */
export const pluginZip = async (folder: string): Promise<string> => {
  const { zip } = await buildPlugin()
  const path = join(folder, 'secims_bridge.zip')
  await writeFile(path, zip)
  return path
}

export const issueToken = async (server: ServerProcess, name: string, role: Role = 'editor') => {
  const { administrator } = server
  return administrator.expectOk(
    administrator.api.POST('/tokens', {
      body: { role, name, organisation: 'Survey Department', email: 'analyst@survey.lc' },
    }),
  )
}

export const masterPassword = 'correct horse'
const connectionDialog = /^SecimsConnectionDialog$/
/** QGIS's own dialog. */
const passwordDialog = /QgsCredentialDialog/

/** The password of QGIS's encrypted store, which it asks for once a session. */
export const enterMasterPassword = async (app: QgisApp) => {
  const { widgets } = await app.window(passwordDialog)
  const fields = widgets.filter(({ name }) => /^leMasterPass/.test(name))
  for (const { name } of fields) await app.fill(passwordDialog, name, masterPassword)
  await app.shot('master-password')
  await app.pressIn(passwordDialog, 'mOkButton')
  await app.noWindow(passwordDialog)
}

export const fillConnection = async (
  app: QgisApp,
  { name, url, token }: { name: string; url: string; token: string },
) => {
  await app.window(connectionDialog)
  await app.fill(connectionDialog, 'name', name)
  await app.fill(connectionDialog, 'address', url)
  await app.fill(connectionDialog, 'access', token)
}

export const saveConnection = (app: QgisApp) => app.pressIn(connectionDialog, /^Test and save$/)

/** The panel is open; afterwards it is connected. The first connection of a profile chooses the master password. */
export const connect = async (
  app: QgisApp,
  connection: { name: string; url: string; token: string },
): Promise<void> => {
  await app.panel.press('shell.connection')
  await app.panel.screen('connection')
  await app.panel.press('connection.add')
  await fillConnection(app, connection)
  await app.shot('connection-dialog')
  await saveConnection(app)
  await app.window(/^SecimsMasterPassword$/)
  await app.shot('why-a-master-password')
  await app.pressIn(/^SecimsMasterPassword$/, /^OK$/)
  await enterMasterPassword(app)
  await app.noWindow(connectionDialog)
  await app.panel.see({ selector: '[data-screen="connection"]', text: 'Connected as' })
  await app.shot('connected')
}

/** Opens a project as from the list of recent ones, layers without data and all. */
export const openProject = async (app: QgisApp, path: string, { hasMissing = false } = {}) => {
  const opened = app.call<{ layers: LayerInQgis[] }>('open_project', { path })
  if (hasMissing) {
    await app.window(/^Handle Unavailable Layers$/)
    await app.shot('unavailable-layers')
    await app.pressIn(/^Handle Unavailable Layers$/, /^Keep Unavailable Layers$/)
  }
  return (await opened).layers
}

export type LayerInQgis = {
  id: string
  name: string
  isValid: boolean
  provider: string
  crs: string
  count: number | null
  renderer: string | null
  link: string | null
}

const contact = { name: 'Ana Lyst', organisation: 'Survey Department', email: 'ana@survey.lc' }

/** Metadata as an analyst keeps them in QGIS. */
export const describeLayer = (app: QgisApp, name: string, title: string) =>
  app.call('describe', {
    name,
    title,
    abstract: `${title}, of the training data`,
    topics: ['environment'],
    keywords: ['training'],
    contact,
    lineage: 'Digitised from aerial photographs',
    conditions: 'No conditions apply',
  })

export const tick = async (app: QgisApp, names: readonly string[]) => {
  await app.panel.press('shell.publish')
  await app.panel.screen('publish')
  for (const name of names) {
    const box = `publish.tick.${name}`
    if ((await app.panel.find(box))?.isChecked !== true) await app.panel.press(box)
  }
}

/** Presses Review and Publish, and waits until every layer is published and verified. */
export const publish = async (app: QgisApp, names: readonly string[], step: string) => {
  await app.panel.press('publish.review')
  await app.panel.screen('review')
  await app.shot(`${step}-review`)
  await app.panel.press('review.publish')
  await app.panel.screen('result', 180_000)
  await app.shot(`${step}-result`)
  const outcomes: Record<string, string> = {}
  for (const name of names)
    outcomes[name] = (
      await app.panel.see({ selector: `[data-test="result.card.${name}"] [data-outcome]` })
    ).trim()
  return outcomes
}

export const allGood = (names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [name, 'Published and verified']))

export const finish = async (app: QgisApp) => {
  await app.panel.press('result.done')
  await app.panel.screen('publish')
}

/** Finds a record by its title and adds it to the map; what the panel says of its style. */
export const addFromCatalogue = async (app: QgisApp, title: string): Promise<string> => {
  const { panel } = app
  await panel.press('shell.catalogue')
  await panel.screen('catalogue')
  await panel.type('catalogue.q', title)
  await panel.press('catalogue.search')
  await panel.see({ selector: '[data-test="catalogue.search"]:not([disabled])' })
  await panel.press({ selector: '[data-test^="catalogue.open."]', text: title })
  await panel.screen('record')
  await panel.press('record.add')
  return panel.see('record.added')
}
