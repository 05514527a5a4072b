/** Stored bytes as rows (`blob`) and what people download of them (`file`). */
import type { Knex } from 'knex'

export type StoredFile = {
  id: string
  sha256: string
  fileName: string
  mediaType: string
  format: string
  sizeBytes: number
  createdAt: string
}

/** All columns that refer to a blob; a blob in none of them is garbage. */
export const blobReferences = [
  ['upload', 'sha256'],
  ['file', 'sha256'],
  ['style', 'sld_sha256'],
  ['style', 'qml_sha256'],
  ['style_version', 'sld_sha256'],
  ['style_version', 'qml_sha256'],
  ['collection', 'raster_sha256'],
] as const

export const blobs = (db: Knex) => ({
  /** Notes a stored blob, or notes again that it is wanted, and locks it until the transaction ends. */
  hold: async (blob: { sha256: string; sizeBytes: number }): Promise<void> => {
    await db('blob')
      .insert({ sha256: blob.sha256, size_bytes: blob.sizeBytes })
      .onConflict('sha256')
      .merge({ size_bytes: blob.sizeBytes, created_at: db.fn.now() })
  },
  /** In a transaction: removes the row of a blob nobody refers to, and locks out whoever would begin to. */
  takeUnused: async (sha256: string): Promise<boolean> => {
    // A file without row gets one first, so that the lock holds for it too.
    await db('blob').insert({ sha256, size_bytes: 0 }).onConflict('sha256').ignore()
    await db('blob').where({ sha256 }).forUpdate().first('sha256')
    for (const [table, column] of blobReferences)
      if (await db(table).where(column, sha256).first(db.raw('1'))) return false
    return (await db('blob').where({ sha256 }).delete()) === 1
  },
  has: async (sha256: string): Promise<boolean> =>
    (await db('blob').where({ sha256 }).first('sha256')) !== undefined,
})
