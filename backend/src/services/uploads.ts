/**
 * The life of an upload: receiving → probing → ready or refused (R5, P3, P6). Bytes come in one request or, resumably,
 * in many; when all are there they become a blob, and the blob is read. Unused uploads end after some hours.
 */
import { createHash, randomUUID } from 'node:crypto'
import type { Readable } from 'node:stream'
import type { Knex } from 'knex'
import type { Actor } from '../domain/actor.ts'
import { fromHeaderText, toDisplayName } from '../domain/file-name.ts'
import { can, demand, ownerIdOf } from '../domain/policy.ts'
import { raise } from '../domain/problem.ts'
import { generalProblems } from '../domain/problems/general.ts'
import { uploadProblems } from '../domain/problems/upload.ts'
import {
  demandExtension,
  magicLength,
  sizeLimitOf,
  type Upload,
  type UploadLimits,
} from '../domain/upload.ts'
import type { BlobStore } from '../files/blob-store.ts'
import type { DiskGuard } from '../files/disk-guard.ts'
import type { Incoming, UploadFolder } from '../files/upload-folder.ts'
import { uploads } from '../repositories/uploads.ts'
import type { Blobs } from './blobs.ts'
import type { UploadReading } from './upload-reading.ts'
import { createUploadWriters, type WriterTimes } from './upload-writers.ts'

export type UploadsParts = {
  db: Knex
  store: BlobStore
  blobs: Blobs
  folder: UploadFolder
  guard: DiskGuard
  reading: UploadReading
  limits: UploadLimits & { uploadHours: number }
  times?: WriterTimes
}

/** A whole file in the upload folder that nothing refers to yet. */
export type ReceivedFile = { id: string; fileName: string; sizeBytes: number; sha256: string }

export type TusPiece = {
  offset: number
  body: Readable
  /** Length of the piece, where the client says it. */
  lengthBytes?: number
  /** SHA-256 of the piece in base64. */
  sha256?: string
  signal: AbortSignal
}

/** Files without a row may belong to a request at work; after an hour they do not. */
const strayMs = 3_600_000

/** The most that boundaries and headers of a form add to a file. */
export const formBytes = 65_536

const standardTimes: WriterTimes = { takeOverMs: 3_000, stallMs: 60_000 }

const nameOf = (actor: Actor): string => ownerIdOf(actor) ?? actor.kind

