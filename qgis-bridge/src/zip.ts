/** The plugin's zip: the same files give the same bytes, in any order, at any time and on any machine. */
import { type Zippable, zipSync } from 'fflate'

/** Path in the zip → content. */
export type PluginFiles = Record<string, Uint8Array>

const mostBytes = 25 * 1024 * 1024
// The first moment a zip can tell. Written in local time, as fflate reads it.
const fixedDate = new Date(1980, 0, 1)
const allowed = /\.(?:py|txt|json|html|js|css|svg)$|\/LICENSE$/
const compulsory = ['__init__.py', 'metadata.txt', 'LICENSE']

/** What plugins.qgis.org, QGIS or a reader of the zip would refuse, in sentences. */
export const zipMistakes = (files: PluginFiles, folder: string): string[] => {
  const paths = Object.keys(files)
  const mistakes: string[] = []
  if (!/^[a-z][a-z0-9_]*$/.test(folder))
    mistakes.push(`The folder '${folder}' is no Python package name: lower case, digits and _ are expected.`)
  for (const name of compulsory)
    if (!paths.includes(`${folder}/${name}`)) mistakes.push(`The zip has no ${name}, which a plugin needs.`)
  const folded = new Map<string, string>()
  for (const path of paths) {
    if (!path.startsWith(`${folder}/`)) mistakes.push(`'${path}' is outside the folder ${folder}.`)
    if (/\\|^[a-zA-Z]:|^\/|(?:^|\/)\.|[^\x20-\x7e]/.test(path))
      mistakes.push(
        `'${path}' is no name for a file of a plugin: plain characters, no hidden files, no way out of the folder.`,
      )
    else if (!allowed.test(path))
      mistakes.push(`'${path}' is of a kind that a plugin does not ship: no programs, scripts or caches.`)
    const other = folded.get(path.toLowerCase())
    if (other !== undefined) mistakes.push(`'${path}' and '${other}' are the same file on Windows.`)
    folded.set(path.toLowerCase(), path)
  }
  return mistakes
}

export const createZip = (files: PluginFiles, folder: string): Uint8Array => {
  const mistakes = zipMistakes(files, folder)
  if (mistakes.length > 0) throw new Error(`The plugin cannot be packed:\n${mistakes.join('\n')}`)
  const entries: Zippable = {}
  // 3: Unix, so that the mode is read: a file everybody may read and its owner may write.
  for (const path of Object.keys(files).sort())
    entries[path] = [
      files[path] ?? new Uint8Array(),
      { os: 3, attrs: 0o100644 << 16, mtime: fixedDate, level: 9 },
    ]
  const zip = zipSync(entries)
  if (zip.length > mostBytes)
    throw new Error(
      `The plugin's zip has ${(zip.length / 1e6).toFixed(1)} MB; plugins.qgis.org takes at most 25 MB.`,
    )
  return zip
}
