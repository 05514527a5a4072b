/**
 * The one commit of the publish protocol (S6): table, collection, metadata, styles, distributions, audit and the
 * end of the job become visible together. Readers see what was before or what is after.
 */
import { randomUUID } from 'node:crypto'
import type { Knex } from 'knex'
import type { Database } from '../db/database.ts'
import { toJsonb } from '../db/json.ts'
import { queryable } from '../db/sql.ts'
import type { Actor } from '../domain/actor.ts'
import { type CollectionColumn, titleOfOriginal } from '../domain/collection.ts'
import type { Job } from '../domain/job.ts'
import type { GeometryType, ProbeLayer, ProbeWarning } from '../domain/probe.ts'
import { recordProblems } from '../domain/problems/record.ts'
import {
  type OriginalFile,
  type Publication,
  type PublicationResult,
  type PublishableUpload,
  rasterLosses,
  type StagedData,
  type StagedRaster,
  schemaLosses,
} from '../domain/publication.ts'
import { COG_TYPE, cogFileName, type StoredRaster } from '../domain/raster.ts'
import type { CatalogueRecord } from '../domain/record.ts'
import { parseViewName } from '../domain/view-name.ts'
import { toCrs84 } from '../geo/crs.ts'
import type { RecordMetadataDraft } from '../metadata/record-metadata.ts'
import { downloadUrlOf, serviceTitleOf } from '../metadata/web-services.ts'
import { fileOfStyle } from '../repositories/distributions.ts'
import { blobs } from '../repositories/files.ts'
import { publications } from '../repositories/publications.ts'
import { records } from '../repositories/records.ts'
import { audit } from './audit.ts'
import { moveEpoch, putCatalogueEntry } from './catalogue-entry.ts'
import { failpoint } from './failpoint.ts'
import { enqueue, type Jobs } from './jobs.ts'
import type { Tokens } from './tokens.ts'

type CommitInput = {
  database: Database
  jobs: Jobs
  tokens: Pick<Tokens, 'stillHolds'>
  isStored: (sha256: string) => Promise<boolean>
  /** What else becomes true with this commit. */
  onPublished: (trx: Knex, recordId: string) => Promise<void>
  publication: Publication
  job: Job
  actor: Actor
  staged: StagedData | null
  stagedRaster: StagedRaster | null
  original: OriginalFile | null
  upload: PublishableUpload | null
  layer: ProbeLayer | null
  warnings: ProbeWarning[]
}

type CollectionRow = {
  id: string
  kind: 'features' | 'raster'
  table_name: string | null
  raster: StoredRaster | null
  columns: CollectionColumn[]
  geometry_type: GeometryType | null
  storage_srid: number | null
  revision: number
  view_name: string | null
  is_published: boolean
  edited_at: string | null
}

/** Tables live under names nobody chose: d_ and twenty hexadecimal digits. */
const newTableName = () => `d_${randomUUID().replaceAll('-', '').slice(0, 20)}`

/** Without half a character at the end. */
const firstBytes = (text: string, most: number) =>
  Buffer.from(text)
    .subarray(0, most)
    .toString('utf8')
    .replace(/\uFFFD+$/, '')

const quoteLiteralNames = (columns: CollectionColumn[]) => {
  const used = new Set(['fid', 'geom'])
  return columns.map(({ name, column }) => {
    // PostgreSQL cuts names at 63 bytes; what is the same afterwards gets a number.
    let shown = firstBytes(name, 60) || column
    for (let n = 2; used.has(shown); n += 1) shown = `${firstBytes(name, 50)}_${n}`
    used.add(shown)
    return { column, shown }
  })
}

