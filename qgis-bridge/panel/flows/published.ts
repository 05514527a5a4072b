/** What the catalogue has for a layer now, read by operations of the contract. */
import type { FieldType, GeometryType } from '../../../backend/src/domain/probe.ts'
import type { CollectionFacts, Published, RecordFacts } from '../../../backend/src/preflight/facts.ts'
import { hasStatus } from '../protocol/failure.ts'
import type { CallOperation, OperationAnswer } from '../protocol/server.ts'
import type { LayerFacts } from '../protocol/verbs.ts'

export type Me = OperationAnswer<'catalogue.getMe'>['body']
export type RecordBody = OperationAnswer<'catalogue.getRecord'>['body']

type SchemaProperty = { type?: string; format?: string; 'x-ogc-role'?: string }

const geometryTypes: Record<string, GeometryType> = {
  'geometry-point': 'Point',
  'geometry-linestring': 'LineString',
  'geometry-polygon': 'Polygon',
  'geometry-multipoint': 'MultiPoint',
  'geometry-multilinestring': 'MultiLineString',
  'geometry-multipolygon': 'MultiPolygon',
  'geometry-geometrycollection': 'GeometryCollection',
  'geometry-any': 'Geometry',
}

const formats: Record<string, FieldType> = {
  date: 'date',
  'date-time': 'datetime',
  time: 'time',
  byte: 'binary',
}
const types: Record<string, FieldType> = {
  string: 'string',
  integer: 'integer',
  number: 'number',
  boolean: 'boolean',
}

const toFieldType = ({ type = '', format = '' }: SchemaProperty): FieldType =>
  formats[format] ?? types[type] ?? 'string'

const epsgOf = (uri: string | undefined): number | null => {
  if (uri === undefined) return null
  if (/CRS84$/.test(uri)) return 4326
  const code = /\/EPSG\/[^/]+\/(\d+)$/.exec(uri)?.[1]
  return code === undefined ? null : Number(code)
}

export const readCollection = async (call: CallOperation, collectionId: string): Promise<CollectionFacts> => {
  const path = { collectionId }
  const { body: collection } = await call('features.getCollection', { path })
  if (collection.raster !== undefined) return rasterFacts(collection)
  const { body: schema } = await call('features.getSchema', { path })
  const properties = (schema['properties'] ?? {}) as Record<string, SchemaProperty>
  const names = Object.keys(properties)
  const roleOf = (name: string) => properties[name]?.['x-ogc-role']
  const geometry = names.find((name) => roleOf(name) === 'primary-geometry')
  const isColumn = (name: string) => name !== geometry && roleOf(name) !== 'id'
  return {
    id: collection.id,
    featureCount: collection.itemCount ?? 0,
    geometryType:
      geometry === undefined ? null : (geometryTypes[properties[geometry]?.format ?? ''] ?? 'Geometry'),
    columns: names.filter(isColumn).map((name) => ({ name, type: toFieldType(properties[name] ?? {}) })),
    storageEpsg: geometry === undefined ? null : epsgOf(collection.storageCrs),
    extentCrs84: collection.extent?.spatial?.bbox[0] ?? null,
    raster: null,
    editedAt: collection.edited ?? null,
  }
}

type Collection = OperationAnswer<'features.getCollection'>['body']

const rasterFacts = ({ id, raster, storageCrs, extent }: Collection): CollectionFacts => ({
  id,
  featureCount: 0,
  geometryType: null,
  columns: [],
  storageEpsg: epsgOf(storageCrs),
  extentCrs84: extent?.spatial?.bbox[0] ?? null,
  raster:
    raster === undefined
      ? null
      : {
          width: raster.width,
          height: raster.height,
          bands: raster.bands.length,
          dataType: raster.dataType,
        },
  editedAt: null,
})

export const mayPublish = (me: Me, record: RecordBody): boolean => {
  if (me.kind !== 'token') return false
  if (me.role === 'administrator' || record.ownerId === me.tokenId) return true
  return me.role === 'domain_custodian' && record.domainId !== null && record.domainId === me.domainId
}

export const toRecordFacts = async (
  call: CallOperation,
  { body, etag }: { body: RecordBody; etag: string | null },
  me: Me,
): Promise<RecordFacts> => {
  const style = body.styles.find((one) => one.isDefault) ?? body.styles[0]
  const { body: description } = style
    ? await call('catalogue.getStyle', { path: { styleId: style.id } })
    : { body: null }
  return {
    id: body.id,
    state: body.state,
    title: body.title,
    version: body.version,
    etag: etag ?? `"${body.version}"`,
    canPublish: mayPublish(me, body),
    metadata: body.metadata,
    defaultStyle: description === null ? null : { id: description.id, hasQml: description.hasQml },
    collection: body.collectionId === null ? null : await readCollection(call, body.collectionId),
  }
}

const sameServer = (one: string, other: string) => one.replace(/\/+$/, '') === other.replace(/\/+$/, '')

/** A link to another catalogue says nothing of this one. */
export const readPublished = async (
  call: CallOperation,
  facts: LayerFacts,
  { serverUrl, me }: { serverUrl: string; me: Me },
): Promise<Published> => {
  const { link } = facts
  if (link === null || !sameServer(link.server, serverUrl)) return { kind: 'none' }
  try {
    const answer = await call('catalogue.getRecord', { path: { recordId: link.recordId } })
    return { kind: 'record', record: await toRecordFacts(call, answer, me) }
  } catch (thrown) {
    if (hasStatus(thrown, 404) || hasStatus(thrown, 410)) return { kind: 'gone', recordId: link.recordId }
    throw thrown
  }
}
