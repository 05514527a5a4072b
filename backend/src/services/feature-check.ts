/**
 * Checks features that people send against the collection they are meant for, and makes of each what the database takes:
 * a geometry as EWKB, and a text for each column. Every mistake is named; nothing is guessed.
 */
import type { Collection, CollectionColumn } from '../domain/collection.ts'
import type { RequestCrs } from '../domain/feature-query.ts'
import type { FieldType, GeometryType } from '../domain/probe.ts'
import { editingProblems, type FeatureMistake } from '../domain/problems/editing.ts'
import { isGeographic } from '../geo/crs.ts'
import { toDays, toMoment, toTimeOfDay } from '../ingest/calendar.ts'
import { createJsonCopier } from '../ingest/geometry-from-json.ts'
import { broken, createGeometryWriter } from '../ingest/geometry-writer.ts'
import { createRowBuffer } from '../ingest/row-buffer.ts'
import { servedTypes } from '../ingest/wkb.ts'
import { nearestName } from '../styles/nearest-name.ts'

export type Edited = Pick<Collection, 'columns' | 'storageSrid' | 'geometryType' | 'hasZ'>

/** As PostgreSQL reads them; columns that are not here are left as they are. */
export type FeatureValues = ReadonlyMap<string, string | null>

export type CheckedFeature = {
  /** EWKB in hexadecimal digits, in the system it was given in, x before y; null for none. */
  geometry: string | null
  values: FeatureValues
}

/** Absent geometry: left as it is. A geometry without type takes that of the present one (RFC 7396). */
export type CheckedPatch = { geometry?: CheckedFeature['geometry']; values: FeatureValues }

const mostMistakes = 20
/** Text beyond is cut in messages. */
const shownLength = 60
/** A larger geometry is no feature that somebody edits. */
const geometryBytes = 64 * 1024 * 1024

type Json = Record<string, unknown>
const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const shown = (value: unknown): string => {
  if (Array.isArray(value)) return 'a list'
  if (isObject(value)) return 'an object'
  if (typeof value === 'string')
    return `'${value.length > shownLength ? `${value.slice(0, shownLength).toWellFormed()}…` : value.toWellFormed()}'`
  return String(value)
}

/** Collects mistakes; throws them together. */
const mistakeList = () => {
  const mistakes: FeatureMistake[] = []
  let total = 0
  return {
    add: (mistake: FeatureMistake) => {
      total += 1
      if (mistakes.length < mostMistakes) mistakes.push(mistake)
    },
    throwAny: () => {
      if (total > 0) throw editingProblems.featureDoesNotFit({ mistakes, total })
    },
  }
}
type MistakeList = ReturnType<typeof mistakeList>

// Values -----------------------------------------------------------------------------------------------

const expected: Record<FieldType, string> = {
  string: 'a text',
  integer: 'a whole number of at most 64 bits',
  number: 'a number',
  boolean: 'true or false',
  date: "a day such as '2026-01-31'",
  datetime: "a time such as '2026-01-31T12:00:00Z'",
  time: "a time of day such as '12:30:00'",
  binary: 'nothing, because bytes are not served and cannot be changed here',
}

/** Without fraction, such as 5, 5.0 or 5e2, as digits. Numbers that JavaScript cannot hold exactly come as bigint. */
const toDigits = (value: number | bigint | string): string | undefined => {
  const isWhole =
    typeof value === 'string'
      ? /^-?\d{1,20}$/.test(value)
      : typeof value === 'bigint' || Number.isInteger(value)
  if (!isWhole) return undefined
  const whole = BigInt(value)
  return BigInt.asIntN(64, whole) === whole ? whole.toString() : undefined
}

/** 'YYYY-MM-DDTHH:MM:SS.ffffffZ'. */
const toInstant = (text: string): string | undefined => {
  const moment = toMoment(text)
  if (moment === null) return undefined
  const milliseconds = Math.floor(moment.microseconds / 1000)
  const micros = moment.microseconds - milliseconds * 1000
  const date = new Date(Date.UTC(2000, 0, 1) + moment.days * 86_400_000 + milliseconds)
  const iso = Number.isNaN(date.getTime()) ? '' : date.toISOString()
  // An offset may lead out of the years that have four digits.
  return /^(?!0000)\d{4}-/.test(iso) ? `${iso.slice(0, -1)}${String(micros).padStart(3, '0')}Z` : undefined
}

/**
 * The text of a value as PostgreSQL reads it; undefined when it does not fit. Numbers in quotes are taken as numbers:
 * QGIS sends them so when the first features it saw had no value there.
 */
