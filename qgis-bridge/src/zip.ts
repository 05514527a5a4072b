/** The plugin's zip: the same files give the same bytes, in any order, at any time and on any machine. */
import { crc32 } from 'node:zlib'
import { deflateSync, Zip, type ZipInputFile } from 'fflate'

/** Path in the zip → content. */
export type PluginFiles = Record<string, Uint8Array>

/** What plugins.qgis.org takes. */
const storeBytes = 25 * 1024 * 1024
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

type Packed = { crc: number; size: number; deflated: Uint8Array<ArrayBuffer> }
/** A server packs the same shim and panel again for every address it is reached by; only the first time costs. */
const kept = new WeakMap<Uint8Array, Packed>()

const pack = (content: Uint8Array): Packed => {
  const present = kept.get(content)
  if (present) return present
  const packed = { crc: crc32(content), size: content.length, deflated: deflateSync(content, { level: 9 }) }
  kept.set(content, packed)
  return packed
}

export const createZip = (files: PluginFiles, folder: string, mostBytes = storeBytes): Uint8Array => {
  const mistakes = zipMistakes(files, folder)
  if (mistakes.length > 0) throw new Error(`The plugin cannot be packed:\n${mistakes.join('\n')}`)
  const chunks: Uint8Array[] = []
  const container = new Zip((error, chunk) => {
    if (error) throw error
    chunks.push(chunk)
  })
  for (const path of Object.keys(files).sort()) {
    const { crc, size, deflated } = pack(files[path] ?? new Uint8Array())
    // 8: deflated. 3: Unix, so that the mode is read: a file everybody may read and its owner may write.
    const entry: ZipInputFile = { filename: path, crc, size, compression: 8, os: 3, attrs: 0o100644 << 16 }
    container.add(Object.assign(entry, { mtime: fixedDate }))
    entry.ondata?.(null, deflated, true)
  }
  container.end()
  const zip = Buffer.concat(chunks)
  if (zip.length > mostBytes)
    throw new Error(
      `The plugin's zip has ${zip.length} bytes; the store takes at most ${mostBytes}. Make the panel or the icons smaller.`,
    )
  return zip
}
