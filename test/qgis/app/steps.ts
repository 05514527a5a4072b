/** What an analyst does again and again, told once; and where the plugin's zip comes from. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { buildPlugin } from '../../../qgis-bridge/src/build-plugin.ts'
import type { Role } from '../../../backend/src/domain/actor.ts'
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
