/**
 * What the plugin is: the only place for its name and the QGIS versions it runs in. The version is that of the
 * program, in package.json. QGIS reads `metadata.txt`, the shim and the panel read `manifest.json`.
 */

import protocol from '../../backend/src/contract/bridge.gen.json' with { type: 'json' }
import packageJson from '../../package.json' with { type: 'json' }

/** Where people find the plugin, its source and its issues; plugins.qgis.org asks for all three. */
export type Addresses = { homepage: string; repository: string; tracker: string }
/** A server the plugin offers when it is opened for the first time. */
export type SuggestedConnection = { name: string; url: string }

export type Manifest = {
  name: string
  package: string
  version: string
  qgisMinimumVersion: string
  qgisMaximumVersion: string
  description: string
  about: string
  author: string
  email: string
  tags: string[]
  category: string
  icon: string
  changelog: string
} & Addresses

/** Reserved names that lead nowhere: whoever publishes the plugin outside a server of their own gives real ones. */
const nowhere: Addresses = {
  homepage: 'https://sec-ims.example/qgis',
  repository: 'https://sec-ims.example/source',
  tracker: 'https://sec-ims.example/issues',
}

export const pluginPackage = 'secims_bridge'

export const createManifest = (addresses: Partial<Addresses> = {}): Manifest => ({
  name: 'SEC-IMS Bridge',
  package: pluginPackage,
  version: packageJson.version,
  qgisMinimumVersion: '3.22',
  // plugins.qgis.org takes an absent maximum for the end of the minimum's major line.
  qgisMaximumVersion: '4.99',
  description:
    'Publish layers with their styles and metadata to a SEC-IMS catalogue, and open them from there.',
  about: `Publishes QGIS layers to a SEC-IMS spatial data catalogue without leaving QGIS: choose layers, see what will happen, press Publish. Data, style and metadata travel together and appear together, or not at all.
Before anything is sent, the plugin says what would stop or change a layer and what can be done about it. Afterwards it opens the published collection as any QGIS user would, and compares.
Records of the catalogue can be searched and added to the map with their original QGIS style. Processing algorithms do the same from models and scripts.
A SEC-IMS server is needed: the administrator of yours tells its address and issues a token. Tokens are kept by the authentication manager of QGIS only.`,
  author: 'SEC-IMS contributors',
  email: 'qgis@sec-ims.example',
  ...nowhere,
  ...addresses,
  tags: [
    'catalogue',
    'publish',
    'metadata',
    'style',
    'SLD',
    'OGC API',
    'ISO 19115',
    'upload',
    'sharing',
    'web',
  ],
  category: 'Web',
  icon: 'icons/secims.svg',
  changelog: `${packageJson.version}: publish, update and open layers with their styles; Processing algorithms for scripts.`,
})

/**
 * One entry of an ini file as Python's ConfigParser reads it: `%` begins an interpolation and is doubled, further lines
 * are indented, and one that begins with a comment sign would be lost.
 */
const entry = (name: string, value: string): string => {
  const lines = value
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
  if (lines.length === 0)
    throw new Error(
      `The plugin's manifest has nothing in '${name}'; plugins.qgis.org and QGIS expect a text there.`,
    )
  const lost = lines.slice(1).find((line) => /^[#;]/.test(line))
  if (lost !== undefined)
    throw new Error(
      `A line of '${name}' begins with a comment sign and would be lost: '${lost}'. Write it differently.`,
    )
  return `${name}=${lines.join('\n    ').replaceAll('%', '%%')}`
}

/** `metadata.txt` as QGIS and plugins.qgis.org read it. */
export const toMetadataTxt = (manifest: Manifest): string => {
  if (manifest.author.includes('/'))
    throw new Error(`The author '${manifest.author}' has a slash, which plugins.qgis.org refuses.`)
  const entries: [string, string][] = [
    ['name', manifest.name],
    ['version', manifest.version],
    ['qgisMinimumVersion', manifest.qgisMinimumVersion],
    ['qgisMaximumVersion', manifest.qgisMaximumVersion],
    ['description', manifest.description],
    ['about', manifest.about],
    ['author', manifest.author],
    ['email', manifest.email],
    ['homepage', manifest.homepage],
    ['repository', manifest.repository],
    ['tracker', manifest.tracker],
    ['tags', manifest.tags.join(', ')],
    ['category', manifest.category],
    ['icon', manifest.icon],
    ['hasProcessingProvider', 'yes'],
    ['experimental', 'False'],
    ['deprecated', 'False'],
    ['changelog', manifest.changelog],
  ]
  return `[general]\n${entries.map(([name, value]) => entry(name, value)).join('\n')}\n`
}

/** What the shim and the panel know of the plugin as it was built. */
export const toManifestJson = (manifest: Manifest, suggestedConnections: SuggestedConnection[]) => ({
  name: manifest.name,
  package: manifest.package,
  version: manifest.version,
  panel: 'panel/index.html',
  icon: manifest.icon,
  homepage: manifest.homepage,
  /** Version of the messages: the member `v` of each. */
  protocol: Number(protocol.info.version.split('.')[0]),
  protocolVersion: protocol.info.version,
  capabilities: ['publish', 'catalogue', 'processing'],
  suggestedConnections,
})
