/** What publishing a layer will change, said before it changes anything. Never touches what it does not name. */
import type { FieldType, GeometryType } from '../domain/probe.ts'
import { schemaLosses } from '../domain/publication.ts'
import type { RecordMetadata, RecordMetadataDraft } from '../metadata/record-metadata.ts'
import { isBelow } from './addresses.ts'
import type { CollectionFacts, LayerFacts, Published, PublishedColumn, RecordFacts } from './facts.ts'
import { toFieldType } from './field-types.ts'
import { isSame } from './is-same.ts'
import type { RasterGrid } from './rasters.ts'

export type SchemaChange = {
  dropped: string[]
  added: PublishedColumn[]
  retyped: { name: string; from: FieldType; to: FieldType }[]
  /** null when users of the collection notice nothing. */
  geometryChange: { from: PublishedShape; to: PublishedShape } | null
}

export type PublishedShape = GeometryType | 'Raster' | null

export type PlanRequest = {
  facts: LayerFacts
  /** As the form has it; null when the metadata stay as they are. */
  metadata: RecordMetadataDraft | null
  published: Published
  /** For a new collection. */
  collectionId: string
  /** What the user asked for; what is absent is decided by what changed since the layer was linked. */
  parts?: { data?: boolean; style?: boolean; metadata?: boolean }
  hasStyle: boolean
}

export type LayerPlan = {
  kind: 'new' | 'update' | 'untouched'
  data: 'new' | 'replace' | 'keep'
  style: 'new' | 'replace' | 'keep'
  metadata: { changed: (keyof RecordMetadata)[] }
  schema: SchemaChange
  recordId: string | null
  collectionId: string | null
  styleId: string | null
  /** ETag of the record as it was when this was planned; null for a new one. */
  ifMatch: string | null
  /** Users of the collection will miss something: ask before going on; becomes acceptSchemaChange. */
  needsConsent: boolean
  /** The record was changed in the catalogue since this layer was last published. */
  isChangedOnServer: boolean
  /** null when nothing speaks against it; else say() has the words. */
  refusal: { key: string; values: Readonly<Record<string, string | number>> } | null
}

export const planLayer = (request: PlanRequest): LayerPlan => {
  const { published } = request
  return published.kind === 'record' ? planUpdate(request, published.record) : planNew(request)
}

/** Its data are the collection itself, opened through the catalogue it is linked to; edits go there by themselves. */
export const comesFromItsServer = ({ link, serviceUrl }: LayerFacts): boolean =>
  link !== null && serviceUrl !== undefined && isBelow(serviceUrl, link.server)

const noSchemaChange: SchemaChange = { dropped: [], added: [], retyped: [], geometryChange: null }

const planNew = ({ metadata, collectionId, hasStyle, parts = {} }: PlanRequest): LayerPlan => ({
  kind: 'new',
  data: 'new',
  style: hasStyle && parts.style !== false ? 'new' : 'keep',
  metadata: { changed: metadata ? membersOf(metadata) : [] },
  schema: noSchemaChange,
  recordId: null,
  collectionId,
  styleId: null,
  ifMatch: null,
  needsConsent: false,
  isChangedOnServer: false,
  refusal: null,
})

const planUpdate = (request: PlanRequest, record: RecordFacts): LayerPlan => {
  const { facts, collectionId, hasStyle, parts = {} } = request
  const { collection, defaultStyle } = record
  // A link to another record says nothing about this one.
  const link = facts.link?.recordId === record.id ? facts.link : null
  const hasNewData = collection === null || link?.stamps.data !== facts.stamps.data
  const hasNewStyle = defaultStyle === null || link?.stamps.style !== facts.stamps.style
  const wantsData = !comesFromItsServer(facts) && (parts.data ?? hasNewData)
  const data = !wantsData ? 'keep' : collection === null ? 'new' : 'replace'
  const style =
    !hasStyle || !(parts.style ?? hasNewStyle) ? 'keep' : defaultStyle === null ? 'new' : 'replace'
  const changed =
    request.metadata === null || parts.metadata === false
      ? []
      : changedMembers(record.metadata, request.metadata)
  const schema =
    data === 'replace' && collection !== null ? compareSchemas(collection, facts) : noSchemaChange
  const isUntouched = data === 'keep' && style === 'keep' && changed.length === 0
  return {
    kind: isUntouched ? 'untouched' : 'update',
    data,
    style,
    metadata: { changed },
    schema,
    recordId: record.id,
    collectionId: collection?.id ?? (data === 'new' ? collectionId : null),
    styleId: defaultStyle?.id ?? null,
    ifMatch: record.etag,
    needsConsent: schema.dropped.length > 0 || schema.retyped.length > 0 || schema.geometryChange !== null,
    isChangedOnServer: link !== null && record.version > link.version,
    refusal: isUntouched ? null : refusalOf(record),
  }
}

