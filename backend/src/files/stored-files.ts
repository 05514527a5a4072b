/**
 * The folder of large files that administrators attach to records (R5.7, R12.4, R12.10). Who asks names a file by an id from
 * the list: no path comes from outside. Links and folders in it are passed over.
 */
import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { type FileHandle, lstat, open, readdir } from 'node:fs/promises'
import { join } from 'node:path'

export type StoredFile = { id: string; name: string; sizeBytes: number; modifiedAt: string }

export type StoredFiles = {
  /** Whether the deployment has such a folder. */
  isThere: boolean
  list: () => Promise<StoredFile[]>
  /** null when there is no such file (any more). */
  open: (id: string) => Promise<{ file: StoredFile; handle: FileHandle } | null>
}

const idOf = (name: string): string =>
  createHash('sha256').update(name).digest('base64url').replace(/[-_]/g, '').slice(0, 20)

export const openStoredFiles = (folder: string | null): StoredFiles => {
  const list = async (): Promise<StoredFile[]> => {
    if (folder === null) return []
    const names = await readdir(folder)
    const found = await Promise.all(
      names.map(async (name) => {
        const facts = await lstat(join(folder, name)).catch(() => null)
        if (!facts?.isFile() || name.startsWith('.')) return []
        return [{ id: idOf(name), name, sizeBytes: facts.size, modifiedAt: facts.mtime.toISOString() }]
      }),
    )
    return found.flat().sort((one, other) => one.name.localeCompare(other.name))
  }
  return {
    isThere: folder !== null,
    list,
    open: async (id) => {
      const file = (await list()).find((one) => one.id === id)
      if (folder === null || file === undefined) return null
      // A link that was put there since the list was made is not followed.
      const handle = await open(join(folder, file.name), constants.O_RDONLY | constants.O_NOFOLLOW)
      const facts = await handle.stat()
      if (facts.isFile()) return { file: { ...file, sizeBytes: facts.size }, handle }
      await handle.close()
      return null
    },
  }
}
