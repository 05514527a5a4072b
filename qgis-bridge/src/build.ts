/**
 * `npm run bridge:build`: writes the plugin's zip and the same files as a folder to qgis-bridge/dist. To test, point
 * QGIS at it with QGIS_PLUGINPATH. For the plugin store give the real addresses:
 *
 *   npm run bridge:build -- --homepage https://… --repository https://… --tracker https://…
 *     [--connect NAME=URL] [--out FOLDER]
 */
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { buildPlugin, type PluginOptions } from './build-plugin.ts'
import { pluginPackage } from './manifest.ts'

const readOptions = (): { out: string; options: PluginOptions } => {
  const text = { type: 'string' } as const
  const { values } = parseArgs({
    options: {
      homepage: text,
      repository: text,
      tracker: text,
      out: text,
      connect: { type: 'string', multiple: true },
    },
  })
  const { homepage, repository, tracker, connect = [] } = values
  const suggestedConnections = connect.map((given) => {
    const [, name, url] = /^([^=]+)=(https?:\/\/.+)$/.exec(given) ?? []
    if (name === undefined || url === undefined)
      throw new Error(`--connect takes NAME=https://address, but was given '${given}'.`)
    return { name, url }
  })
  const addresses = Object.fromEntries(
    Object.entries({ homepage, repository, tracker }).filter(([, address]) => address !== undefined),
  )
  const out = values.out ?? join(import.meta.dirname, '../dist')
  return { out, options: { addresses, suggestedConnections } }
}

try {
  const { out, options } = readOptions()
  const { manifest, files, zip } = await buildPlugin(options)
  await rm(join(out, pluginPackage), { recursive: true, force: true })
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(out, path)), { recursive: true })
    await writeFile(join(out, path), content)
  }
  const target = join(out, `${pluginPackage}-${manifest.version}.zip`)
  await writeFile(target, zip)
  console.log(`${target}: ${Object.keys(files).length} files, ${Math.ceil(zip.length / 1024)} kB`)
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
