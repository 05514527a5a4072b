/** The plugin's Python package as it is in the zip, but with a page of the tests' own instead of the panel. */
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import protocol from '../../backend/src/contract/bridge.gen.json' with { type: 'json' }
import { icons } from '../../qgis-bridge/src/icons.ts'
import { createManifest, toMetadataTxt } from '../../qgis-bridge/src/manifest.ts'
import { createOperations } from '../../qgis-bridge/src/operations.ts'

const root = join(import.meta.dirname, '../..')

export type ShimPackage = {
  /** Goes into Python's path; holds `secims_bridge`. */
  plugins: string
  /** A profile that lives through several runs of QGIS. */
  home: string
  remove: () => void
}

export const shimPackage = (): ShimPackage => {
  const folder = mkdtempSync(join(tmpdir(), 'secims-shim-'))
  const plugins = join(folder, 'plugins')
  const home = join(folder, 'home')
  const target = join(plugins, 'secims_bridge')
  mkdirSync(home, { mode: 0o700 })
  cpSync(join(root, 'qgis-bridge/shim'), target, {
    recursive: true,
    filter: (path) => !path.includes('__pycache__'),
  })
  cpSync(join(root, 'test/qgis/shim-panel'), join(target, 'panel'), { recursive: true })
  writeFileSync(join(target, 'protocol.json'), JSON.stringify(protocol))
  writeFileSync(join(target, 'operations.json'), JSON.stringify(createOperations()))
  mkdirSync(join(target, 'icons'))
  for (const [name, svg] of Object.entries(icons)) writeFileSync(join(target, 'icons', name), svg)
  writeFileSync(join(target, 'metadata.txt'), toMetadataTxt(createManifest()))
  return { plugins, home, remove: () => rmSync(folder, { recursive: true, force: true }) }
}
