/** The deployment's symbol library: a folder of SVG and bitmap files that styles name, such as `gpsicons/plane.svg`. */
import { constants } from 'node:fs'
import { open, realpath } from 'node:fs/promises'
import { join, sep } from 'node:path'

/** Larger ones are not drawn anyway. */
const mostBytes = 1024 * 1024

/** At most two folders deep, as QGIS's own library is; nothing that climbs out. */
const safeName = /^(?:[\w -][\w .-]*\/){0,2}[\w -][\w .-]*\.(?:svg|png|jpe?g|gif)$/i

export type SymbolLibrary = {
  /** The picture of that name; null when there is none. */
  read: (name: string) => Promise<Uint8Array | null>
}

const readInside = async (folder: string, name: string): Promise<Uint8Array | null> => {
  const root = await realpath(folder)
  const path = await realpath(join(root, name))
  // A link may lead anywhere.
  if (!path.startsWith(root + sep)) return null
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  try {
    const found = await file.stat()
    return found.isFile() && found.size <= mostBytes ? await file.readFile() : null
  } finally {
    await file.close()
  }
}

export const openSymbolLibrary = (folder: string | null): SymbolLibrary => ({
  read: async (name) => {
    if (folder === null || !safeName.test(name)) return null
    try {
      return await readInside(folder, name)
    } catch (error) {
      const { code } = error as { code?: string }
      if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP' || code === 'EACCES') return null
      throw error
    }
  },
})
