/**
 * PMTiles archives of collections (R6.11, Q19): one file with all tiles of the lower zoom levels, a distribution of the
 * record under an address that stays. Made by a job after the data are published; until a new one is ready people get the
 * one of the data before.
 */
import { randomUUID } from 'node:crypto'
import { mkdir, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Knex } from 'knex'
import type { Actor } from '../domain/actor.ts'
import { loadOf } from '../domain/collection.ts'
import type { Job } from '../domain/job.ts'
import { can, demand } from '../domain/policy.ts'
import { raise } from '../domain/problem.ts'
import { generalProblems } from '../domain/problems/general.ts'
import { recordProblems } from '../domain/problems/record.ts'
import { isPublic } from '../domain/record.ts'
import { type TileAddress, tileLimits } from '../geo/tile-matrix-sets.ts'
import { openPmtilesWriter, toTileId } from '../render/pmtiles-writer.ts'
import type { PublishedCollection } from '../repositories/collections.ts'
import { records } from '../repositories/records.ts'
import { audit } from './audit.ts'
import type { Blobs } from './blobs.ts'
import { moveEpoch } from './catalogue-entry.ts'
import type { Collections } from './collections.ts'
import { enqueue, type Jobs } from './jobs.ts'
import { hasTiles, type Tiles } from './tiles.ts'

/** Larger collections get an archive unasked. */
export const archiveFromFeatures = 5_000

/** Where QGIS stops asking by itself, and where nothing is generalised. */
const lastZoom = 14
/** When a zoom level would have more, the archive ends above it. */
const mostTilesPerZoom = 100_000

/** Edits come in rows: the archive is made anew, once for all of them, when this has passed since the first. */
export const afterEditsSeconds = 30

/** Something is written to an archive in the making every few seconds. */
const leftAfterMs = 3_600_000

export const pmtilesType = 'application/vnd.pmtiles'

export type ArchiveParts = {
  db: Knex
  jobs: Jobs
  blobs: Pick<Blobs, 'keep'>
  collections: Collections
  tiles: Pick<Tiles, 'make'>
  /** For files that are being written. */
  folder: string
  onChange: () => void
  ring: () => void
}

type Place = { row: number; column: number }

const childrenOf = ({ row, column }: Place, mask: number): Place[] =>
  [0, 1, 2, 3]
    .filter((n) => (mask & (1 << n)) !== 0)
    .map((n) => ({ row: 2 * row + (n >> 1), column: 2 * column + (n & 1) }))

const fieldTypes = { string: 'String', integer: 'Number', number: 'Number', boolean: 'Boolean' } as const

const metadataOf = (collection: PublishedCollection, maxZoom: number) => ({
  name: collection.title,
  ...(collection.description && { description: collection.description }),
  ...(collection.license !== null && { attribution: collection.license }),
  version: `1.0.${collection.revision}`,
  type: 'overlay',
  vector_layers: [
    {
      id: collection.id,
      minzoom: 0,
      maxzoom: maxZoom,
      fields: Object.fromEntries(
        collection.columns
          .filter(({ type }) => type !== 'binary')
          .map(({ name, type }) => [name, fieldTypes[type as keyof typeof fieldTypes] ?? 'String']),
      ),
    },
  ],
})

