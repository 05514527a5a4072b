/** Uploads as rows. */
import type { Knex } from 'knex'
import { toJsonb } from '../db/json.ts'
import type { Probe } from '../domain/probe.ts'
import { type ProblemBody, raise } from '../domain/problem.ts'
import { generalProblems } from '../domain/problems/general.ts'
import type { PublishableUpload } from '../domain/publication.ts'
import type { Upload, UploadState } from '../domain/upload.ts'

type UploadRow = {
  id: string
  token_id: string | null
  submitter_sha256: string | null
  file_name: string
  size_bytes: number
  received_bytes: number
  state: UploadState
  sha256: string | null
  probe: Probe | null
  problem: ProblemBody | null
  metadata: { tus?: string; isFromStorage?: boolean }
  created_at: string
  expires_at: string
}

/** As `ownerIdOf` of the policy names those without an account. */
const submitterPrefix = 'submitter:'

const fromRow = (row: UploadRow): Upload => ({
  id: row.id,
  ownerId: row.token_id ?? (row.submitter_sha256 && `${submitterPrefix}${row.submitter_sha256}`),
  fileName: row.file_name,
  sizeBytes: row.size_bytes,
  receivedBytes: row.received_bytes,
  state: row.state,
  sha256: row.sha256,
  probe: row.probe,
  problem: row.problem,
  tusMetadata: row.metadata.tus ?? null,
  isFromStorage: row.metadata.isFromStorage ?? false,
  createdAt: row.created_at,
  expiresAt: row.expires_at,
})

export type NewUpload = {
  id: string
  ownerId: string | null
  fileName: string
  sizeBytes: number
  state: 'receiving' | 'probing'
  sha256?: string
  tusMetadata?: string | null
  isFromStorage?: boolean
  keepHours: number
}

const ownerColumns = (ownerId: string | null) =>
  ownerId?.startsWith(submitterPrefix)
    ? { submitter_sha256: ownerId.slice(submitterPrefix.length) }
    : { token_id: ownerId }

export const uploads = (db: Knex) => {
  const inHours = (hours: number) => db.raw('now() + make_interval(secs => ?)', [hours * 3600])
  const find = async (id: string): Promise<Upload | undefined> => {
    const row = await db<UploadRow>('upload').where({ id }).first()
    return row && fromRow(row)
  }
  return {
    find,
    get: async (id: string): Promise<Upload> =>
      (await find(id)) ?? raise(generalProblems.notFound({ what: 'upload', id })),
    add: async (upload: NewUpload): Promise<Upload> => {
      const [row] = await db('upload')
        .insert({
          id: upload.id,
          ...ownerColumns(upload.ownerId),
          file_name: upload.fileName,
          size_bytes: upload.sizeBytes,
          received_bytes: upload.state === 'receiving' ? 0 : upload.sizeBytes,
          state: upload.state,
          sha256: upload.sha256 ?? null,
          metadata: JSON.stringify({
            ...(upload.tusMetadata && { tus: upload.tusMetadata }),
            ...(upload.isFromStorage && { isFromStorage: true }),
          }),
          expires_at: inHours(upload.keepHours),
        })
        .returning('*')
      return fromRow(row as UploadRow)
    },
    listOfOwner: async (ownerId: string): Promise<Upload[]> =>
      (
        await db<UploadRow>('upload')
          .where({ token_id: ownerId })
          .orderBy('created_at', 'desc')
          .orderBy('id')
          .limit(1000)
      ).map(fromRow),
    listInState: async (state: UploadState): Promise<Upload[]> =>
      (await db<UploadRow>('upload').where({ state }).orderBy('created_at')).map(fromRow),
    listAll: async (): Promise<Upload[]> =>
      (await db<UploadRow>('upload').orderBy('created_at')).map(fromRow),

    /** More bytes have arrived, so it is kept longer. */
    noteReceived: async (
      id: string,
      receivedBytes: number,
      keepHours: number,
    ): Promise<Upload | undefined> => {
      const [row] = await db<UploadRow>('upload')
        .where({ id, state: 'receiving' })
        .update({ received_bytes: receivedBytes, expires_at: inHours(keepHours) } as never)
        .returning('*')
      return row && fromRow(row)
    },
    /** Each of these is false when the upload has left the state it would come from. */
    toProbing: async (id: string, sha256: string): Promise<boolean> =>
      (await db('upload')
        .where({ id, state: 'receiving' })
        .update({ state: 'probing', sha256, received_bytes: db.ref('size_bytes') })) === 1,
    toReady: async (id: string, probe: Probe): Promise<boolean> =>
      (await db('upload')
        .where({ id, state: 'probing' })
        .update({ state: 'ready', probe: toJsonb(probe) })) === 1,
    toRefused: async (id: string, problem: ProblemBody): Promise<boolean> =>
      (await db('upload')
        .where({ id, state: 'probing' })
        .update({ state: 'refused', problem: toJsonb(problem), sha256: null })) === 1,

    remove: async (id: string): Promise<boolean> => (await db('upload').where({ id }).delete()) === 1,
    /** Whether a publication that reads it has not ended. */
    isBeingPublished: async (id: string): Promise<boolean> =>
      (await db('publication')
        .whereIn('state', ['queued', 'running'])
        .whereRaw("request ->> 'uploadId' = ?", [id])
        .first('id')) !== undefined,
    /** What those without an account have sent and nobody has decided about, in bytes. */
    bytesOfSubmitters: async (): Promise<number> => {
      const row = await db('upload').whereNotNull('submitter_sha256').sum({ bytes: 'size_bytes' }).first()
      return Number(row?.['bytes'] ?? 0)
    },
    /** Past their time, and neither part of a draft or submission nor being published. */
    listExpired: async (): Promise<Upload[]> =>
      (
        await db<UploadRow>('upload as u')
          .whereRaw('u.expires_at < now()')
          .whereNotExists(
            db('record')
              .whereRaw("record.upload_id = u.id and record.state <> 'deleted'")
              .select(db.raw('1')),
          )
          .whereNotExists(
            db('submission')
              .whereRaw("submission.upload_id = u.id and submission.state not in ('approved', 'rejected')")
              .select(db.raw('1')),
          )
          .whereNotExists(
            db('publication')
              .whereRaw(
                "publication.state in ('queued', 'running') and publication.request ->> 'uploadId' = cast(u.id as text)",
              )
              .select(db.raw('1')),
          )
          .select('u.*')
          .limit(1000)
      ).map(fromRow),
  }
}

/** The upload as publishing sees it; undefined while its bytes still come in. */
export const findPublishableUpload = async (db: Knex, id: string): Promise<PublishableUpload | undefined> => {
  const upload = await uploads(db).find(id)
  if (upload === undefined) return undefined
  const { ownerId, state, fileName, sizeBytes, sha256, probe, isFromStorage } = upload
  // Publishing looks at the state first; bytes and probe are there when it is 'ready'.
  return { id, ownerId, state, fileName, sizeBytes, sha256, probe, isFromStorage } as PublishableUpload
}