/** Points the view that database users know at the present table (R6.19). */
export const pointView = async (
  trx: Knex,
  viewName: string | null,
  collection: { tableName: string; columns: CollectionColumn[]; hasGeometry: boolean },
): Promise<void> => {
  if (viewName === null) return
  const { schema, table } = parseViewName(viewName)
  const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`
  await trx.raw('create schema if not exists ??', [schema])
  await trx.raw('drop view if exists ??.??', [schema, table])
  const list = [
    'fid',
    ...(collection.hasGeometry ? ['geom'] : []),
    ...quoteLiteralNames(collection.columns).map(({ column, shown }) => `${column} as ${quoted(shown)}`),
  ]
  // Not through knex, which takes a question mark in a column name for a parameter.
  await queryable(trx).query({
    text: `create view ${quoted(schema)}.${quoted(table)} as select ${list.join(', ')} from data.${quoted(collection.tableName)}`,
    values: [],
  })
}

/** Moves a loaded table into service: instant, and part of the transaction. */
export const moveIntoService = async (trx: Knex, stagingName: string): Promise<string> => {
  const tableName = newTableName()
  await trx.raw('alter table ?? set schema data', [`staging.${stagingName}`])
  await trx.raw('alter table ?? rename to ??', [`data.${stagingName}`, tableName])
  const { rows } = await trx.raw("select 1 from pg_roles where rolname = 'secims_read'")
  if (rows.length > 0) await trx.raw('grant select on table ?? to secims_read', [`data.${tableName}`])
  return tableName
}

/** null: a raster has none. */
export const retireTable = async (trx: Knex, tableName: string | null): Promise<void> => {
  if (tableName === null) return
  await trx('retired_table').insert({ table_name: tableName }).onConflict('table_name').ignore()
}

const putCollection = async (
  trx: Knex,
  {
    record,
    publication,
    staged,
    before,
  }: {
    record: CatalogueRecord
    publication: Publication
    staged: StagedData
    before: CollectionRow | undefined
  },
): Promise<string> => {
  const plan = publication.request
  const tableName = await moveIntoService(trx, staged.tableName)
  await failpoint('commit.afterMove')
  const viewName = plan.viewName ?? before?.view_name ?? null
  const extentCrs84 =
    staged.extentStorage && staged.storageSrid !== null
      ? toCrs84(staged.extentStorage, staged.storageSrid)
      : null
  const row = {
    title: record.metadata.title ?? plan.collectionId,
    description: record.metadata.abstract ?? '',
    kind: 'features',
    table_name: tableName,
    raster: null,
    raster_sha256: null,
    storage_srid: staged.storageSrid,
    geometry_type: staged.geometryType,
    has_z: staged.hasZ,
    has_curves: staged.hasCurves,
    extent_crs84: extentCrs84,
    extent_storage: staged.extentStorage,
    feature_count: staged.featureCount,
    columns: JSON.stringify(staged.columns),
    time_column: staged.timeColumn,
    temporal_extent: staged.temporalExtent === null ? null : JSON.stringify(staged.temporalExtent),
    is_precomputed: false,
    edited_at: null,
    is_published: true,
    view_name: viewName,
    updated_at: trx.fn.now(),
  }
  const id = before?.id ?? plan.collectionId ?? raiseNoId()
  if (before) {
    await trx('collection')
      .where({ id })
      .update({ ...row, revision: trx.raw('revision + 1') })
    await retireTable(trx, before.table_name)
    if (before.view_name !== null && before.view_name !== viewName) await dropView(trx, before.view_name)
  } else await trx('collection').insert({ ...row, id, record_id: record.id })
  await pointView(trx, viewName, {
    tableName,
    columns: staged.columns,
    hasGeometry: staged.storageSrid !== null,
  })
  await enqueue(trx, { kind: 'precompute-features', key: id })
  return id
}

/** A raster takes the place of what was there: nothing of it is in a table, and no view shows it. */
const putRasterCollection = async (
  trx: Knex,
  {
    record,
    plan,
    raster: { sha256, ...facts },
    before,
    isStored,
  }: {
    record: CatalogueRecord
    plan: Publication['request']
    raster: StoredRaster
    before: CollectionRow | undefined
    isStored: (sha256: string) => Promise<boolean>
  },
): Promise<string> => {
  await blobs(trx).hold({ sha256, sizeBytes: facts.sizeBytes })
  // Under the lock nobody removes it any more; had it been removed before, the job makes it again.
  if (!(await isStored(sha256))) throw new Error('the raster of the publication was collected as garbage')
  const row = {
    title: record.metadata.title ?? plan.collectionId,
    description: record.metadata.abstract ?? '',
    kind: 'raster',
    table_name: null,
    raster: toJsonb(facts),
    raster_sha256: sha256,
    storage_srid: facts.epsg,
    geometry_type: null,
    has_z: false,
    has_curves: false,
    extent_crs84: toCrs84(facts.extent, facts.epsg),
    extent_storage: facts.extent,
    feature_count: 0,
    columns: '[]',
    time_column: null,
    temporal_extent: null,
    is_precomputed: true,
    edited_at: null,
    is_published: true,
    view_name: null,
    updated_at: trx.fn.now(),
  }
  const id = before?.id ?? plan.collectionId ?? raiseNoId()
  if (!before) await trx('collection').insert({ ...row, id, record_id: record.id })
  else {
    if (before.view_name !== null) await dropView(trx, before.view_name)
    await trx('collection')
      .where({ id })
      .update({ ...row, revision: trx.raw('revision + 1') })
    await retireTable(trx, before.table_name)
  }
  return id
}

const raiseNoId = (): never => {
  throw new Error('a publication that loads a table has a collection id in its plan')
}

const dropView = async (trx: Knex, viewName: string) => {
  const { schema, table } = parseViewName(viewName)
  await trx.raw('drop view if exists ??.??', [schema, table])
}

/** Takes a collection out of service for good; its table is dropped once running readers have finished. */
export const removeCollection = async (
  trx: Knex,
  recordId: string,
): Promise<{ id: string; tableName: string | null }[]> => {
  const rows = (await trx('collection').where({ record_id: recordId })) as CollectionRow[]
  for (const row of rows) {
    await trx('distribution').where({ collection_id: row.id }).delete()
    await trx('distribution').where({ record_id: recordId }).whereIn('kind', ['pmtiles', 'cog']).delete()
    if (row.view_name !== null) await dropView(trx, row.view_name)
    await retireTable(trx, row.table_name)
    await trx('collection').where({ id: row.id }).delete()
  }
  return rows.map((row) => ({ id: row.id, tableName: row.table_name }))
}

type DistributionDraft = {
  kind: 'original' | 'features' | 'pmtiles' | 'cog' | 'style' | 'external' | 'information' | 'service'
  title: string
  protocol: string
  file_id?: string | null
  collection_id?: string | null
  style_id?: string | null
  url?: string | null
  media_type?: string | null
  format?: string | null
  size_bytes?: number | null
  epsg?: number | null
}

/** One address may be a WMS, a WFS and several layers of each. */
const addressOf = ({ kind, style_id, url, protocol, title }: DistributionDraft): string =>
  `${kind} ${style_id ?? url ?? ''}${kind === 'service' ? ` ${protocol} ${title}` : ''}`

/** Each distribution keeps its id, so that a link once given stays good after a replace (R11.7). */
export const putDistributions = async (trx: Knex, recordId: string, drafts: DistributionDraft[]) => {
  const present = await trx('distribution').where({ record_id: recordId }).orderBy('position')
  const targetOf = (one: DistributionDraft) =>
    ['original', 'features', 'pmtiles', 'cog'].includes(one.kind) ? one.kind : addressOf(one)
  const left = new Map(present.map((row) => [targetOf(row), row.id as string]))
  for (const [position, draft] of drafts.entries()) {
    const row = {
      file_id: null,
      collection_id: null,
      style_id: null,
      url: null,
      media_type: null,
      format: null,
      size_bytes: null,
      epsg: null,
      ...draft,
      position,
    }
    const id = left.get(targetOf(draft))
    left.delete(targetOf(draft))
    if (id) await trx('distribution').where({ id }).update(row)
    else await trx('distribution').insert({ ...row, id: randomUUID(), record_id: recordId })
  }
  await trx('distribution')
    .whereIn('id', [...left.values()])
    .delete()
}

const serviceFormats: Record<string, string> = {
  'OGC:WMS': 'WMS',
  'OGC:WFS': 'WFS',
  'OGC:WMTS': 'WMTS',
  'OGC:API': 'OGC API',
}

/** External links a record lists: copies elsewhere, further information, web services (R4.51–R4.54, R9). */
const externalDistributions = (metadata: RecordMetadataDraft): DistributionDraft[] => {
  const name = metadata.resourceName || metadata.title || 'Dataset'
  const drafts: DistributionDraft[] = []
  if (metadata.additionalDownloadUrl)
    drafts.push({
      kind: 'external',
      title: name,
      protocol: 'WWW:DOWNLOAD-1.0-http--download',
      url: metadata.additionalDownloadUrl,
    })
  if (metadata.informationUrl)
    drafts.push({
      kind: 'information',
      title: 'More information',
      protocol: 'WWW:LINK-1.0-http--link',
      url: metadata.informationUrl,
    })
  for (const service of metadata.webServices ?? []) {
    drafts.push({
      kind: 'service',
      title: serviceTitleOf(service, metadata),
      protocol: service.protocol,
      url: service.url,
      format: serviceFormats[service.protocol] ?? null,
    })
    const download = downloadUrlOf(service)
    if (download)
      drafts.push({
        kind: 'external',
        title: `${serviceTitleOf(service, metadata)} (from the WFS)`,
        protocol: 'WWW:DOWNLOAD-1.0-http--download',
        url: download,
        format: 'GeoJSON',
        media_type: 'application/geo+json',
      })
  }
  // The same address twice is one distribution.
  return [...new Map(drafts.map((one) => [addressOf(one), one])).values()]
}

/** The raster as it is served, which programs read piece by piece from its address. */
const rasterDistribution = async (
  trx: Knex,
  {
    recordId,
    name,
    served,
  }: { recordId: string; name: string; served: CollectionRow & { raster_sha256: string } },
): Promise<DistributionDraft> => {
  const sizeBytes = served.raster?.sizeBytes ?? 0
  const described = {
    media_type: COG_TYPE,
    format: 'Cloud Optimized GeoTIFF',
    size_bytes: sizeBytes,
    epsg: served.storage_srid,
  }
  const present = await trx('distribution as d')
    .join('file as f', 'f.id', 'd.file_id')
    .where({ 'd.record_id': recordId, 'd.kind': 'cog', 'f.sha256': served.raster_sha256 })
    .first('f.id')
  const fileId = (present?.id as string | undefined) ?? randomUUID()
  if (!present)
    await trx('file').insert({
      id: fileId,
      sha256: served.raster_sha256,
      file_name: cogFileName(served.id),
      ...described,
    })
  return {
    kind: 'cog',
    title: `${name} (Cloud Optimized GeoTIFF)`,
    protocol: 'WWW:DOWNLOAD-1.0-http--download',
    file_id: fileId,
    ...described,
  }
}

export const collectDistributions = async (
  trx: Knex,
  {
    record,
    metadata,
    original,
    collectionId,
    isStored,
  }: {
    record: CatalogueRecord
    metadata: RecordMetadataDraft
    original: OriginalFile | null
    isStored: (sha256: string) => Promise<boolean>
    collectionId: string | null
  },
): Promise<DistributionDraft[]> => {
  const name = metadata.resourceName || metadata.title || 'Dataset'
  const drafts: DistributionDraft[] = []
  if (original) {
    const fileId = randomUUID()
    await blobs(trx).hold(original)
    // Under the lock nobody removes it any more; had it been removed before, the job makes it again.
    if (!(await isStored(original.sha256)))
      throw new Error('the file of the publication was collected as garbage')
    await trx('file').insert({
      id: fileId,
      sha256: original.sha256,
      file_name: original.fileName,
      media_type: original.mediaType,
      format: original.format,
      size_bytes: original.sizeBytes,
      epsg: original.epsg,
      probe: toJsonb(original.probe),
    })
    drafts.push({
      kind: 'original',
      title: name,
      protocol: 'WWW:DOWNLOAD-1.0-http--download',
      file_id: fileId,
      media_type: original.mediaType,
      format: original.format,
      size_bytes: original.sizeBytes,
      epsg: original.epsg,
    })
  } else {
    const kept = await trx('distribution').where({ record_id: record.id, kind: 'original' }).first()
    const isEdited = await trx('collection')
      .where({ record_id: record.id })
      .whereNotNull('edited_at')
      .first('id')
    if (kept)
      drafts.push({
        kind: 'original',
        title: titleOfOriginal(name, { isEdited: isEdited !== undefined }),
        protocol: kept.protocol,
        file_id: kept.file_id,
        media_type: kept.media_type,
        format: kept.format,
        size_bytes: kept.size_bytes,
        epsg: kept.epsg,
      })
  }
  const served =
    collectionId === null ? undefined : await trx('collection').where({ id: collectionId }).first()
  if (served?.kind === 'raster')
    drafts.push(await rasterDistribution(trx, { recordId: record.id, name, served }))
  else if (collectionId !== null) {
    drafts.push({
      kind: 'features',
      title: `${name} (OGC API – Features)`,
      protocol: 'OGC API - Features',
      collection_id: collectionId,
      media_type: 'application/geo+json',
      format: 'OGC API Features',
      epsg: 4326,
    })
    // Of the data before until the job has made the new one: a map that shows them is better than none.
    const archive = await trx('distribution').where({ record_id: record.id, kind: 'pmtiles' }).first()
    if (archive)
      drafts.push({
        kind: 'pmtiles',
        title: `${name} (vector tiles)`,
        protocol: archive.protocol,
        file_id: archive.file_id,
        media_type: archive.media_type,
        format: archive.format,
        size_bytes: archive.size_bytes,
        epsg: archive.epsg,
      })
  }
  const styles = await trx('record_style as rs')
    .join('style as s', 's.id', 'rs.style_id')
    .where('rs.record_id', record.id)
    .orderBy('rs.is_default', 'desc')
    .select('s.id', 's.title', 's.sld_sha256')
  for (const style of styles)
    drafts.push({
      kind: 'style',
      title: `Style: ${style.title}`,
      protocol: 'WWW:DOWNLOAD-1.0-http--download',
      style_id: style.id,
      ...fileOfStyle({ hasSld: style.sld_sha256 !== null }),
    })
  return [...drafts, ...externalDistributions(metadata)]
}

export const putStyles = async (
  trx: Knex,
  recordId: string,
  plan: Pick<Publication['request'], 'styleId' | 'attachStyles' | 'detachStyles'>,
) => {
  if (plan.detachStyles?.length)
    await trx('record_style').where({ record_id: recordId }).whereIn('style_id', plan.detachStyles).delete()
  for (const styleId of new Set(plan.attachStyles ?? []))
    await trx('record_style')
      .insert({ record_id: recordId, style_id: styleId, is_default: false })
      .onConflict(['record_id', 'style_id'])
      .ignore()
  if (plan.styleId !== undefined) {
    await trx('record_style').where({ record_id: recordId }).update({ is_default: false })
    await trx('record_style')
      .insert({ record_id: recordId, style_id: plan.styleId, is_default: true })
      .onConflict(['record_id', 'style_id'])
      .merge()
  }
  await keepDefault(trx, recordId)
}

/** Where the default style was detached, or there never was one, the first by title takes its place. */
const keepDefault = async (trx: Knex, recordId: string) => {
  const attached = await trx('record_style as rs')
    .join('style as s', 's.id', 'rs.style_id')
    .where('rs.record_id', recordId)
    .orderBy('rs.is_default', 'desc')
    .orderBy('s.title')
    .orderBy('s.id')
    .select('s.id', 'rs.is_default')
  const [first] = attached
  if (first && !first.is_default)
    await trx('record_style').where({ record_id: recordId, style_id: first.id }).update({ is_default: true })
}

/** What the data themselves say is kept current in the metadata: extent and CRS follow a replace (R5.10). */
const withDataFacts = (
  metadata: RecordMetadataDraft,
  staged: Pick<StagedData, 'storageSrid' | 'extentStorage'> | null,
): RecordMetadataDraft => {
  if (staged === null || staged.storageSrid === null || staged.extentStorage === null) return metadata
  const box = toCrs84(staged.extentStorage, staged.storageSrid)
  return {
    ...metadata,
    ...(box && !metadata.bbox ? { bbox: { west: box[0], south: box[1], east: box[2], north: box[3] } } : {}),
    ...(metadata.crs ? {} : { crs: `EPSG:${staged.storageSrid}` }),
  }
}

const demandNoLosses = (losses: ReturnType<typeof schemaLosses>): void => {
  if (losses.dropped.length || losses.retyped.length || losses.geometry)
    throw recordProblems.schemaChanged(losses)
}

export const commitPublication = async (input: CommitInput): Promise<PublicationResult> => {
  const { database, jobs, tokens, publication, job, actor, staged, stagedRaster, original, warnings } = input
  const plan = publication.request
  return database.knex.transaction(async (trx) => {
    await failpoint('commit.begin')
    // Who reads a view for long does not hold up everybody else behind this transaction; the job comes again.
    await trx.raw("set local lock_timeout = '2s'")
    if (!(await jobs.holdsFence(trx, job))) throw new Error('another worker has taken this publication over')
    if (!(await tokens.stillHolds(actor, trx))) throw recordProblems.tokenEnded()
    const record = await records(trx).lock(publication.recordId)
    if (record.version !== publication.recordVersion)
      throw recordProblems.changedWhilePublishing({ recordId: record.id })
    const before = (await trx('collection').where({ record_id: record.id }).forUpdate().first()) as
      | CollectionRow
      | undefined

    let collectionId: string | null = before?.is_published ? before.id : null
    if (staged) {
      if (before && !plan.acceptSchemaChange) {
        demandNoLosses(
          before.raster === null
            ? schemaLosses({ columns: before.columns, geometryType: before.geometry_type }, staged)
            : rasterLosses(
                { raster: before.raster, geometryType: null },
                { raster: null, geometryType: staged.geometryType },
              ),
        )
      }
      collectionId = await putCollection(trx, { record, publication, staged, before })
    } else if (stagedRaster) {
      const { raster } = stagedRaster
      if (before && !plan.acceptSchemaChange)
        demandNoLosses(
          rasterLosses(
            { raster: before.raster, geometryType: before.geometry_type },
            { raster, geometryType: null },
          ),
        )
      collectionId = await putRasterCollection(trx, {
        record,
        plan,
        raster,
        before,
        isStored: input.isStored,
      })
      await failpoint('commit.afterMove')
    } else if (before) {
      // Data replaced by something that is not a table, or by request not on the API any more.
      const endsService = plan.publishToApi === false || original !== null
      if (endsService) {
        await removeCollection(trx, record.id)
        collectionId = null
      } else {
        // Taken out of the APIs on purpose, it stays out until somebody asks for it; withdrawn by a return, it comes back.
        const isServed = before.is_published || record.state === 'returned' || plan.publishToApi === true
        await trx('collection')
          .where({ id: before.id })
          .update({
            title: record.metadata.title ?? before.id,
            description: record.metadata.abstract ?? '',
            is_published: isServed,
            updated_at: trx.fn.now(),
          })
        collectionId = isServed ? before.id : null
      }
    }
    await failpoint('commit.afterCollection')

    await putStyles(trx, record.id, plan)
    const metadata = withDataFacts(
      record.metadata,
      stagedRaster
        ? { storageSrid: stagedRaster.raster.epsg, extentStorage: stagedRaster.raster.extent }
        : staged,
    )
    await putDistributions(
      trx,
      record.id,
      await collectDistributions(trx, { record, metadata, original, collectionId, isStored: input.isStored }),
    )
    await failpoint('commit.afterDistributions')

    const state = record.state === 'deprecated' ? 'deprecated' : 'published'
    const changed = await records(trx).change(record.id, {
      state,
      metadata,
      uploadId: null,
      uploadLayer: null,
      returnReason: null,
      publishedVersion: record.version + 1,
      publishedAt: record.publishedAt ?? new Date().toISOString(),
    })
    await records(trx).addVersion({
      recordId: record.id,
      version: changed.version,
      metadata,
      by: publication.actorId ?? 'system',
      publicationId: publication.id,
    })
    await putCatalogueEntry(trx, { record: changed, state, version: changed.version, metadata })
    await failpoint('commit.afterEntry')

    const result: PublicationResult = {
      collectionId,
      featureCount: staged?.featureCount ?? null,
      version: changed.version,
      warnings,
    }
    await audit(trx).add({
      actor,
      action: plan.kind === 'replace' ? 'record.replaced' : 'record.published',
      recordId: record.id,
      subject: collectionId ?? '',
      detail: {
        publicationId: publication.id,
        kind: plan.kind,
        features: staged?.featureCount,
        // Edits since the data before were loaded; they are gone with them.
        editsEnded: (staged || stagedRaster) && before?.edited_at != null ? true : undefined,
        cells: stagedRaster && stagedRaster.raster.width * stagedRaster.raster.height,
        sha256: original?.sha256,
        styleId: plan.styleId,
      },
      ip: plan.ip,
    })
    await moveEpoch(trx)
    if (!(await publications(trx).finish(publication.id, result))) throw recordProblems.publicationCancelled()
    await jobs.finish(trx, job)
    if (plan.uploadId !== undefined) await trx('upload').where({ id: plan.uploadId }).delete()
    await input.onPublished(trx, record.id)
    await failpoint('commit.beforeCommit')
    return result
  })
}
