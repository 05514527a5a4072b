/**
 * `npm run bridge:build`: writes the plugin's zip and the same files as a folder to qgis-bridge/dist. To test, point
 * QGIS at it with QGIS_PLUGINPATH. For the plugin store give the real addresses:
 *
 *   npm run bridge:build -- --homepage https://… --repository https://… --tracker https://… [--connect NAME=URL]
 */
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { buildPlugin } from './build-plugin.ts'
import { pluginPackage } from './manifest.ts'

const { values } = parseArgs({
  options: {
    homepage: { type: 'string' },
    repository: { type: 'string' },
    tracker: { type: 'string' },
    connect: { type: 'string', multiple: true },
  },
})

const suggestedConnections = (values.connect ?? []).map((text) => {
  const [, name, url] = /^([^=]+)=(https?:\/\/.+)$/.exec(text) ?? []
  if (name === undefined || url === undefined)
    throw new Error(`--connect takes NAME=https://address, but was given '${text}'.`)
  return { name, url }
})
const { homepage, repository, tracker } = values
const addresses = Object.fromEntries(
  Object.entries({ homepage, repository, tracker }).filter(([, address]) => address !== undefined),
)

const fail = (error: unknown): never => {
  console.error(error instanceof Error ? error.message : error)
  process.exit(1)
}

const dist = join(import.meta.dirname, '../dist')
const { manifest, files, zip } = await buildPlugin({ addresses, suggestedConnections }).catch(fail)
await rm(join(dist, pluginPackage), { recursive: true, force: true })
for (const [path, content] of Object.entries(files)) {
  await mkdir(dirname(join(dist, path)), { recursive: true })
  await writeFile(join(dist, path), content)
}
const name = `${pluginPackage}-${manifest.version}.zip`
await writeFile(join(dist, name), zip)
console.log(
  `qgis-bridge/dist/${name}: ${Object.keys(files).length} files, ${Math.round(zip.length / 1024)} kB`,
)