const toText: Record<FieldType, (value: unknown) => string | undefined> = {
  string: (value) =>
    typeof value === 'string' && !value.includes('\0') && value.isWellFormed() ? value : undefined,
  integer: (value) =>
    typeof value === 'bigint' || typeof value === 'number' || typeof value === 'string'
      ? toDigits(value)
      : undefined,
  number: (value) => {
    if (typeof value === 'bigint') return String(value)
    if (typeof value === 'number') return Number.isFinite(value) ? String(value) : undefined
    if (typeof value !== 'string' || !/^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(value)) return undefined
    return Number.isFinite(Number(value)) ? String(Number(value)) : undefined
  },
  boolean: (value) => (typeof value === 'boolean' ? String(value) : undefined),
  // Midnight of a day is the day: QGIS has fields that are both.
  date: (value) => {
    if (typeof value !== 'string') return undefined
    const day = value.replace(/T00:00(:00(\.0+)?)?Z?$/, '')
    return Number.isNaN(toDays(day)) ? undefined : day
  },
  datetime: (value) => (typeof value === 'string' ? toInstant(value) : undefined),
  time: (value) =>
    typeof value === 'string' && !Number.isNaN(toTimeOfDay(value)) ? value.replace(',', '.') : undefined,
  binary: () => undefined,
}

const describe = (value: unknown): string => {
  if (typeof value === 'string' && (value.includes('\0') || !value.isWellFormed()))
    return 'a text with a NUL or half of a character'
  if (value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY)
    return 'a number beyond all that can be held'
  return shown(value)
}

const listed = (names: string[]) =>
  names.length > 40
    ? `${names.slice(0, 40).join(', ')} and ${names.length - 40} more`
    : names.join(', ') || 'none'

/** Columns that people can write. */
const writable = ({ columns }: Edited): CollectionColumn[] => columns.filter(({ type }) => type !== 'binary')

