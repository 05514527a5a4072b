/**
 * Reads GeoJSON (RFC 7946, and the 2008 draft's `crs`): a FeatureCollection, one Feature, one geometry, or
 * features one after the other. Features are parsed a batch at a time, so memory does not follow file size.
 */
import { isAscii, isUtf8 } from 'node:buffer'
import { parse as parsePath } from 'node:path'
import type { CrsIdentity, FieldType, Probe, ProbeField, ProbeWarning } from '../domain/probe.ts'
import { ingestProblems } from '../domain/problems/ingest.ts'
import { epsgFromUri, findCrs, toCrs84 } from '../geo/crs.ts'
import { type CopyEncoder, createCopyEncoder, type EncoderStatistics } from './copy-encoder.ts'
import { areDegrees, wgs84 } from './default-crs.ts'
import {
  commonFieldType,
  type Guess,
  hasOffset,
  isInt64,
  offsetMissingWarning,
  typeOfJson,
  typeOfText,
} from './field-types.ts'
import { damaged, type FeatureBatch, lineOf, scanDocument, scanSequence } from './json-scan.ts'
import { contentLimits } from './limits.ts'
import { geometryWarnings } from './probe-warnings.ts'
import {
  isWideningNeeded,
  type LayerReader,
  type LayerSchema,
  type OpenFile,
  type OpenLayerOptions,
  readAt,
  wideningNeeded,
  YIELD_BYTES,
} from './reader.ts'
import { findByteOrderMark, looksLikeUtf16 } from './text-encoding.ts'

type Json = Record<string, unknown>
const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const layerName = (file: OpenFile) => parsePath(file.fileName).name || 'layer'

// Document -----------------------------------------------------------------------------------------------

/** What the members around the features say. */
type Surroundings = { name: string | null; crs: CrsIdentity; warnings: ProbeWarning[] }

