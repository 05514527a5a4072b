/**
 * The folder of files that are still coming in, one per upload under its id. How much of an upload has arrived is the
 * size of its file; nothing else keeps count, so a crash cannot make the two disagree.
 */
import { constants } from 'node:fs'
import { type FileHandle, mkdir, open, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { codeOf, translateStorageError } from './storage-error.ts'

export type Incoming = {
  /** Appends at `position`; a full disk is a Problem. */
  write: (piece: Uint8Array, position: number) => Promise<void>
  readHead: (length: number) => Promise<Uint8Array>
  truncate: (sizeBytes: number) => Promise<void>
  /** On the disk when it returns. */
  sync: () => Promise<void>
  close: () => Promise<void>
}

export type UploadFolder = {
  path: string
  create: (id: string) => Promise<Incoming>
  open: (id: string) => Promise<Incoming>
  /** null when there is no file. */
  sizeOf: (id: string) => Promise<number | null>
  pathOf: (id: string) => string
  remove: (id: string) => Promise<void>
  list: () => Promise<{ id: string; modifiedAt: Date }[]>
}

const isId = (text: string) => /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text)

const toIncoming = (file: FileHandle): Incoming => ({
  write: async (piece, position) => {
    try {
      for (let done = 0; done < piece.length; ) {
        const { bytesWritten } = await file.write(piece, done, piece.length - done, position + done)
        done += bytesWritten
      }
    } catch (error) {
      throw translateStorageError(error)
    }
  },
  readHead: async (length) => {
    const { buffer, bytesRead } = await file.read(new Uint8Array(length), 0, length, 0)
    return buffer.subarray(0, bytesRead)
  },
  truncate: (sizeBytes) => file.truncate(sizeBytes),
  sync: async () => {
    try {
      await file.sync()
    } catch (error) {
      throw translateStorageError(error)
    }
  },
  close: () => file.close(),
})

export const openUploadFolder = async (path: string): Promise<UploadFolder> => {
  await mkdir(path, { recursive: true, mode: 0o700 })

  const pathOf = (id: string): string => {
    if (!isId(id)) throw new Error(`'${id}' is not the id of an upload`)
    return join(path, id)
  }
  const openFile = async (id: string, flags: number) => {
    try {
      return toIncoming(await open(pathOf(id), flags | constants.O_RDWR | constants.O_NOFOLLOW, 0o600))
    } catch (error) {
      throw translateStorageError(error)
    }
  }

  return {
    path,
    pathOf,
    create: (id) => openFile(id, constants.O_CREAT | constants.O_EXCL),
    open: (id) => openFile(id, 0),
    sizeOf: async (id) => {
      try {
        return (await stat(pathOf(id))).size
      } catch (error) {
        if (codeOf(error) === 'ENOENT') return null
        throw error
      }
    },
    remove: (id) => rm(pathOf(id), { force: true }),
    list: async () => {
      const found = []
      for (const id of (await readdir(path)).filter(isId)) {
        const facts = await stat(join(path, id)).catch(() => null)
        if (facts) found.push({ id, modifiedAt: facts.mtime })
      }
      return found
    },
  }
}
