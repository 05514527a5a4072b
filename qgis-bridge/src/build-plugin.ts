/** Puts the plugin together: shim, panel, protocol, operations, icons, licence; used by the script, the server and tests. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import protocol from '../../backend/src/contract/bridge.gen.json' with { type: 'json' }
import { icons } from './icons.ts'
import {
  type Addresses,
  createManifest,
  type Manifest,
  pluginPackage,
  type SuggestedConnection,
  toManifestJson,
  toMetadataTxt,
} from './manifest.ts'
import { createOperations } from './operations.ts'
import { bundlePanel, type Panel } from './panel-bundle.ts'
import { createZip, type PluginFiles } from './zip.ts'

export type PluginOptions = {
  addresses?: Partial<Addresses>
  suggestedConnections?: SuggestedConnection[]
  /** Where shim/, panel/ and LICENSE are; this project's own when absent. */
  source?: string
}
export type Plugin = { manifest: Manifest; files: PluginFiles; zip: Uint8Array }

const ownSource = join(import.meta.dirname, '..')
/** Of the shim only what runs: caches, tests and notes stay at home. */
const isShipped = (path: string) =>
  path.endsWith('.py') && !/(?:^|\/)(?:__pycache__|tests?)(?:\/|$)/.test(path)

const readShim = async (folder: string): Promise<PluginFiles> => {
  const names = await readdir(folder, { recursive: true }).catch(() => [])
  const paths = names.map((name) => name.replaceAll('\\', '/')).filter(isShipped)
  if (!paths.includes('__init__.py'))
    throw new Error(
      `The shim is missing: ${folder} has no __init__.py. Check the folder qgis-bridge/shim out again.`,
    )
  const contents = await Promise.all(paths.map((path) => readFile(join(folder, path))))
  return Object.fromEntries(paths.map((path, at) => [path, contents[at] ?? new Uint8Array()]))
}

const toText = (value: unknown) => Buffer.from(`${JSON.stringify(value, null, 1)}\n`)
const prefixed = (prefix: string, files: PluginFiles): PluginFiles =>
  Object.fromEntries(Object.entries(files).map(([path, content]) => [prefix + path, content]))

const panelFiles = ({ html, js, css }: Panel): PluginFiles => ({
  'panel/index.html': Buffer.from(html),
  'panel/panel.js': Buffer.from(js),
  'panel/panel.css': Buffer.from(css),
})

/** Shim and panel are the same for everybody; what a server puts in of its own comes later. */
const readParts = async (source = ownSource) => {
  const [shim, panel, LICENSE] = await Promise.all([
    readShim(join(source, 'shim')),
    bundlePanel(join(source, 'panel')),
    readFile(join(source, 'LICENSE')),
  ])
  const made: PluginFiles = {
    'protocol.json': toText(protocol),
    'operations.json': toText(createOperations()),
    LICENSE,
    ...panelFiles(panel),
    ...Object.fromEntries(Object.entries(icons).map(([name, svg]) => [`icons/${name}`, Buffer.from(svg)])),
  }
  return { shim, made }
}

const assemble = (
  { shim, made }: Awaited<ReturnType<typeof readParts>>,
  { addresses, suggestedConnections = [] }: PluginOptions,
): Plugin => {
  const manifest = createManifest(addresses)
  const own: PluginFiles = {
    ...made,
    'metadata.txt': Buffer.from(toMetadataTxt(manifest)),
    'manifest.json': toText(toManifestJson(manifest, suggestedConnections)),
  }
  const taken = Object.keys(shim).find((path) => Object.hasOwn(own, path))
  if (taken !== undefined)
    throw new Error(`The shim has a file '${taken}', which the build makes; rename it.`)
  const files = prefixed(`${pluginPackage}/`, { ...shim, ...own })
  return { manifest, files, zip: createZip(files, pluginPackage) }
}

export const buildPlugin = async (options: PluginOptions = {}): Promise<Plugin> =>
  assemble(await readParts(options.source), options)

/** For a server: shim and panel are read and bundled once, whatever addresses it is reached by. */
export const createPluginBuilder = () => {
  let parts: ReturnType<typeof readParts> | undefined
  return async (options: PluginOptions): Promise<Plugin> => {
    parts ??= readParts()
    // What failed is tried again by the next who asks.
    const read = await parts.catch((error) => {
      parts = undefined
      throw error
    })
    return assemble(read, options)
  }
}