/** The states from which the server publishes. */
const publishable = ['draft', 'returned', 'published', 'deprecated']

export const refusalOf = ({ canPublish, state, title }: RecordFacts): LayerPlan['refusal'] => {
  if (!canPublish) return { key: 'LNK-004', values: { title } }
  return publishable.indexOf(state) === -1 ? { key: 'LNK-005', values: { title, state } } : null
}

const membersOf = (metadata: RecordMetadataDraft) => Object.keys(metadata) as (keyof RecordMetadata)[]

/** The record's own date follows by itself and is no change. */
const changedMembers = (
  before: RecordMetadataDraft,
  after: RecordMetadataDraft,
): (keyof RecordMetadata)[] => {
  const names = membersOf(after)
  for (const name of membersOf(before)) if (names.indexOf(name) === -1) names.push(name)
  return names.filter((name) => name !== 'dateStamp' && !isSame(before[name], after[name]))
}

/** Columns as they will be after the export: binary ones are left out. */
export const columnsOf = (facts: LayerFacts): PublishedColumn[] =>
  facts.fields
    .map(({ name, type }) => ({ name, type: toFieldType(type) }))
    .filter(({ name, type }) => type !== 'binary' && !isKey(name, type))

/** The GeoPackage's own key, which becomes the feature's id and no column. */
const isKey = (name: string, type: FieldType) => name.toLowerCase() === 'fid' && type === 'integer'

/** As the server compares: a raster that takes the place of features, or the other way round, and bands that go. */
const compareRasters = (
  before: { raster: RasterGrid | null; geometryType: GeometryType | null },
  after: { raster: RasterGrid | null; geometryType: GeometryType | null },
): SchemaChange => {
  const shapeOf = ({ raster, geometryType }: typeof before): PublishedShape =>
    raster === null ? geometryType : 'Raster'
  if (before.raster === null || after.raster === null)
    return { ...noSchemaChange, geometryChange: { from: shapeOf(before), to: shapeOf(after) } }
  const dropped: string[] = []
  for (let band = after.raster.bands + 1; band <= before.raster.bands; band += 1) dropped.push(`band ${band}`)
  return { ...noSchemaChange, dropped }
}

const compareSchemas = (before: CollectionFacts, facts: LayerFacts): SchemaChange => {
  if (before.raster !== null || facts.kind === 'raster')
    return compareRasters(before, { raster: facts.raster ?? null, geometryType: facts.geometryType })
  const after = columnsOf(facts)
  const types: Record<string, FieldType> = {}
  for (const { name, type } of after) types[`=${name}`] = type
  const toShape = (columns: PublishedColumn[], geometryType: GeometryType | null) => ({
    columns: columns.map((column) => ({ name: column.name, type: column.type, column: '' })),
    geometryType,
  })
  // A column that people called fid is one in older collections.
  const compared = before.columns.filter(({ name, type }) => !isKey(name, type))
  const losses = schemaLosses(toShape(compared, before.geometryType), toShape(after, facts.geometryType))
  const known = compared.map(({ name }) => name)
  return {
    dropped: losses.dropped,
    added: after.filter(({ name }) => known.indexOf(name) === -1),
    retyped: compared
      .map(({ name, type }) => ({ name, from: type, to: types[`=${name}`] ?? type }))
      .filter(({ name, from, to }) => losses.retyped.indexOf(`${name} (${from} → ${to})`) !== -1),
    geometryChange: losses.geometry === null ? null : { from: before.geometryType, to: facts.geometryType },
  }
}
