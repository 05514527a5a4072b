/**
 * What a GeoJSON file holds: features in parsed batches, and what stands around them. A FeatureCollection, one
 * Feature, one geometry, or features one after the other; RFC 7946 and the 2008 draft's `crs`.
 */
import { isAscii, isUtf8 } from 'node:buffer'
import { parse as parsePath } from 'node:path'
import type { CrsIdentity, ProbeWarning } from '../domain/probe.ts'
import { ingestProblems } from '../domain/problems/ingest.ts'
import { epsgFromUri, findCrs } from '../geo/crs.ts'
import { wgs84 } from './default-crs.ts'
import { isInt64 } from './field-types.ts'
import { damaged, type FeatureBatch, lineOf, scanDocument, scanSequence } from './json-scan.ts'
import { contentLimits } from './limits.ts'
import { type OpenFile, readAt } from './reader.ts'
import { findByteOrderMark, looksLikeUtf16 } from './text-encoding.ts'

export type Json = Record<string, unknown>
const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const layerName = (file: OpenFile) => parsePath(file.fileName).name || 'layer'

/** What the members around the features say. */
export type Surroundings = { name: string | null; crs: CrsIdentity; warnings: ProbeWarning[] }

export type ParsedBatch = {
  features: unknown[]
  firstIndex: number
  /** Bytes of the file behind this batch. */
  position: number
  /** Feature of this batch with every integer's digits kept, as bigint where a number would lose them. */
  exact: (at: number) => unknown
  /** 'feature 12 (line 340)'. */
  place: (at: number) => string
  text: string
}

/** Where the text begins; refuses what is not UTF-8. */
const findStart = (file: OpenFile): number => {
  const head = readAt(file, 0, 4)
  const mark = findByteOrderMark(head)
  const encoding = mark?.encoding ?? looksLikeUtf16(head) ?? 'UTF-8'
  if (encoding !== 'UTF-8') {
    throw ingestProblems.fileDamaged({
      format: 'GeoJSON',
      found: `its text is encoded as ${encoding}, where GeoJSON has to be UTF-8`,
    })
  }
  return mark?.length ?? 0
}

/** Reads the legacy `crs` member. A link is named in a warning and never followed (security E3). */
const readCrs = (value: unknown, into: Surroundings): void => {
  if (value === null) return
  const { type, properties } = isObject(value) ? value : {}
  const { name, code } = isObject(properties) ? properties : {}
  const given = type === 'name' && typeof name === 'string' ? name : type === 'EPSG' ? `EPSG:${code}` : null
  if (given === null) {
    into.warnings.push({
      code: 'crs-ignored',
      message: `The file names its coordinate system by ${typeof type === 'string' ? `'${type.slice(0, 40)}'` : 'something'} instead of a name such as 'urn:ogc:def:crs:EPSG::2006'; that is ignored and nothing is fetched. Coordinates are taken as WGS 84 longitude and latitude.`,
    })
    return
  }
  const epsg = epsgFromUri(given.trim())?.epsg ?? null
  into.crs =
    epsg === null
      ? { epsg: null, name: given.slice(0, 200), identifiedBy: null, definition: given.slice(0, 2000) }
      : { epsg, name: findCrs(epsg)?.name ?? given.slice(0, 200), identifiedBy: 'authority' }
}

const exactInteger = (_key: string, value: unknown, context?: { source?: string }): unknown => {
  if (typeof value !== 'number' || Number.isSafeInteger(value) || !Number.isInteger(value)) return value
  const source = context?.source ?? ''
  if (!/^-?\d+$/.test(source)) return value
  const digits = BigInt(source)
  return !isInt64(digits) && BigInt(value) === digits ? value : digits
}

/** Names what JSON.parse did not like, in terms of the file. */
const explain = (file: OpenFile, batch: FeatureBatch, at: number, cause: unknown) => {
  const start = batch.starts[at] ?? 0
  const bytes = batch.bytes.subarray(start, batch.ends[at])
  const number = batch.firstIndex + at + 1
  const pattern = /"(?:[^"\\]|\\.)*"|([-+]?\b(?:NaN|Infinity|nan|inf|Inf)\b)/gs
  for (const match of bytes.toString('latin1').matchAll(pattern)) {
    if (match[1] === undefined) continue
    const line = lineOf(file, batch.position + start + match.index)
    return ingestProblems.numberNotFinite({
      format: 'GeoJSON',
      place: `feature ${number} (line ${line})`,
      found: match[1],
    })
  }
  const reason = cause instanceof Error ? cause.message.replace(/\s+/g, ' ').slice(0, 160) : 'it is not JSON'
  return damaged(file, batch.position + start, `feature ${number} is not JSON (${reason})`)
}

const parseBatch = (file: OpenFile, batch: FeatureBatch, isSequence: boolean): ParsedBatch => {
  const { bytes, starts, ends, firstIndex } = batch
  const decode = (start: number, end: number): string => {
    const part = bytes.subarray(start, end)
    if (isAscii(part)) return bytes.toString('latin1', start, end)
    if (isUtf8(part)) return bytes.toString('utf8', start, end)
    const bad = starts.findIndex((from, at) => !isUtf8(bytes.subarray(from, ends[at])))
    throw damaged(
      file,
      batch.position + (starts[bad] ?? start),
      `feature ${firstIndex + Math.max(0, bad) + 1} holds text that is not UTF-8`,
    )
  }
  const parseOne = (at: number): unknown => {
    const text = decode(starts[at] ?? 0, ends[at] ?? 0)
    try {
      return JSON.parse(text)
    } catch (cause) {
      throw explain(file, batch, at, cause)
    }
  }
  const text = decode(starts[0] ?? 0, ends.at(-1) ?? 0)
  let features: unknown[]
  try {
    features = isSequence ? starts.map((_, at) => parseOne(at)) : JSON.parse(`[${text}]`)
  } catch (cause) {
    if (isSequence) throw cause
    for (const at of starts.keys()) parseOne(at)
    throw damaged(file, batch.position + (starts[0] ?? 0), 'the list of features is not JSON')
  }
  return {
    features,
    firstIndex,
    position: batch.position + (ends.at(-1) ?? 0),
    exact: (at) => JSON.parse(decode(starts[at] ?? 0, ends[at] ?? 0), exactInteger),
    place: (at) =>
      `feature ${firstIndex + at + 1} (line ${lineOf(file, batch.position + (starts[at] ?? 0))})`,
    text,
  }
}

