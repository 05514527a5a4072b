/** Lists every disagreement between tables, blobs, collections, styles and rows; an empty list means that all is well. */
import type { Knex } from 'knex'
import type { BlobStore } from '../files/blob-store.ts'
import { audit } from './audit.ts'
import { stagingTables, unreferencedBlobs } from './garbage.ts'

export type DoctorFinding = { code: string; subject: string; message: string }
type Checkup = { name: string; run: () => Promise<{ checked: number; findings: DoctorFinding[] }> }

export type DoctorParts = {
  db: Knex
  blobs: BlobStore
  /** Files among the uploads without a row, and rows without a file. */
  uploadFindings: () => Promise<{ checked: number; findings: DoctorFinding[] }>
  /** Styles of which the files are gone or can no longer be read. */
  styleFindings: () => Promise<{ checked: number; findings: DoctorFinding[] }>
  /** Submissions that are kept for longer than the settings say. */
  retentionFindings: () => Promise<{ checked: number; findings: DoctorFinding[] }>
}

export const createDoctor = ({
  db,
  blobs,
  uploadFindings,
  styleFindings,
  retentionFindings,
}: DoctorParts) => {
  const rowsOf = async <Row>(query: string): Promise<Row[]> =>
    (await db.raw(query.replaceAll('?', '\\?'))).rows as Row[]

  const checkups: Checkup[] = [
    {
      name: 'collections',
      run: async () => {
        const rows = await rowsOf<{
          id: string
          table_name: string | null
          raster_sha256: string | null
          has_table: boolean
          has_entry: boolean
          is_published: boolean
          rows: string | null
        }>(
          `select c.id, c.table_name, c.raster_sha256, to_regclass('data.' || c.table_name) is not null as has_table, c.is_published,
                  exists (select 1 from catalogue_entry e where e.record_id = c.record_id) as has_entry
           from collection c`,
        )
        const findings: DoctorFinding[] = []
        for (const row of rows) {
          if (row.raster_sha256 !== null) {
            // Whether the bytes are there is looked at for every stored file below.
            const [stored] = (
              await db.raw(
                "select b.size_bytes, cast(c.raster ->> 'sizeBytes' as bigint) as said from collection c join blob b on b.sha256 = c.raster_sha256 where c.id = ?",
                [row.id],
              )
            ).rows
            if (Number(stored?.size_bytes) !== Number(stored?.said))
              findings.push({
                code: 'collection-raster-differs',
                subject: row.id,
                message: `Collection '${row.id}' says that its raster has ${stored?.said} bytes; the stored file has ${stored?.size_bytes}.`,
              })
          } else if (!row.has_table)
            findings.push({
              code: 'collection-without-table',
              subject: row.id,
              message: `Collection '${row.id}' points to data.${row.table_name}, which does not exist.`,
            })
          else {
            const [count] = (
              await db.raw(
                'select count(*) as n, (select feature_count from collection where id = ?) as said from ??',
                [row.id, `data.${row.table_name}`],
              )
            ).rows
            if (Number(count.n) !== Number(count.said))
              findings.push({
                code: 'collection-count-differs',
                subject: row.id,
                message: `Collection '${row.id}' says ${count.said} features; its table has ${count.n}.`,
              })
          }
          if (row.is_published && !row.has_entry)
            findings.push({
              code: 'collection-without-entry',
              subject: row.id,
              message: `Collection '${row.id}' is served, but its record is not in the catalogue.`,
            })
        }
        return { checked: rows.length, findings }
      },
    },
    {
      name: 'tables',
      run: async () => {
        const rows = await rowsOf<{ name: string; used: boolean; retired: boolean }>(
          `select t.relname as name, c.id is not null as used, r.table_name is not null as retired
           from pg_class t join pg_namespace n on n.oid = t.relnamespace and n.nspname = 'data'
           left join collection c on c.table_name = t.relname
           left join retired_table r on r.table_name = t.relname
           where t.relkind = 'r'`,
        )
        const findings = rows
          .filter((row) => !row.used && !row.retired)
          .map((row) => ({
            code: 'table-without-collection',
            subject: row.name,
            message: `Table data.${row.name} belongs to no collection.`,
          }))
        const both = rows.filter((row) => row.used && row.retired)
        return {
          checked: rows.length,
          findings: [
            ...findings,
            ...both.map((row) => ({
              code: 'table-retired-in-use',
              subject: row.name,
              message: `Table data.${row.name} is in use and marked for removal.`,
            })),
          ],
        }
      },
    },
    {
      name: 'staging',
      run: async () => {
        const names = await stagingTables(db)
        const active = new Set(
          (
            await rowsOf<{ id: string }>(
              "select replace(id::text, '-', '') as id from publication where state in ('queued', 'running')",
            )
          ).map((row) => row.id),
        )
        const isPrecomputing =
          (await rowsOf("select 1 from job where kind = 'precompute-features' and state = 'running'"))
            .length > 0
        const left = names.filter(
          (name) => !active.has(name.slice(2, 34)) && !(isPrecomputing && name.includes('x')),
        )
        return {
          checked: names.length,
          findings: left.map((name) => ({
            code: 'staging-left-over',
            subject: name,
            message: `Table staging.${name} is of no running publication.`,
          })),
        }
      },
    },
    {
      name: 'entries',
      run: async () => {
        const rows = await rowsOf<{
          id: string
          state: string
          entry_state: string | null
          published_version: number | null
          has_version: boolean
        }>(
          `select r.id, r.state, e.state as entry_state, r.published_version,
                  exists (select 1 from record_version v where v.record_id = r.id) as has_version
           from record r left join catalogue_entry e on e.record_id = r.id`,
        )
        const findings: DoctorFinding[] = []
        for (const row of rows) {
          const isPublic = row.state === 'published' || row.state === 'deprecated'
          if (isPublic && row.entry_state !== row.state)
            findings.push({
              code: 'record-without-entry',
              subject: row.id,
              message: `Record ${row.id} is '${row.state}', its catalogue entry is '${row.entry_state ?? 'missing'}'.`,
            })
          if (!isPublic && row.entry_state !== null)
            findings.push({
              code: 'entry-not-public',
              subject: row.id,
              message: `Record ${row.id} is '${row.state}', but stands in the public catalogue.`,
            })
          if (isPublic && !row.has_version)
            findings.push({
              code: 'record-without-version',
              subject: row.id,
              message: `Record ${row.id} is public without a published version.`,
            })
        }
        return { checked: rows.length, findings }
      },
    },
    {
      name: 'publications',
      run: async () => {
        const rows = await rowsOf<{ id: string; has_job: boolean }>(
          `select p.id, exists (select 1 from job j where j.kind = 'publish' and j.key = p.id::text and j.state in ('queued', 'running')) as has_job
           from publication p where p.state in ('queued', 'running')`,
        )
        return {
          checked: rows.length,
          findings: rows
            .filter((row) => !row.has_job)
            .map((row) => ({
              code: 'publication-without-job',
              subject: row.id,
              message: `Publication ${row.id} waits, but no job will carry it out.`,
            })),
        }
      },
    },
    {
      name: 'distributions',
      run: async () => {
        const rows = await rowsOf<{
          id: string
          record_id: string
          state: string
          file_missing: boolean
          unserved: boolean
          is_stale: boolean
        }>(
          `select d.id, d.record_id, r.state,
                  d.file_id is not null and not exists (select 1 from file f join blob b on b.sha256 = f.sha256 where f.id = d.file_id) as file_missing,
                  d.collection_id is not null and not exists (select 1 from collection c where c.id = d.collection_id and c.is_published) and r.state <> 'returned' as unserved,
                  d.kind = 'pmtiles' and r.state <> 'returned' and not exists (
                    select 1 from collection c join file f on f.id = d.file_id
                    where c.record_id = d.record_id and c.is_published and (f.probe ->> 'revision')::bigint = c.revision)
                  and not exists (
                    select 1 from job j join collection c on c.id = j.key
                    where c.record_id = d.record_id and j.kind in ('build-pmtiles', 'precompute-features') and j.state in ('queued', 'running')) as is_stale
           from distribution d join record r on r.id = d.record_id`,
        )
        const findings: DoctorFinding[] = []
        for (const row of rows) {
          if (row.file_missing)
            findings.push({
              code: 'distribution-without-file',
              subject: row.id,
              message: `Distribution ${row.id} of record ${row.record_id} has lost its file.`,
            })
          if (row.unserved)
            findings.push({
              code: 'distribution-not-served',
              subject: row.id,
              message: `Distribution ${row.id} of record ${row.record_id} points to a collection that is not served.`,
            })
          if (row.is_stale)
            findings.push({
              code: 'archive-of-other-data',
              subject: row.id,
              message: `Distribution ${row.id} of record ${row.record_id} is an archive of tiles of other data than are published, and no job will make it anew.`,
            })
          if (row.state === 'deleted')
            findings.push({
              code: 'distribution-of-deleted',
              subject: row.id,
              message: `Distribution ${row.id} belongs to a deleted record.`,
            })
        }
        return { checked: rows.length, findings }
      },
    },
    {
      name: 'blobs',
      run: async () => {
        const rows = new Map(
          (await rowsOf<{ sha256: string; size_bytes: string }>('select sha256, size_bytes from blob')).map(
            (row) => [row.sha256, Number(row.size_bytes)],
          ),
        )
        const findings: DoctorFinding[] = []
        const stored = new Set<string>()
        for await (const { sha256, sizeBytes, modifiedAt } of blobs.list()) {
          stored.add(sha256)
          const said = rows.get(sha256)
          // Bytes are stored first and noted in the transaction that needs them.
          const isYoung = modifiedAt.getTime() > Date.now() - 3_600_000
          if (said === undefined && isYoung) continue
          if (said === undefined)
            findings.push({
              code: 'blob-without-row',
              subject: sha256,
              message: `The stored file ${sha256} is not in the database.`,
            })
          else if (said !== sizeBytes)
            findings.push({
              code: 'blob-size-differs',
              subject: sha256,
              message: `The stored file ${sha256} has ${sizeBytes} bytes; the database says ${said}.`,
            })
        }
        // Bytes go before their row does; a row that nothing refers to is only waiting to be collected.
        const unreferenced = new Set(await unreferencedBlobs(db, 0))
        for (const sha256 of rows.keys())
          if (!stored.has(sha256) && !unreferenced.has(sha256))
            findings.push({
              code: 'blob-missing',
              subject: sha256,
              message: `The database lists the file ${sha256}, which is not stored.`,
            })
        for (const sha256 of await unreferencedBlobs(db, 60))
          findings.push({
            code: 'blob-unreferenced',
            subject: sha256,
            message: `Nothing has referred to the file ${sha256} for an hour.`,
          })
        return { checked: stored.size, findings }
      },
    },
    {
      name: 'styles',
      run: async () => {
        const rows = await rowsOf<{ record_id: string; style_id: string; listed: boolean }>(
          `select rs.record_id, rs.style_id, exists (select 1 from distribution d where d.record_id = rs.record_id and d.style_id = rs.style_id) as listed
           from record_style rs join record r on r.id = rs.record_id where r.published_version is not null`,
        )
        return {
          checked: rows.length,
          findings: rows
            .filter((row) => !row.listed)
            .map((row) => ({
              code: 'style-not-listed',
              subject: row.style_id,
              message: `Style '${row.style_id}' is attached to record ${row.record_id} without a distribution.`,
            })),
        }
      },
    },
    { name: 'uploads', run: uploadFindings },
    { name: 'style models', run: styleFindings },
    { name: 'returned and rejected submissions', run: retentionFindings },
    {
      name: 'audit',
      run: async () => {
        const chain = await audit(db).verify()
        return {
          checked: chain.entries,
          findings: chain.isWhole
            ? []
            : [
                {
                  code: 'audit-broken',
                  subject: String(chain.firstBad),
                  message: `The audit log does not fit together from entry ${chain.firstBad} on.`,
                },
              ],
        }
      },
    },
  ]

  return {
    examine: async (): Promise<{ findings: DoctorFinding[]; checked: Record<string, number> }> => {
      const findings: DoctorFinding[] = []
      const checked: Record<string, number> = {}
      for (const checkup of checkups) {
        const outcome = await checkup.run()
        findings.push(...outcome.findings)
        checked[checkup.name] = outcome.checked
      }
      return { findings, checked }
    },
  }
}

export type Doctor = ReturnType<typeof createDoctor>
