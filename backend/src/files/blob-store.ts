/**
 * Where bytes live for good: immutable, named by their SHA-256, each content once (reliability S1, P3). What is
 * returned as stored has reached the disk. Paths are made of the hash alone (security B10).
 */
import { createHash, randomUUID } from 'node:crypto'
import { constants } from 'node:fs'
import { type FileHandle, link, mkdir, open, readdir, rename, rm, stat, utimes } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import { codeOf, translateStorageError } from './storage-error.ts'

export type StoredBlob = { sha256: string; sizeBytes: number }
export type BlobFacts = { sizeBytes: number; modifiedAt: Date }
/** Both ends included, as in HTTP. */
export type ByteRange = { start: number; end: number }
/** A file may name its hash when whoever wrote it has computed it; the file itself stays where it is. */
export type BlobSource = AsyncIterable<Uint8Array> | Uint8Array | { path: string; sha256?: string }

export type BlobStore = {
  /** Stores bytes; the same content again is the same blob. Throws 507 when the disk is full, and leaves nothing. */
  put: (source: BlobSource) => Promise<StoredBlob>
  open: (sha256: string, range?: ByteRange) => Promise<Readable>
  stat: (sha256: string) => Promise<BlobFacts | null>
  has: (sha256: string) => Promise<boolean>
  /** Harmless when it is gone already. */
  remove: (sha256: string) => Promise<void>
  list: () => AsyncIterable<{ sha256: string } & BlobFacts>
  /** Removes what crashed writers left behind; returns how many files. */
  removeLeftovers: (olderThanMs: number) => Promise<number>
  /** A local file with the content, for readers that need one; stores elsewhere will have none. */
  pathOf?: (sha256: string) => string
}

const isSha256 = (text: string) => /^[0-9a-f]{64}$/.test(text)
const isPair = (text: string) => /^[0-9a-f]{2}$/.test(text)
const readSize = 262_144

const syncFolder = async (path: string) => {
  const folder = await open(path, constants.O_RDONLY | constants.O_DIRECTORY)
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

const isAbsent = (error: unknown) => codeOf(error) === 'ENOENT'
/** File systems without hard links, and links across file systems. */
const cannotLink = (error: unknown) =>
  ['EXDEV', 'EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'].includes(codeOf(error) ?? '')

const hashFile = async (file: FileHandle): Promise<StoredBlob> => {
  const hash = createHash('sha256')
  let sizeBytes = 0
  for await (const piece of file.createReadStream({ highWaterMark: readSize, autoClose: false, start: 0 })) {
    hash.update(piece as Uint8Array)
    sizeBytes += (piece as Uint8Array).length
  }
  return { sha256: hash.digest('hex'), sizeBytes }
}

export const openDiskBlobStore = async (root: string): Promise<BlobStore> => {
  const temporary = join(root, 'tmp')
  await mkdir(temporary, { recursive: true, mode: 0o700 })

  const pathOf = (sha256: string): string => {
    if (!isSha256(sha256)) throw new Error(`'${sha256}' is not a SHA-256`)
    return join(root, sha256.slice(0, 2), sha256.slice(2, 4), sha256)
  }

  const statBlob = async (sha256: string): Promise<BlobFacts | null> => {
    try {
      const { size, mtime } = await stat(pathOf(sha256))
      return { sizeBytes: size, modifiedAt: mtime }
    } catch (error) {
      if (isAbsent(error)) return null
      throw error
    }
  }

  const makeFolderOf = async (path: string) => {
    const folder = dirname(path)
    const first = await mkdir(folder, { recursive: true, mode: 0o700 })
    // A new folder is durable when the one that lists it is.
    if (first === undefined) return
    await syncFolder(dirname(folder))
    await syncFolder(root)
  }

  /** Gives a complete, synced file its name. `isOurs`: it may be moved instead of linked. */
  const settle = async (path: string, stored: StoredBlob, isOurs: boolean): Promise<void> => {
    const target = pathOf(stored.sha256)
    await makeFolderOf(target)
    const present = await statBlob(stored.sha256)
    if (present !== null && present.sizeBytes === stored.sizeBytes) {
      // Fresh again: whoever collects old files without owner leaves it alone.
      await utimes(target, new Date(), new Date())
      return
    }
    try {
      // Another size under this name is damage, and is replaced.
      if (present !== null) await rm(target, { force: true })
      await link(path, target)
    } catch (error) {
      if (codeOf(error) === 'EEXIST') return
      if (!cannotLink(error)) throw error
      if (isOurs) await rename(path, target)
      else
        await putBytes(
          (await open(path, constants.O_RDONLY | constants.O_NOFOLLOW)).createReadStream({
            highWaterMark: readSize,
          }),
        )
    }
    await syncFolder(dirname(target))
  }

  const putBytes = async (source: AsyncIterable<Uint8Array> | Uint8Array): Promise<StoredBlob> => {
    const path = join(temporary, randomUUID())
    try {
      const file = await open(
        path,
        constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY | constants.O_NOFOLLOW,
        0o600,
      )
      const hash = createHash('sha256')
      let sizeBytes = 0
      try {
        for await (const piece of source instanceof Uint8Array ? [source] : source) {
          hash.update(piece)
          await file.writeFile(piece)
          sizeBytes += piece.length
        }
        await file.sync()
      } finally {
        await file.close()
      }
      const stored = { sha256: hash.digest('hex'), sizeBytes }
      await settle(path, stored, true)
      return stored
    } finally {
      await rm(path, { force: true })
    }
  }

  const putFile = async (path: string, knownSha256: string | undefined): Promise<StoredBlob> => {
    const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW)
    try {
      const stored =
        knownSha256 === undefined
          ? await hashFile(file)
          : { sha256: knownSha256, sizeBytes: (await file.stat()).size }
      await file.chmod(0o600)
      await file.sync()
      await settle(path, stored, false)
      return stored
    } finally {
      await file.close()
    }
  }

  const namesIn = async (folder: string) => (await readdir(folder)).sort()

  return {
    pathOf,
    stat: statBlob,
    has: async (sha256) => (await statBlob(sha256)) !== null,

    put: async (source) => {
      try {
        return 'path' in source ? await putFile(source.path, source.sha256) : await putBytes(source)
      } catch (error) {
        throw translateStorageError(error)
      }
    },

    open: async (sha256, range) => {
      const file = await open(pathOf(sha256), constants.O_RDONLY | constants.O_NOFOLLOW)
      return file.createReadStream({ ...range, highWaterMark: readSize })
    },

    remove: async (sha256) => {
      const path = pathOf(sha256)
      await rm(path, { force: true })
      await syncFolder(dirname(path)).catch((error: unknown) => {
        if (!isAbsent(error)) throw error
      })
    },

    list: async function* () {
      for (const first of (await namesIn(root)).filter(isPair))
        for (const second of (await namesIn(join(root, first))).filter(isPair))
          for (const sha256 of (await namesIn(join(root, first, second))).filter(isSha256)) {
            const facts = await statBlob(sha256)
            if (facts !== null) yield { sha256, ...facts }
          }
    },

    removeLeftovers: async (olderThanMs) => {
      let removed = 0
      for (const name of await readdir(temporary)) {
        const path = join(temporary, name)
        const found = await stat(path).catch(() => null)
        if (found === null || found.mtimeMs > Date.now() - olderThanMs) continue
        await rm(path, { force: true })
        removed += 1
      }
      return removed
    },
  }
}
