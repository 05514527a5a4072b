/**
 * Removes what nothing refers to any more (reliability §3, GC): staging tables of ended publications, tables and
 * blobs out of service, expired uploads, old idempotency rows. Harmless to repeat and to interrupt.
 */
import type { Knex } from 'knex'
import { blobReferences } from '../repositories/files.ts'
import type { Blobs } from './blobs.ts'
import { failpoint } from './failpoint.ts'

export type GarbageParts = {
  db: Knex
  blobs: Pick<Blobs, 'removeIfUnused'>
  collectExpiredUploads: () => Promise<number>
  removeLapsedSubmissions: () => Promise<number>
}

export type GarbageRequest = { all?: boolean; tables?: string[]; sha256s?: string[] }

/** Minutes that things out of service are kept for those who still read them. */
const grace = { tableMinutes: 15, blobMinutes: 60, stagingMinutes: 60, idempotencyHours: 24, jobDays: 7 }

export const unreferencedBlobs = async (
  db: Knex,
  olderThanMinutes: number,
  orThese: string[] = [],
): Promise<string[]> => {
  const query = db('blob as b')
    .where((due) => {
      due
        .whereRaw('b.created_at < now() - make_interval(mins => ?)', [olderThanMinutes])
        .orWhereIn('b.sha256', orThese)
    })
    .select('b.sha256')
  for (const [table, column] of blobReferences)
    query.whereNotExists(db(table).whereRaw('??.?? = b.sha256', [table, column]).select(db.raw('1')))
  return (await query).map((row: { sha256: string }) => row.sha256)
}

/** Files of distributions that are gone. */
const removeUnlinkedFiles = (db: Knex) =>
  db('file')
    .whereNotExists(db('distribution').whereRaw('distribution.file_id = file.id').select(db.raw('1')))
    .delete()

export const stagingTables = async (db: Knex): Promise<string[]> =>
  (
    await db.raw(
      "select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'staging' and c.relkind = 'r'",
    )
  ).rows.map((row: { name: string }) => row.name)

/** Staging tables carry the id of what fills them; those of running work stay. */
const isInUse = async (db: Knex, tableName: string): Promise<boolean> => {
  const id = /^p_([0-9a-f]{32})f\d+$/.exec(tableName)?.[1]
  if (id !== undefined)
    return (
      (await db('publication')
        .whereRaw("replace(id::text, '-', '') = :id".replaceAll('::', '\\::'), { id })
        .whereIn('state', ['queued', 'running'])
        .first('id')) !== undefined
    )
  return (await db('job').where({ kind: 'precompute-features', state: 'running' }).first('id')) !== undefined
}

export const createGarbage = ({
  db,
  blobs,
  collectExpiredUploads,
  removeLapsedSubmissions,
}: GarbageParts) => {
  const dropTable = (name: string) =>
    db.transaction(async (trx) => {
      // Somebody reads it for long: the next collection finds it again, and no other work waits for that reader.
      await trx.raw("set local lock_timeout = '2s'")
      await trx.raw('drop table if exists ??', [`data.${name}`])
      await trx('retired_table').where({ table_name: name }).delete()
    })

  const dropRetired = async (minutes: number, orThese: string[]) => {
    const retired = await db('retired_table')
      .whereRaw('retired_at <= now() - make_interval(mins => ?)', [minutes])
      .orWhereIn('table_name', orThese)
      .select('table_name')
    const failures: unknown[] = []
    for (const { table_name: name } of retired) {
      await failpoint('garbage.beforeDrop')
      await dropTable(name).catch((error) => failures.push(error))
    }
    if (failures.length > 0) throw failures[0]
    return retired.length
  }

  const removeBlobs = async (minutes: number, orThese: string[]) => {
    let removed = 0
    for (const sha256 of await unreferencedBlobs(db, minutes, orThese)) {
      await failpoint('garbage.beforeUnlink')
      if (await blobs.removeIfUnused(sha256)) removed += 1
    }
    return removed
  }

  const dropStaging = async () => {
    let dropped = 0
    for (const name of await stagingTables(db)) {
      if (await isInUse(db, name)) continue
      await db.raw('drop table if exists ??', [`staging.${name}`])
      dropped += 1
    }
    return dropped
  }

  return {
    /** What readers may still be at stays for a while, but not these tables and blobs; with `all`, nothing stays. */
    collect: async ({
      all = false,
      tables = [],
      sha256s = [],
    }: GarbageRequest = {}): Promise<Record<string, number>> => ({
      submissions: await removeLapsedSubmissions(),
      uploads: await collectExpiredUploads(),
      stagingTables: await dropStaging(),
      tables: await dropRetired(all ? 0 : grace.tableMinutes, tables),
      files: await removeUnlinkedFiles(db),
      blobs: await removeBlobs(all ? 0 : grace.blobMinutes, sha256s),
      idempotencyKeys: await db('idempotency')
        .whereRaw('created_at < now() - make_interval(hours => ?)', [grace.idempotencyHours])
        .delete(),
      jobs: await db('job')
        .where({ state: 'done' })
        .whereRaw('finished_at < now() - make_interval(days => ?)', [grace.jobDays])
        .delete(),
    }),
  }
}

export type Garbage = ReturnType<typeof createGarbage>