type ParsedBatch = {
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

const newSurroundings = (): Surroundings => ({ name: null, crs: wgs84, warnings: [] })

/** Features in batches; `around` is complete after the last one. */
function* readBatches(file: OpenFile, around: Surroundings): Generator<ParsedBatch> {
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
const checkFeature = (
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

// Schema -------------------------------------------------------------------------------------------------

type Inference = {
  /** In order of first appearance. */
  fields: Map<string, Guess>
  /** Fields with a number written as '5.0': a number even when all are whole. */
  decimals: Set<string>
  withoutOffset: Set<string>
  /** Type of the feature ids that no property 'id' replaces. */
  idType: Guess
  idsKept: boolean
  rows: number
  geometries: number
  statistics: EncoderStatistics
}

/** Remembers ids that are natural numbers; says at the end whether each occurred once. */
const createIdCheck = () => {
  let ids = new Float64Array(1024)
  let count = 0
  let isAscending = true
  let areNatural = true
  return {
    add: (id: unknown): void => {
      if (!areNatural) return
      if (typeof id !== 'number' || !Number.isSafeInteger(id) || id < 0) {
        areNatural = false
        return
      }
      if (count > 0 && id <= (ids[count - 1] ?? 0)) isAscending = false
      if (count === ids.length) {
        const larger = new Float64Array(count * 2)
        larger.set(ids)
        ids = larger
      }
      ids[count++] = id
    },
    get areNatural() {
      return areNatural
    },
    areUnique: (): boolean => {
      if (!areNatural) return false
      if (isAscending) return true
      const sorted = ids.slice(0, count).sort()
      return sorted.every((id, at) => at === 0 || id !== sorted[at - 1])
    },
  }
}

const isUnsafe = (value: unknown): boolean =>
  typeof value === 'number' && !Number.isSafeInteger(value) && Number.isInteger(value)

/** Names of members written like '"height": 5.0' in the text of a batch. */
const addDecimals = (text: string, decimals: Set<string>): void => {
  for (const match of text.matchAll(/:\s*-?\d+\.0+(?=\s*[,}])/g)) {
    const close = text.lastIndexOf('"', match.index)
    const open = text.lastIndexOf('"', close - 1)
    if (open >= 0 && close - open < contentLimits.nameCharacters) decimals.add(text.slice(open + 1, close))
  }
}

const checkField = (file: OpenFile, name: string, count: number, place: () => string): void => {
  if (count >= contentLimits.geojsonFields) {
    throw ingestProblems.tooManyFields({
      layer: layerName(file),
      found: count + 1,
      limit: contentLimits.geojsonFields,
    })
  }
  if (name.length > contentLimits.nameCharacters) {
    throw ingestProblems.layerUnreadable({
      layer: layerName(file),
      found: `${place()} has a property whose name is ${name.length} characters long`,
      expected: `at most ${contentLimits.nameCharacters}`,
    })
  }
}

/** Looks at features, up to `rows` of them, and learns fields, types and geometry. */
const infer = (file: OpenFile, around: Surroundings, rows: number): Inference => {
  const encoder = createCopyEncoder({ types: [], srid: 4326, geometry: { type: 'Geometry', hasZ: true } })
  const fields = new Map<string, Guess>()
  const decimals = new Set<string>()
  const withoutOffset = new Set<string>()
  const ids = createIdCheck()
  let idType: Guess = null
  let geometries = 0

  const addProperties = (batch: ParsedBatch, at: number, properties: Json): void => {
    for (const name in properties) {
      let value = properties[name]
      if (isUnsafe(value)) {
        const exact = checkFeature(file, { ...batch, features: [batch.exact(at)] }, 0)
        value = exact.properties?.[name]
      }
      const known = fields.get(name)
      if (known === undefined) checkField(file, name, fields.size, () => batch.place(at))
      // Once a field is text, its values need no look.
      if (known === 'string') continue
      const type = known === undefined || typeof value !== 'string' ? typeOfJson(value) : typeOfText(value)
      if (type === 'datetime' && typeof value === 'string' && !hasOffset(value)) withoutOffset.add(name)
      if (known === undefined || type !== known) fields.set(name, commonFieldType(type, known ?? null))
    }
  }

  const addFeature = (batch: ParsedBatch, at: number): void => {
    const { feature, properties } = checkFeature(file, batch, at)
    const { geometry } = feature
    encoder.beginRow(batch.firstIndex + at + 1)
    encoder.geoJson(geometry)
    encoder.endRow()
    if (geometry !== null && geometry !== undefined) geometries++
    if (properties !== null) addProperties(batch, at, properties)
    let { id } = feature
    ids.add(id)
    if (properties !== null && Object.hasOwn(properties, 'id')) return
    if (isUnsafe(id)) id = (batch.exact(at) as Json)['id']
    idType = commonFieldType(idType, typeOfJson(id))
  }

  reading: for (const batch of readBatches(file, around)) {
    addDecimals(batch.text, decimals)
    for (let at = 0; at < batch.features.length; at++) {
      if (encoder.rows >= rows) break reading
      addFeature(batch, at)
      if (encoder.pending > YIELD_BYTES) encoder.take()
    }
  }
  return {
    fields,
    decimals,
    withoutOffset,
    idType,
    idsKept: encoder.rows > 0 && ids.areUnique(),
    rows: encoder.rows,
    geometries,
    statistics: encoder.statistics(),
  }
}

const toFields = ({ fields, decimals, idType, idsKept }: Inference): ProbeField[] => {
  const typed = [...fields].map(([name, guess]): ProbeField => {
    const type: FieldType = guess ?? 'string'
    return { name, type: type === 'integer' && decimals.has(name) ? 'number' : type }
  })
  const idIsData = !idsKept && idType !== null
  if (!idIsData) return typed
  const property = typed.find((field) => field.name === 'id')
  if (property === undefined) return [{ name: 'id', type: idType ?? 'string' }, ...typed]
  property.type = commonFieldType(property.type, idType) ?? 'string'
  return typed
}

/** One type for all rows makes a typed column; Polygon beside MultiPolygon stays what it is, in a column for both. */
const columnType = ({ statistics }: Inference) => {
  const { null: _without, ...types } = statistics.geometryTypes
  return Object.keys(types).length === 1 ? (statistics.geometryType ?? 'Geometry') : 'Geometry'
}

const toSchema = (inference: Inference, srid: number | null): LayerSchema => ({
  geometry:
    inference.geometries === 0
      ? null
      : { type: columnType(inference), hasZ: inference.statistics.sawZ, hasM: inference.statistics.hasM },
  srid: inference.geometries === 0 ? null : srid,
  fields: toFields(inference),
  keepsFid: inference.idsKept,
})

const sridOf = (file: OpenFile, { crs }: Surroundings, sourceEpsg: number | undefined): number => {
  if (sourceEpsg !== undefined) return sourceEpsg
  if (crs.epsg === null) throw ingestProblems.crsNotIdentified({ layer: layerName(file), found: crs.name })
  return crs.epsg
}

// Probe --------------------------------------------------------------------------------------------------

export const probeGeojson = (file: OpenFile): Probe => {
  const around = newSurroundings()
  const inference = infer(file, around, Number.POSITIVE_INFINITY)
  const { statistics, geometries, withoutOffset } = inference
  const { extent } = statistics
  const fields = toFields(inference)
  const warnings = [...around.warnings, ...(geometries > 0 ? geometryWarnings(statistics) : [])]
  const isGuessed = around.crs.identifiedBy === 'default'
  const isPlausible = extent === null || !isGuessed || areDegrees(extent)
  const crs: CrsIdentity | null = isPlausible ? around.crs : null
  if (!isPlausible && extent !== null) {
    warnings.push({
      code: 'not-degrees',
      message: `The file names no coordinate system, so its coordinates should be degrees; they reach from ${extent[0]}, ${extent[1]} to ${extent[2]}, ${extent[3]}. Name the EPSG code when publishing.`,
    })
  }
  const offsets = fields.filter((field) => field.type === 'datetime' && withoutOffset.has(field.name))
  if (offsets.length > 0) warnings.push(offsetMissingWarning(offsets.map((field) => field.name)))
  if (inference.rows === 0) warnings.push({ code: 'layer-empty', message: 'The layer has no features.' })
  else if (geometries === 0) {
    warnings.push({ code: 'no-geometry', message: 'The layer has no geometry; it is published as a table.' })
  }
  if (geometries > 0 && around.crs.epsg === null) {
    warnings.push({
      code: 'crs-unknown',
      message: `The coordinate system '${around.crs.name.slice(0, 100)}' matches no known EPSG code; name one when publishing.`,
    })
  }
  return {
    format: 'GeoJSON',
    kind: 'vector',
    mediaType: 'application/geo+json',
    layers: [
      {
        name: around.name ?? layerName(file),
        kind: geometries > 0 ? 'features' : 'attributes',
        featureCount: inference.rows,
        geometry:
          geometries > 0
            ? { type: statistics.geometryType ?? 'Geometry', hasZ: statistics.sawZ, hasM: statistics.hasM }
            : null,
        crs: geometries > 0 ? crs : null,
        extent,
        extentCrs84: extent && crs?.epsg != null ? toCrs84(extent, crs.epsg) : null,
        fields,
        encoding: 'UTF-8',
        sizeBytes: file.size,
        warnings,
        keepsFid: inference.idsKept,
      },
    ],
    warnings: [],
  }
}

// Layer --------------------------------------------------------------------------------------------------

/** How to get the values of one column out of `properties`. */
type Column = { name: string; isInherited: boolean; isId: boolean }

const toColumns = (schema: LayerSchema): Column[] =>
  schema.fields
    .filter((field) => !field.omitted)
    .map(({ name }) => ({
      name,
      // 'constructor' and the like are there without being a member.
      isInherited: name in Object.prototype,
      isId: name === 'id' && !schema.keepsFid,
    }))

/** Nested values become JSON text; digits of long integers in them are kept. */
const toText = (value: object): string =>
  JSON.stringify(value, (_key, inner) =>
    typeof inner === 'bigint'
      ? (JSON as unknown as { rawJSON: (text: string) => unknown }).rawJSON(String(inner))
      : inner,
  )

const surprise = new Error('the schema does not fit the features')

export const openGeojsonLayer = (file: OpenFile, options: OpenLayerOptions): LayerReader => {
  const around = newSurroundings()
  const schema =
    options.schema ??
    ((): LayerSchema => {
      const inference = infer(file, around, contentLimits.inferenceRows)
      return toSchema(inference, inference.geometries > 0 ? sridOf(file, around, options.sourceEpsg) : null)
    })()
  const columns = toColumns(schema)
  const ids = createIdCheck()
  let position = 0
  let warnings: ProbeWarning[] = []

  const writeProperties = (
    encoder: CopyEncoder,
    properties: Json | null,
    id: unknown,
    exact: () => { properties: Json | null; id: unknown },
  ): void => {
    let met = 0
    for (const { name, isInherited, isId } of columns) {
      let value =
        properties === null || (isInherited && !Object.hasOwn(properties, name))
          ? undefined
          : properties[name]
      if (value !== undefined) met++
      else if (isId) value = id
      if (typeof value === 'number') {
        if (isUnsafe(value)) {
          const kept = exact()
          value = kept.properties?.[name] ?? kept.id
        }
      } else if (typeof value === 'object' && value !== null) {
        const text = JSON.stringify(value)
        const nested = /\d{16}/.test(text) ? exact().properties?.[name] : null
        value = typeof nested === 'object' && nested !== null ? toText(nested) : text
      }
      encoder.value(value)
    }
    for (const _ in properties) met--
    if (met !== 0) throw surprise
  }

  const writeBatch = (encoder: CopyEncoder, batch: ParsedBatch): void => {
    for (let at = 0; at < batch.features.length; at++) {
      const { feature, properties } = checkFeature(file, batch, at)
      const { id, geometry } = feature
      if (schema.keepsFid) {
        ids.add(id)
        if (!ids.areNatural) throw surprise
        encoder.beginRow(id as number)
      } else encoder.beginRow(batch.firstIndex + at + 1)
      if (schema.geometry !== null) encoder.geoJson(geometry)
      else if (geometry !== null && geometry !== undefined) throw surprise
      writeProperties(encoder, properties, id, () => {
        const whole = checkFeature(file, { ...batch, features: [batch.exact(at)] }, 0)
        return { properties: whole.properties, id: whole.feature['id'] }
      })
      encoder.endRow()
    }
  }

  const readAll = function* (encoder: CopyEncoder): Generator<void> {
    Object.assign(around, newSurroundings())
    for (const batch of readBatches(file, around)) {
      writeBatch(encoder, batch)
      position = batch.position
      if (encoder.pending > YIELD_BYTES) yield
    }
    if (schema.keepsFid && !ids.areUnique()) throw surprise
    warnings = [...around.warnings]
    if (schema.geometry === null) return
    if (schema.srid !== sridOf(file, around, options.sourceEpsg)) throw surprise
    const { extent } = encoder.statistics()
    const isGuessed = options.sourceEpsg === undefined && around.crs.identifiedBy === 'default'
    if (extent !== null && isGuessed && !areDegrees(extent)) {
      throw ingestProblems.crsMissing({ layer: layerName(file) })
    }
  }

  /** Something later in the file does not fit: read all of it once, and begin again with what it needs. */
  const widen = (cause: unknown): never => {
    const whole = newSurroundings()
    const inference = infer(file, whole, Number.POSITIVE_INFINITY)
    const to = toSchema(inference, inference.geometries > 0 ? sridOf(file, whole, options.sourceEpsg) : null)
    if (JSON.stringify(to) === JSON.stringify(schema)) throw cause
    throw wideningNeeded({ column: 'all', to })
  }

  return {
    schema,
    *read(encoder) {
      try {
        yield* readAll(encoder)
      } catch (thrown) {
        if (thrown !== surprise && !isWideningNeeded(thrown)) throw thrown
        widen(thrown)
      }
    },
    progress: () => (file.size === 0 ? null : Math.min(1, position / file.size)),
    warnings: () => warnings,
    close: () => undefined,
  }
}
