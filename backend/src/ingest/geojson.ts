/**
 * Reads GeoJSON. Fields and their types are those of all features; a load that starts without them learns from
 * the first features, and begins again, once, when a later one does not fit.
 */
import type { CrsIdentity, FieldType, Probe, ProbeField, ProbeWarning } from '../domain/probe.ts'
import { ingestProblems } from '../domain/problems/ingest.ts'
import { toCrs84 } from '../geo/crs.ts'
import { type CopyEncoder, createCopyEncoder, type EncoderStatistics } from './copy-encoder.ts'
import { areDegrees } from './default-crs.ts'
import {
  commonFieldType,
  type Guess,
  hasOffset,
  offsetMissingWarning,
  typeOfJson,
  typeOfText,
} from './field-types.ts'
import {
  checkFeature,
  type Json,
  layerName,
  newSurroundings,
  type ParsedBatch,
  readBatches,
  type Surroundings,
} from './geojson-document.ts'
import { contentLimits } from './limits.ts'
import { geometryWarnings } from './probe-warnings.ts'
import {
  isWideningNeeded,
  type LayerReader,
  type LayerSchema,
  type OpenFile,
  type OpenLayerOptions,
  wideningNeeded,
  YIELD_BYTES,
} from './reader.ts'

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