export const createUploads = (parts: UploadsParts) => {
  const { db, store, blobs, folder, guard, reading, limits } = parts
  const writers = createUploadWriters(parts.times ?? standardTimes)

  /** Other people's uploads are as absent as those that never were. */
  const own = async (id: string, actor: Actor): Promise<Upload> => {
    const upload = await uploads(db).find(id)
    if (!upload || !can(actor, 'use an upload', { ownerId: upload.ownerId }))
      throw generalProblems.notFound({ what: 'upload', id })
    return upload
  }

  const tooLarge = (fileName: string, foundBytes: number, limitBytes: number, isAtLeast = false) =>
    uploadProblems.uploadTooLarge({
      fileName,
      foundBytes,
      isAtLeast,
      limitBytes,
      geopackageBytes: limits.geopackageBytes,
    })

  // One request, whole file -------------------------------------------------------------------------------

  /** Writes a file as it comes; what is too large is refused as soon as that is seen. */
  const receive = async (
    stream: AsyncIterable<Uint8Array>,
    { givenName, expectedBytes }: { givenName: string; expectedBytes: number },
  ): Promise<ReceivedFile> => {
    const fileName = toDisplayName(fromHeaderText(givenName))
    demandExtension(fileName)
    // The form around the file takes a little; a body far beyond the limit need not be read to its end.
    const mostBytes = sizeLimitOf(fileName, undefined, limits)
    if (expectedBytes > mostBytes + formBytes) throw tooLarge(fileName, expectedBytes, mostBytes)
    await guard.demandRoom(expectedBytes || mostBytes)
    const id = randomUUID()
    const file = await folder.create(id)
    const hash = createHash('sha256')
    let sizeBytes = 0
    let head = new Uint8Array()
    try {
      for await (const piece of stream) {
        if (head.length < magicLength) head = Buffer.concat([head, piece.subarray(0, magicLength)])
        const limitBytes = sizeLimitOf(fileName, head.length < magicLength ? undefined : head, limits)
        if (sizeBytes + piece.length > limitBytes) throw tooLarge(fileName, limitBytes, limitBytes, true)
        hash.update(piece)
        await file.write(piece, sizeBytes)
        sizeBytes += piece.length
      }
      if (sizeBytes === 0) throw uploadProblems.uploadEmpty({ fileName })
      await file.sync()
      await file.close()
      return { id, fileName, sizeBytes, sha256: hash.digest('hex') }
    } catch (error) {
      await file.close()
      await folder.remove(id)
      throw error
    }
  }

  const startReading = (upload: Upload): Upload => {
    reading.add(upload.id)
    return upload
  }

  /** Makes an upload of a received file; the same id again is the same upload. */
  const accept = async (received: ReceivedFile, actor: Actor, id: string): Promise<Upload> => {
    demand(actor, 'upload a file')
    const present = await uploads(db).find(id)
    if (present) return present
    const source = { path: folder.pathOf(received.id), sha256: received.sha256 }
    const upload = await blobs.keep([source], (trx) =>
      uploads(trx).add({
        ...received,
        id,
        ownerId: ownerIdOf(actor),
        state: 'probing',
        keepHours: limits.uploadHours,
      }),
    )
    await folder.remove(received.id)
    return startReading(upload)
  }

  // Resumable (tus) ---------------------------------------------------------------------------------------

  const demandDeclaredSize = (fileName: string, sizeBytes: number) => {
    if (sizeBytes === 0) throw uploadProblems.uploadEmpty({ fileName })
    const limitBytes = sizeLimitOf(fileName, undefined, limits)
    if (sizeBytes > limitBytes) throw tooLarge(fileName, sizeBytes, limitBytes)
  }

  const begin = async (
    request: { fileName: string; sizeBytes: number; tusMetadata: string | null },
    actor: Actor,
  ): Promise<Upload> => {
    demand(actor, 'upload a file')
    const fileName = toDisplayName(request.fileName)
    demandExtension(fileName)
    demandDeclaredSize(fileName, request.sizeBytes)
    await guard.demandRoom(request.sizeBytes)
    const id = randomUUID()
    const file = await folder.create(id)
    await file.close()
    try {
      return await uploads(db).add({
        id,
        ownerId: ownerIdOf(actor),
        fileName,
        sizeBytes: request.sizeBytes,
        state: 'receiving',
        tusMetadata: request.tusMetadata,
        keepHours: limits.uploadHours,
      })
    } catch (error) {
      await folder.remove(id)
      throw error
    }
  }

  /** A file of the server's own storage, of any size (R5.7); its bytes follow. */
  const beginStored = async (file: {
    fileName: string
    sizeBytes: number
    ownerId: string | null
  }): Promise<Upload> => {
    const fileName = toDisplayName(file.fileName)
    demandExtension(fileName)
    if (file.sizeBytes === 0) throw uploadProblems.uploadEmpty({ fileName })
    await guard.demandRoom(file.sizeBytes)
    const id = randomUUID()
    await (await folder.create(id)).close()
    return uploads(db).add({
      id,
      ownerId: file.ownerId,
      fileName,
      sizeBytes: file.sizeBytes,
      state: 'receiving',
      isFromStorage: true,
      keepHours: limits.uploadHours,
    })
  }

  /** All bytes are there: they become a blob, and the row says so before the file goes. */
  const completeNow = async ({ id }: Upload): Promise<Upload> => {
    await blobs.keep([{ path: folder.pathOf(id) }], async (trx, [blob]) => {
      if (!(await uploads(trx).toProbing(id, blob?.sha256 ?? '')))
        throw generalProblems.notFound({ what: 'upload', id })
    })
    await folder.remove(id)
    return startReading(await uploads(db).get(id))
  }
  const completing = new Map<string, Promise<Upload>>()
  const complete = (upload: Upload): Promise<Upload> => {
    const done = completing.get(upload.id) ?? completeNow(upload).finally(() => completing.delete(upload.id))
    completing.set(upload.id, done)
    return done
  }

  const remove = async (upload: Upload): Promise<void> => {
    // The row first: bytes without a row are garbage, a row without its bytes would be damage.
    await uploads(db).remove(upload.id)
    await folder.remove(upload.id)
    if (upload.sha256 !== null) await blobs.removeIfUnused(upload.sha256)
  }

  /** A file that may be larger only because it is a GeoPackage must be one; its first bytes tell. */
  const demandGeopackage = async (upload: Upload, file: Incoming) => {
    const limitBytes = sizeLimitOf(upload.fileName, await file.readHead(magicLength), limits)
    if (upload.sizeBytes <= limitBytes) return
    await remove(upload)
    throw uploadProblems.largeFileNotGeopackage({
      fileName: upload.fileName,
      foundBytes: upload.sizeBytes,
      limitBytes,
    })
  }

  /** Writes the pieces and returns the new offset. What arrived of a broken piece stays, unless it had a checksum. */
  const write = async (
    upload: Upload,
    piece: TusPiece,
    pieces: AsyncIterable<Uint8Array>,
  ): Promise<number> => {
    const file = await folder.open(upload.id)
    const hash = piece.sha256 === undefined ? null : createHash('sha256')
    let position = piece.offset
    try {
      for await (const bytes of pieces) {
        if (position + bytes.length > upload.sizeBytes)
          throw uploadProblems.uploadLongerThanSaid({
            fileName: upload.fileName,
            saidBytes: upload.sizeBytes,
          })
        await file.write(bytes, position)
        hash?.update(bytes)
        const before = position
        position += bytes.length
        if (before < magicLength && position >= magicLength) await demandGeopackage(upload, file)
      }
      if (hash !== null && hash.digest('base64') !== piece.sha256) throw uploadProblems.checksumDiffers()
      await file.sync()
      return position
    } catch (error) {
      await file.truncate(hash === null ? position : piece.offset)
      await file.sync()
      throw error
    } finally {
      await file.close()
    }
  }

  const fillStored = async (upload: Upload, pieces: AsyncIterable<Uint8Array>): Promise<void> => {
    const file = await folder.open(upload.id)
    let position = 0
    try {
      for await (const piece of pieces) {
        if (position + piece.length > upload.sizeBytes) break
        await file.write(piece, position)
        position += piece.length
      }
      await file.sync()
    } finally {
      await file.close()
    }
    await uploads(db).noteReceived(upload.id, position, limits.uploadHours)
    if (position === upload.sizeBytes) await complete(upload)
    // It changed while it was copied; half of a file helps nobody.
    else await remove(upload)
  }

  const demandFits = (upload: Upload, piece: TusPiece) => {
    if (upload.state !== 'receiving') throw uploadProblems.uploadComplete({ state: upload.state })
    if (piece.offset + (piece.lengthBytes ?? 0) > upload.sizeBytes)
      throw uploadProblems.uploadLongerThanSaid({ fileName: upload.fileName, saidBytes: upload.sizeBytes })
  }

  const storedBytesOf = async (upload: Upload): Promise<number> =>
    (await folder.sizeOf(upload.id)) ?? raise(uploadProblems.uploadBytesLost({ id: upload.id }))

  const append = async (id: string, piece: TusPiece, actor: Actor): Promise<Upload> => {
    demandFits(await own(id, actor), piece)
    const { offset, body, signal } = piece
    return writers.run({ id, by: nameOf(actor), offset, body, signal }, async (pieces) => {
      const upload = await own(id, actor)
      demandFits(upload, piece)
      const present = await storedBytesOf(upload)
      if (offset !== present) throw uploadProblems.uploadOffsetWrong({ sent: offset, expected: present })
      // A piece that does not say its length may have all that is missing.
      await guard.demandRoom(piece.lengthBytes ?? upload.sizeBytes - offset)
      const position = await write(upload, piece, pieces)
      const noted = await uploads(db).noteReceived(id, position, limits.uploadHours)
      if (noted === undefined) throw generalProblems.notFound({ what: 'upload', id })
      return position === upload.sizeBytes ? complete(noted) : noted
    })
  }

  /** How many bytes are safely stored. */
  const offsetOf = async (id: string, actor: Actor): Promise<{ upload: Upload; offset: number }> => {
    const upload = await own(id, actor)
    if (upload.state !== 'receiving') return { upload, offset: upload.sizeBytes }
    await writers.endSilent(id, nameOf(actor))
    const offset = writers.offsetOf(id) ?? (await storedBytesOf(upload))
    // The last piece was written, and then the server stopped.
    if (offset === upload.sizeBytes && !writers.isWriting(id))
      return { upload: await complete(upload), offset }
    return { upload, offset }
  }

  // Housekeeping ------------------------------------------------------------------------------------------

  const removeStrayFiles = async (): Promise<number> => {
    let removed = 0
    for (const { id, modifiedAt } of await folder.list()) {
      if (modifiedAt.getTime() > Date.now() - strayMs || writers.isWriting(id)) continue
      if ((await uploads(db).find(id))?.state === 'receiving') continue
      await folder.remove(id)
      removed += 1
    }
    return removed
  }

  type Finding = { code: string; subject: string; message: string }

  const findingOfRow = async (upload: Upload): Promise<Finding | null> => {
    const { id, state, sha256 } = upload
    if (state === 'receiving' && (await folder.sizeOf(id)) === null)
      return {
        code: 'upload-without-file',
        subject: id,
        message: `Upload ${id} is being received, but its file is gone.`,
      }
    if ((state === 'probing' || state === 'ready') && (sha256 === null || !(await store.has(sha256))))
      return {
        code: 'upload-without-blob',
        subject: id,
        message: `Upload ${id} is '${state}', but its bytes are gone.`,
      }
    return null
  }

  return {
    receive,
    accept,
    /** Harmless after `accept`. */
    discard: (received: ReceivedFile): Promise<void> => folder.remove(received.id),
    begin,
    append,
    beginStored,
    fillStored,
    offsetOf,
    get: own,
    list: async (actor: Actor): Promise<Upload[]> => {
      demand(actor, 'upload a file')
      const owner = ownerIdOf(actor)
      return owner === null ? [] : uploads(db).listOfOwner(owner)
    },

    remove: async (id: string, actor: Actor): Promise<void> => {
      const upload = await own(id, actor)
      if (await uploads(db).isBeingPublished(id)) throw uploadProblems.uploadInUse({ id })
      await writers.end(id, generalProblems.gone({ what: 'upload', id }))
      await reading.cancel(id)
      // Read again: it may have been completed while its writer ended.
      await remove((await uploads(db).find(id)) ?? upload)
    },

    /** After a start: reads what was left unread, and completes what lacked only that. */
    resume: async (): Promise<void> => {
      for (const upload of await uploads(db).listInState('receiving'))
        if ((await folder.sizeOf(upload.id)) === upload.sizeBytes) await complete(upload)
      await reading.resume()
    },

    /** Part of garbage collection; returns how many uploads and files are gone. */
    collectExpiredUploads: async (): Promise<number> => {
      const expired = (await uploads(db).listExpired()).filter(({ id }) => !writers.isWriting(id))
      for (const upload of expired) {
        await reading.cancel(upload.id)
        await remove(upload)
      }
      return expired.length + (await removeStrayFiles()) + (await blobs.removeStrays(strayMs))
    },

    /** For the doctor: uploads without their bytes, and bytes without an upload. */
    findings: async (): Promise<{ checked: number; findings: Finding[] }> => {
      const rows = await uploads(db).listAll()
      const files = await folder.list()
      const receiving = new Set(rows.filter(({ state }) => state === 'receiving').map(({ id }) => id))
      const ofRows = await Promise.all(rows.map(findingOfRow))
      const ofFiles = files
        .filter(({ id, modifiedAt }) => !receiving.has(id) && modifiedAt.getTime() < Date.now() - strayMs)
        .map(({ id }) => ({
          code: 'file-without-upload',
          subject: id,
          message: `The file ${id} among the uploads belongs to no upload.`,
        }))
      return {
        checked: rows.length + files.length,
        findings: [...ofRows.filter((one) => one !== null), ...ofFiles],
      }
    },
  }
}

export type Uploads = ReturnType<typeof createUploads>
