/** Who may download which file, and where its bytes are (R11.7, security A8, B8). */
import type { Readable } from 'node:stream'
import type { Knex } from 'knex'
import type { Actor } from '../domain/actor.ts'
import type { ByteRange } from '../domain/byte-range.ts'
import { can } from '../domain/policy.ts'
import { generalProblems } from '../domain/problems/general.ts'
import { isPublic } from '../domain/record.ts'
import type { BlobStore } from '../files/blob-store.ts'
import { codeOf } from '../files/storage-error.ts'
import { distributions } from '../repositories/distributions.ts'

export type Download = {
  fileName: string
  mediaType: string
  sizeBytes: number
  sha256: string
  modifiedAt: Date
  isPublic: boolean
  open: (range?: ByteRange) => Promise<Readable>
}

/** What is sent as its own type; everything else is just bytes, so that no browser takes it for a page. */
const sentAsTheyAre = new Set([
  'application/geopackage+sqlite3',
  'application/zip',
  'application/geo+json',
  'image/tiff; application=geotiff',
  'image/tiff; application=geotiff; profile=cloud-optimized',
  'image/tiff',
  'application/vnd.pmtiles',
  'text/csv',
  'text/csv; charset=utf-8',
  'application/pdf',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
])

const isUuid = (text: string) => /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)

export const createDownloads = ({ db, store }: { db: Knex; store: BlobStore }) => ({
  find: async (id: string, actor: Actor): Promise<Download> => {
    const notFound = generalProblems.notFound({ what: 'file', id: id.slice(0, 100) })
    if (!isUuid(id)) throw notFound
    const file = await distributions(db).findFile(id)
    if (file === undefined)
      throw (await distributions(db).isGone(id)) ? generalProblems.gone({ what: 'file', id }) : notFound
    if (file.recordState === 'deleted') throw generalProblems.gone({ what: 'file', id })
    const isForAll = isPublic({ state: file.recordState })
    if (!isForAll && !can(actor, 'read an unpublished record', file)) throw notFound
    return {
      fileName: file.fileName,
      mediaType: sentAsTheyAre.has(file.mediaType) ? file.mediaType : 'application/octet-stream',
      sizeBytes: file.sizeBytes,
      sha256: file.sha256,
      modifiedAt: new Date(file.createdAt),
      isPublic: isForAll,
      // Deleted between the look at its row and the look at its bytes.
      open: (range) =>
        store.open(file.sha256, range).catch((error: unknown) => {
          throw codeOf(error) === 'ENOENT' ? generalProblems.gone({ what: 'file', id }) : error
        }),
    }
  },
})

export type Downloads = ReturnType<typeof createDownloads>