const geometryTypes = new Set([
  'Point',
  'LineString',
  'Polygon',
  'MultiPoint',
  'MultiLineString',
  'MultiPolygon',
  'GeometryCollection',
])

/** Members kept when the document turns out to be one feature or one geometry. */
const soleMembers = new Set(['type', 'id', 'geometry', 'properties', 'coordinates', 'geometries'])

const parseMember = (file: OpenFile, name: string, value: Buffer, position: number): unknown => {
  if (!isUtf8(value)) throw damaged(file, position, `the member '${name}' holds text that is not UTF-8`)
  try {
    return JSON.parse(value.toString('utf8'))
  } catch {
    throw damaged(file, position, `the value of '${name.slice(0, 60)}' is not JSON`)
  }
}

/** One feature out of a document that is nothing but that. */
const soleFeature = (
  file: OpenFile,
  members: Map<string, { value: Buffer; position: number }>,
): ParsedBatch => {
  const text = `{${[...members].map(([name, { value }]) => `${JSON.stringify(name)}:${value.toString('utf8')}`).join(',')}}`
  for (const [name, { value, position }] of members) parseMember(file, name, value, position)
  const wrap = (document: unknown): unknown =>
    isObject(document) && geometryTypes.has(String(document['type']))
      ? { type: 'Feature', properties: {}, geometry: document }
      : document
  return {
    features: [wrap(JSON.parse(text))],
    firstIndex: 0,
    position: file.size,
    exact: () => wrap(JSON.parse(text, exactInteger)),
    place: () => 'the only feature',
    text,
  }
}

const notACollection = (file: OpenFile, type: unknown) =>
  ingestProblems.layerUnreadable({
    layer: layerName(file),
    found:
      typeof type === 'string'
        ? `a JSON document of type '${type.slice(0, 60)}'`
        : 'JSON that does not say its type',
    expected: 'GeoJSON: a FeatureCollection, a Feature or a geometry',
  })

export const newSurroundings = (): Surroundings => ({ name: null, crs: wgs84, warnings: [] })

/** Features in batches; `around` is complete after the last one. */
export function* readBatches(file: OpenFile, around: Surroundings): Generator<ParsedBatch> {
  const start = findStart(file)
  const members = new Map<string, { value: Buffer; position: number }>()
  let type: unknown
  let isCollection = false
  let hasMore = false
  let keptBytes = 0
  for (const event of scanDocument(file, start)) {
    if ('batch' in event) yield parseBatch(file, event.batch, false)
    else if ('features' in event) isCollection = true
    else {
      const { name, value, position } = event.member
      if (name === '') {
        hasMore = true
        if (isCollection) throw damaged(file, position, 'text goes on after the end of the FeatureCollection')
        break
      }
      if (name === 'type') type = parseMember(file, name, value, position)
      if (name === 'crs') readCrs(parseMember(file, name, value, position), around)
      if (name === 'name') around.name = nameOf(parseMember(file, name, value, position))
      if (!soleMembers.has(name)) continue
      keptBytes += value.length - (members.get(name)?.value.length ?? 0)
      if (keptBytes > contentLimits.featureBytes)
        throw damaged(file, position, 'this one feature is larger than 16 MB')
      members.set(name, { value, position })
    }
  }
  if (isCollection) {
    if (type !== 'FeatureCollection') throw notACollection(file, type)
  } else if (type !== 'Feature' && !geometryTypes.has(String(type))) throw notACollection(file, type)
  else if (hasMore) for (const batch of scanSequence(file, start)) yield parseBatch(file, batch, true)
  else yield soleFeature(file, members)
}

const nameOf = (value: unknown): string | null =>
  typeof value === 'string' && value.trim() !== '' && value.length <= 200 ? value : null

/** The feature as an object, with its geometry and properties where they belong. */
export const checkFeature = (
  file: OpenFile,
  batch: ParsedBatch,
  at: number,
): { feature: Json; properties: Json | null } => {
  const given = batch.features[at]
  const isGeometry =
    isObject(given) && given['type'] !== 'Feature' && geometryTypes.has(String(given['type']))
  const feature = isGeometry ? { type: 'Feature', properties: null, geometry: given } : given
  if (!isObject(feature) || feature['type'] !== 'Feature') {
    throw ingestProblems.layerUnreadable({
      layer: layerName(file),
      found: `${batch.place(at)} is ${isObject(feature) ? `of type '${String(feature['type']).slice(0, 60)}'` : 'not an object'}`,
      expected: "every member of 'features' to be a Feature",
    })
  }
  const properties = feature['properties'] ?? null
  if (properties !== null && !isObject(properties)) {
    throw ingestProblems.layerUnreadable({
      layer: layerName(file),
      found: `${batch.place(at)} has properties that are not an object`,
      expected: 'an object, or null',
    })
  }
  return { feature, properties }
}