export const createArchives = (parts: ArchiveParts) => {
  const { db, jobs, blobs, collections, tiles, folder } = parts

  const isWanted = async ({ recordId, featureCount }: PublishedCollection, job: Job): Promise<boolean> =>
    featureCount > archiveFromFeatures ||
    job.payload['isAsked'] === true ||
    (await db('distribution').where({ record_id: recordId, kind: 'pmtiles' }).first('id')) !== undefined

  /** Zoom by zoom, only what lies below tiles that have something, in the order of the archive. */
  const writeTiles = async (
    collection: PublishedCollection,
    writer: Awaited<ReturnType<typeof openPmtilesWriter>>,
    job: Job,
    signal: AbortSignal,
  ): Promise<number> => {
    let level: Place[] = [{ row: 0, column: 0 }]
    for (let zoom = 0; ; zoom += 1) {
      const below = new Map<number, Place>()
      const ordered = level
        .map((place) => ({ ...place, id: toTileId(zoom, place.column, place.row) }))
        .sort((a, b) => a.id - b.id)
      for (const [n, { id, row, column }] of ordered.entries()) {
        signal.throwIfAborted()
        const address: TileAddress = { tileMatrixSetId: 'WebMercatorQuad', zoom, row, column }
        const { gzip, children, isWhole } = await tiles.make(collection, address, signal)
        if (gzip !== null) await writer.add(id, gzip)
        // Of a tile that shows a share only, all below may have something that it does not show.
        for (const place of childrenOf({ row, column }, isWhole ? children : 15))
          below.set(toTileId(zoom + 1, place.column, place.row), place)
        if (n % 50 === 0)
          await jobs.progress(job, {
            share: Math.min(0.95, (zoom + n / ordered.length) / (lastZoom + 1)),
            text: `Making tiles of zoom level ${zoom}`,
            rows: writer.count(),
          })
      }
      const limits = collection.extentCrs84 && tileLimits('WebMercatorQuad', zoom + 1, collection.extentCrs84)
      const isWithin = ({ row, column }: Place) =>
        limits === null ||
        (row >= limits.minTileRow - 1 &&
          row <= limits.maxTileRow + 1 &&
          column >= limits.minTileCol - 1 &&
          column <= limits.maxTileCol + 1)
      const next = [...below.values()].filter(isWithin)
      if (zoom === lastZoom || next.length === 0 || next.length > mostTilesPerZoom) return zoom
      level = next
    }
  }

  /** Distribution and file of the archive, in one commit with the end of the job. */
  const offer = async (collection: PublishedCollection, job: Job, path: string): Promise<void> => {
    await blobs.keep([{ path }], async (trx, [stored]) => {
      if (stored === undefined) throw new Error('the archive was not stored')
      if (!(await jobs.holdsFence(trx, job))) throw new Error('another worker has taken this job over')
      const present = await trx('collection')
        .where({ id: collection.id })
        .forUpdate()
        .first('revision', 'edit_count', 'record_id', 'is_published')
      await jobs.finish(trx, job)
      const again = (delaySeconds: number) =>
        enqueue(trx, { kind: 'build-pmtiles', key: collection.id, payload: job.payload, delaySeconds })
      if (!present?.is_published) return
      const [revision, editCount] = [Number(present.revision), Number(present.edit_count)]
      // Replaced meanwhile: the archive is of data that nobody sees any more.
      if (loadOf({ revision, editCount }) !== loadOf(collection)) {
        await again(0)
        return
      }
      // Edited meanwhile: it is newer than the one before, and another follows; else it would never come where people edit.
      if (revision !== collection.revision) await again(afterEditsSeconds)
      const fileId = randomUUID()
      const described = {
        media_type: pmtilesType,
        format: 'PMTiles',
        size_bytes: stored.sizeBytes,
        epsg: 3857,
      }
      await trx('file').insert({
        id: fileId,
        sha256: stored.sha256,
        file_name: `${collection.id}.pmtiles`,
        probe: JSON.stringify({ collectionId: collection.id, revision: collection.revision }),
        ...described,
      })
      const row = { file_id: fileId, title: `${collection.title} (vector tiles)`, ...described }
      // The address stays the same (R6.11).
      const changed = await trx('distribution')
        .where({ record_id: present.record_id, kind: 'pmtiles' })
        .update(row)
      if (changed === 0) {
        const [{ last } = { last: null }] = await trx('distribution')
          .where({ record_id: present.record_id })
          .max('position as last')
        await trx('distribution').insert({
          ...row,
          id: randomUUID(),
          record_id: present.record_id,
          kind: 'pmtiles',
          position: Number(last ?? 0) + 1,
          protocol: 'WWW:DOWNLOAD-1.0-http--download',
        })
      }
      await moveEpoch(trx)
    })
  }

  const run = async (job: Job, signal: AbortSignal): Promise<void> => {
    const collection = (await collections.reload(job.key)) ?? null
    if (collection === null || !hasTiles(collection) || !(await isWanted(collection, job))) {
      await jobs.finish(db, job)
      return
    }
    await mkdir(folder, { recursive: true })
    // Carries the fence: a worker that lost its lease writes elsewhere.
    const path = join(folder, `${job.id}-${job.fence}.pmtiles`)
    const writer = await openPmtilesWriter(path)
    try {
      const maxZoom = await writeTiles(collection, writer, job, signal)
      if (writer.count() === 0) {
        await jobs.finish(db, job)
        return
      }
      await writer.finish({
        metadata: metadataOf(collection, maxZoom),
        box: plainBox(collection),
        minZoom: 0,
        maxZoom,
      })
      await offer(collection, job, path)
      parts.onChange()
    } finally {
      await writer.abandon()
    }
  }

  /** What workers that died were writing. */
  const removeLeftovers = async (): Promise<void> => {
    const names = await readdir(folder).catch(() => [])
    for (const name of names) {
      const path = join(folder, name)
      const written = await stat(path).catch(() => null)
      if (written && Date.now() - written.mtimeMs > leftAfterMs) await rm(path, { force: true })
    }
  }

  return {
    run,
    removeLeftovers,
    /** Asks for an archive of a published collection, whatever its size. */
    ask: async (recordId: string, { actor, ip }: { actor: Actor; ip?: string }): Promise<void> => {
      const absent = generalProblems.notFound({ what: 'record', id: recordId })
      const record = (await records(db).find(recordId)) ?? raise(absent)
      if (!isPublic(record) && !can(actor, 'publish a record', record)) throw absent
      demand(actor, 'publish a record', record)
      await db.transaction(async (trx) => {
        const collection = await trx('collection')
          .where({ record_id: recordId, is_published: true, kind: 'features' })
          .whereNotNull('storage_srid')
          .first('id')
        if (!collection)
          throw recordProblems.stateConflict({
            state: record.state,
            action: 'made into an archive of tiles',
            expected: 'one with a collection in the APIs that has a geometry',
          })
        await enqueue(trx, { kind: 'build-pmtiles', key: collection.id, payload: { isAsked: true } })
        await audit(trx).add({
          actor,
          action: 'tiles.archive-asked',
          recordId,
          subject: collection.id,
          ip,
        })
      })
      parts.ring()
    },
  }
}

const plainBox = ({ extentCrs84 }: PublishedCollection): [number, number, number, number] => {
  if (extentCrs84 === null) return [-180, -85.05, 180, 85.05]
  const [west, south, east, north] = extentCrs84
  return west > east ? [-180, south, 180, north] : [west, south, east, north]
}

export type Archives = ReturnType<typeof createArchives>
