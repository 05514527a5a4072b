/**
 * Builds a fresh table of a collection with each feature's GeoJSON text ready to be sent (architecture §4.3), and
 * swaps it in. Readers notice nothing but the speed.
 */
import type { QueryResult } from 'pg'
import type { Database } from '../db/database.ts'
import type { Job } from '../domain/job.ts'
import { collections } from '../repositories/collections.ts'
import { featureTextExpression } from '../repositories/features.ts'
import { moveEpoch } from '../services/catalogue-entry.ts'
import { moveIntoService, pointView, retireTable } from '../services/commit.ts'
import { failpoint } from '../services/failpoint.ts'
import { enqueue, type Jobs } from '../services/jobs.ts'

/**
 * Small enough that on the embedded database, which has one session, readers get their turn in between. Within a
 * batch rows lie in the order of space: a box then touches a quarter of the pages, and a walk by id hardly more.
 */
const batchRows = 5_000

export const createPrecomputeFeatures =
  ({ database, jobs, onChange }: { database: Database; jobs: Jobs; onChange: () => void }) =>
  async (job: Job, signal: AbortSignal): Promise<void> => {
    const db = database.knex
    const collection = await collections(db).find(job.key)
    if (!collection || collection.kind === 'raster' || collection.isPrecomputed) {
      await jobs.finish(db, job)
      return
    }
    const stagingOf = (fence: number) => `p_${collection.tableName.slice(2)}x${fence}`
    const staging = stagingOf(job.fence)
    const hasGeometry = collection.storageSrid !== null
    const columns = collection.columns.map(({ column }) => column)
    const feature = featureTextExpression(collection)
    const selected = ['fid', ...(hasGeometry ? ['geom'] : []), ...columns]
    try {
      // Those of workers that died are of no use to anybody.
      for (let fence = 1; fence <= job.fence; fence += 1)
        await db.raw('drop table if exists ??', [`staging.${stagingOf(fence)}`])
      await db.raw(
        `create table staging.${staging} as select ${selected.join(', ')}, cast(null as text) as feature from data.${collection.tableName} limit 0`,
      )
      let after: string | null = null
      let done = 0
      for (;;) {
        signal.throwIfAborted()
        const found: QueryResult<{ last: string | null; n: string }> = await database.pool.query(
          `with page as (select * from data.${collection.tableName} where $1::bigint is null or fid > $1::bigint order by fid limit ${batchRows}),
                added as (insert into staging.${staging} (${selected.join(', ')}, feature)
                          select ${selected.join(', ')}, ${feature.text(2)} from page t ${hasGeometry ? 'order by t.geom' : ''} returning fid)
           select max(fid)::text as last, count(*)::text as n from added`,
          [after, ...feature.values],
        )
        const page: { last: string | null; n: string } | undefined = found.rows[0]
        if (!page || page.last === null) break
        after = page.last
        done += Number(page.n)
        await jobs.progress(job, {
          share: collection.featureCount ? done / collection.featureCount : 1,
          text: 'Preparing features',
          rows: done,
        })
        if (Number(page.n) < batchRows) break
      }
      await db.raw('alter table ?? add primary key (fid)', [`staging.${staging}`])
      if (hasGeometry) await db.raw('create index on ?? using gist (geom)', [`staging.${staging}`])
      await db.raw('analyze ??', [`staging.${staging}`])

      await db.transaction(async (trx) => {
        await trx.raw("set local lock_timeout = '2s'")
        if (!(await jobs.holdsFence(trx, job))) throw new Error('another worker has taken this job over')
        const present = await trx('collection')
          .where({ id: collection.id })
          .forUpdate()
          .first('table_name', 'revision', 'view_name')
        // Replaced or deleted meanwhile: what was built is of no use; a replace has enqueued its own job.
        if (
          present?.table_name === collection.tableName &&
          Number(present.revision) === collection.revision
        ) {
          const tableName = await moveIntoService(trx, staging)
          await trx('collection')
            .where({ id: collection.id })
            .update({ table_name: tableName, is_precomputed: true })
          await pointView(trx, present.view_name, { tableName, columns: collection.columns, hasGeometry })
          await retireTable(trx, collection.tableName)
          await moveEpoch(trx)
          // Tiles of the ready table are made once; the job itself knows whether an archive is wanted.
          if (hasGeometry) await enqueue(trx, { kind: 'build-pmtiles', key: collection.id })
          await jobs.finish(trx, job)
          await failpoint('precompute.beforeCommit')
          return
        }
        await jobs.finish(trx, job)
        if (present) await enqueue(trx, { kind: 'precompute-features', key: collection.id })
      })
    } finally {
      await db.raw('drop table if exists ??', [`staging.${staging}`]).catch(() => {})
    }
    onChange()
  }