export const createFeatureCheck = (collection: Edited, crs: RequestCrs) => {
  const columns = new Map(collection.columns.map((column) => [column.name, column]))
  const names = writable(collection).map(({ name }) => name)

  const readProperties = (
    properties: Json,
    where: string,
    mistakes: MistakeList,
  ): Map<string, string | null> => {
    const values = new Map<string, string | null>()
    for (const [name, value] of Object.entries(properties)) {
      const column = columns.get(name)
      const place = {
        where: `${where}properties.${name.slice(0, 200).toWellFormed()}`,
        property: name.toWellFormed(),
      }
      if (column === undefined) {
        mistakes.add({
          ...place,
          found: 'a property that the collection does not have',
          expected: `one of these: ${listed(names)}`,
          nearest: nearestName(name, names),
        })
        continue
      }
      if (value === null) {
        if (column.type !== 'binary') values.set(column.column, null)
        continue
      }
      const text = toText[column.type](value)
      if (text === undefined)
        mistakes.add({ ...place, found: describe(value), expected: expected[column.type] })
      else values.set(column.column, text)
    }
    return values
  }

  // Geometry -------------------------------------------------------------------------------------------

  const isInDegrees = isGeographic(crs.epsg)
  const [first, second] = crs.axisOrder === 'yx' ? ['latitude', 'longitude'] : ['longitude', 'latitude']
  const out = createRowBuffer(geometryBytes, 4096)
  let lacksZ = false
  const writer = createGeometryWriter(
    out,
    { srid: crs.epsg, type: 'Geometry', hasZ: collection.hasZ },
    () => {
      lacksZ = true
    },
  )
  const copy = createJsonCopier(out, {
    ...writer,
    position: (a, b, height) => {
      const [x, y] = crs.axisOrder === 'yx' ? [b, a] : [a, b]
      if (isInDegrees && (Math.abs(y) > 90 || Math.abs(x) > 360))
        throw broken(
          'coordinates',
          `${first} ${a} and ${second} ${b}, which are no degrees of a place on Earth`,
        )
      writer.position(x, y, height)
    },
  })

  const single = (type: string) => `Multi${type}`

  /** What a geometry of this type is kept as; undefined when the collection does not take it. */
  const asKept = (geometry: Json): Json | undefined => {
    const { geometryType } = collection
    const { type, coordinates } = geometry
    if (geometryType === 'Geometry' || type === geometryType || single(String(type)) === geometryType)
      return geometry
    // Clients that know multi-geometries only send one with a single part.
    const isOneOf =
      type === single(String(geometryType)) && Array.isArray(coordinates) && coordinates.length === 1
    return isOneOf ? { type: geometryType, coordinates: coordinates[0] } : undefined
  }

  const kinds = (type: GeometryType): string => {
    if (type === 'Geometry') return 'a geometry of any type'
    return type.startsWith('Multi') ? `a ${type} or ${type.slice(5)}` : `a ${type}`
  }

  const readGeometry = (given: unknown, where: string, mistakes: MistakeList): string | null => {
    if (given === null) return null
    const place = { where: `${where}geometry` }
    if (collection.geometryType === null || collection.storageSrid === null) {
      mistakes.add({
        ...place,
        found: 'a geometry',
        expected: 'null, because this collection is a table without geometry',
      })
      return null
    }
    if (!isObject(given)) {
      mistakes.add({ ...place, found: shown(given), expected: 'a GeoJSON geometry, or null' })
      return null
    }
    const isKnown = typeof given['type'] === 'string' && servedTypes.includes(given['type'] as GeometryType)
    const kept = asKept(given)
    if (isKnown && given['type'] !== 'Geometry' && kept === undefined) {
      mistakes.add({ ...place, found: `a ${given['type']}`, expected: kinds(collection.geometryType) })
      return null
    }
    lacksZ = false
    const start = out.at
    const trouble = writer.geometryField(() => copy(kept ?? given))
    const length = out.view.getInt32(start)
    const hex = length < 0 ? null : out.bytes.toString('hex', start + 4, start + 4 + length)
    out.at = start
    if (trouble)
      mistakes.add({ ...place, found: trouble.message, expected: 'a geometry as RFC 7946 describes it' })
    else if (lacksZ)
      mistakes.add({
        ...place,
        found: 'a position with a height',
        expected: 'positions of two numbers, because this collection keeps no heights',
      })
    return hex
  }

  const readFeature = (given: unknown, where: string, mistakes: MistakeList): CheckedFeature => {
    const whole = where === '' ? 'the body' : where.slice(0, -1)
    if (!isObject(given) || given['type'] !== 'Feature') {
      mistakes.add({
        where: whole,
        found: isObject(given) ? `an object of type ${shown(given['type'])}` : shown(given),
        expected: "a GeoJSON object of type 'Feature'",
      })
      return { geometry: null, values: new Map() }
    }
    const { geometry, properties } = given
    if (geometry === undefined && collection.storageSrid !== null)
      mistakes.add({ where: `${where}geometry`, found: 'nothing', expected: 'a GeoJSON geometry, or null' })
    if (properties !== null && !isObject(properties))
      mistakes.add({
        where: `${where}properties`,
        found: properties === undefined ? 'nothing' : shown(properties),
        expected: 'an object, or null',
      })
    const read = isObject(properties) ? readProperties(properties, where, mistakes) : new Map()
    // What a whole feature does not have is null.
    const values = new Map<string, string | null>(
      writable(collection).map(({ column }) => [column, read.get(column) ?? null]),
    )
    return { geometry: geometry === undefined ? null : readGeometry(geometry, where, mistakes), values }
  }

  return {
    /** Checks all features, giving others their turn in between. */
    features: async (given: readonly unknown[], isBatch: boolean): Promise<CheckedFeature[]> => {
      const mistakes = mistakeList()
      const checked: CheckedFeature[] = []
      for (const [at, feature] of given.entries()) {
        checked.push(readFeature(feature, isBatch ? `features[${at}].` : '', mistakes))
        if (at % 200 === 199) await new Promise((resolve) => setImmediate(resolve))
      }
      mistakes.throwAny()
      return checked
    },

    /**
     * A merge patch (RFC 7396) of a feature. `present` is the type of the present geometry, for a patch that
     * changes coordinates only.
     */
    patch: (given: unknown, fid: string, present: string | null): CheckedPatch => {
      const mistakes = mistakeList()
      if (!isObject(given)) {
        mistakes.add({ where: 'the body', found: shown(given), expected: 'an object with what is to change' })
        mistakes.throwAny()
        return { values: new Map() }
      }
      const { id, type, geometry, properties } = given
      // Part 4 /req/features/update-json-merge-patch: the id of a feature is not changed.
      if (id !== undefined && String(id) !== fid)
        mistakes.add({ where: 'id', found: describe(id), expected: `${fid}, because ids do not change` })
      if (type !== undefined && type !== 'Feature')
        mistakes.add({ where: 'type', found: shown(type), expected: "'Feature'" })
      if (properties !== undefined && properties !== null && !isObject(properties))
        mistakes.add({
          where: 'properties',
          found: shown(properties),
          expected: 'an object with what is to change, or null',
        })
      const values =
        properties === null
          ? new Map(writable(collection).map(({ column }) => [column, null]))
          : isObject(properties)
            ? readProperties(properties, '', mistakes)
            : new Map<string, string | null>()
      const merged =
        isObject(geometry) && geometry['type'] === undefined ? { type: present, ...geometry } : geometry
      const patch = merged === undefined ? {} : { geometry: readGeometry(merged, '', mistakes) }
      mistakes.throwAny()
      return { ...patch, values }
    },
  }
}
