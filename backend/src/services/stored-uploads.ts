/**
 * Uploads made of files in the server's own storage (R5.7, R12.4, R12.10): read and checked like any other, without the
 * limit of size. They belong to the owner of the record they are for, who can then publish.
 */
import type { Knex } from 'knex'
import type { Logger } from 'pino'
import type { Actor } from '../domain/actor.ts'
import { demand } from '../domain/policy.ts'
import { generalProblems } from '../domain/problems/general.ts'
import type { Upload } from '../domain/upload.ts'
import type { StoredFile, StoredFiles } from '../files/stored-files.ts'
import { records } from '../repositories/records.ts'
import { audit } from './audit.ts'
import type { Uploads } from './uploads.ts'

export const createStoredUploads = ({
  db,
  storedFiles,
  uploads,
  log,
}: {
  db: Knex
  storedFiles: StoredFiles
  uploads: Pick<Uploads, 'beginStored' | 'fillStored'>
  log: Logger
}) => ({
  list: (): Promise<StoredFile[]> => storedFiles.list(),

  /** Answers as soon as the copying has begun; the upload's state says how far it is. */
  begin: async (fileId: string, { recordId }: { recordId: string | null }, actor: Actor): Promise<Upload> => {
    demand(actor, 'attach stored files')
    const opened = await storedFiles.open(fileId)
    if (opened === null) throw generalProblems.notFound({ what: 'stored file', id: fileId })
    const { file, handle } = opened
    try {
      const record = recordId === null ? undefined : await records(db).find(recordId)
      const ownerId = record?.ownerId ?? (actor.kind === 'token' ? actor.tokenId : null)
      const upload = await uploads.beginStored({ fileName: file.name, sizeBytes: file.sizeBytes, ownerId })
      await audit(db).add({
        actor,
        action: 'upload.attached',
        recordId: record?.id,
        detail: { fileName: file.name, sizeBytes: file.sizeBytes, uploadId: upload.id },
      })
      const stream = handle.createReadStream({ highWaterMark: 1_048_576 })
      uploads
        .fillStored(upload, stream)
        .catch((error: unknown) =>
          log.warn(
            { event: 'upload.copying-failed', uploadId: upload.id, err: error },
            'a stored file was not copied',
          ),
        )
      return upload
    } catch (error) {
      await handle.close()
      throw error
    }
  },
})

export type StoredUploads = ReturnType<typeof createStoredUploads>
