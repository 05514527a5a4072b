/**
 * Features as SQL: one expression writes the text of a GeoJSON Feature, whether on the way to a client or for the
 * `feature` column of a precomputed table; queries of pages and counts are put together around it. Values are
 * parameters, always; table and column names are generated ones.
 */
import type { Pool } from 'pg'
import type { Geometry } from '../cql2/ast.ts'
import type { Filter } from '../cql2/filter.ts'
import { toWkt } from '../cql2/geometry.ts'
import { sqlTypes, toSql } from '../cql2/to-sql.ts'
import { ident } from '../db/sql.ts'
import type { Collection, CollectionColumn } from '../domain/collection.ts'
import type { Area, PageStart, PropertyEquals, RequestCrs, TimeSpan } from '../domain/feature-query.ts'
import type { Box, FieldType } from '../domain/probe.ts'
import { isGeographic } from '../geo/crs.ts'
import type { RowQuery } from './row-stream.ts'

// The text of a feature --------------------------------------------------------------------------------

/** SQL whose parameters are numbered from `first` on. */
export type SqlExpression = { text: (first: number) => string; values: string[] }

/** About a tenth of a millimetre on the ground: what is lost of a double's digits nobody has measured. */
const digits = (epsg: number) => (isGeographic(epsg) ? 9 : 7)

// QGIS 3.40 to 3.44.10 and 4.0 mistake \" and \\ in compact JSON (QGIS#66700); \u0022 and \u005c mean the same.
const safeEscapes = (json: string) => json.replaceAll('\\\\', '\\u005c').replaceAll('\\"', '\\u0022')

/** `%` stands for the column. A number that JSON lacks (NaN, Infinity) is null. */
const valueText: Record<FieldType, string> = {
  string: String.raw`coalesce(replace(replace(to_json(%)::text, '\\', '\u005c'), '\"', '\u0022'), 'null')`,
  integer: `coalesce(%::text, 'null')`,
  number: `coalesce(case when % > '-Infinity' and % < 'Infinity' then %::text end, 'null')`,
  boolean: `case % when true then 'true' when false then 'false' else 'null' end`,
  date: `coalesce(to_json(%)::text, 'null')`,
  datetime: `coalesce(left(to_json(% at time zone 'UTC')::text, -1) || 'Z"', 'null')`,
  time: `coalesce('"' || %::text || '"', 'null')`,
  binary: `'null'`,
}

type Geometries = Pick<Collection, 'storageSrid' | 'hasCurves'>

const geometryText = (
  { storageSrid, hasCurves }: Geometries & { storageSrid: number },
  crs: TextCrs,
): string => {
  const straight = hasCurves ? 'st_curvetoline(t.geom)' : 't.geom'
  const placed = crs.epsg === storageSrid ? straight : `st_transform(${straight}, ${Math.trunc(crs.epsg)})`
  const ordered = crs.axisOrder === 'yx' ? `st_flipcoordinates(${placed})` : placed
  return `coalesce(st_asgeojson(${ordered}, ${digits(crs.epsg)}, 0), 'null')`
}

/** concat takes at most a hundred arguments. */
const concat = (parts: string[]): string => {
  if (parts.length <= 90) return `concat(${parts.join(', ')})`
  const groups = Array.from({ length: Math.ceil(parts.length / 90) }, (_, i) =>
    parts.slice(i * 90, i * 90 + 90),
  )
  return concat(groups.map(concat))
}

/** Text that is always the same, and text that a row makes. */
type Part = { constant: string } | { sql: string }

const toExpression = (parts: Part[]): SqlExpression => {
  const joined: Part[] = []
  for (const part of parts) {
    const last = joined.at(-1)
    if (last && 'constant' in last && 'constant' in part)
      joined.splice(-1, 1, { constant: last.constant + part.constant })
    else joined.push(part)
  }
  const values = joined.flatMap((part) => ('constant' in part ? [part.constant] : []))
  const text = (first: number) => {
    let at = first
    return concat(joined.map((part) => ('sql' in part ? part.sql : `$${at++}::text`)))
  }
  return { text, values }
}

type TextCrs = Pick<RequestCrs, 'epsg' | 'axisOrder'>
const crs84: TextCrs = { epsg: 4326, axisOrder: 'xy' }
const isCrs84 = ({ epsg, axisOrder }: TextCrs) => epsg === 4326 && axisOrder === 'xy'

const propertiesMark = ',"properties":'

const geometryParts = (collection: Geometries, crs: TextCrs): Part[] => {
  const { storageSrid } = collection
  return [
    { constant: '{"type":"Feature","id":' },
    { sql: 't.fid' },
    { constant: ',"geometry":' },
    storageSrid === null ? { constant: 'null' } : { sql: geometryText({ ...collection, storageSrid }, crs) },
  ]
}

const propertiesParts = (columns: readonly CollectionColumn[]): Part[] => [
  { constant: `${propertiesMark}{` },
  ...columns.flatMap(({ name, column, type }, at): Part[] => [
    { constant: `${at === 0 ? '' : ','}${safeEscapes(JSON.stringify(name))}:` },
    { sql: valueText[type].replaceAll('%', `t.${ident(column)}`) },
  ]),
  { constant: '}}' },
]

/**
 * The text of a GeoJSON Feature, of a table called `t`: id, geometry (in CRS84 unless said otherwise), and all
 * properties, nulls included, because clients take the fields of a layer from its first features (G22).
 */
export const featureTextExpression = (
  collection: Geometries & Pick<Collection, 'columns'>,
  { crs = crs84, properties = null }: { crs?: TextCrs; properties?: CollectionColumn[] | null } = {},
): SqlExpression =>
  toExpression([...geometryParts(collection, crs), ...propertiesParts(properties ?? collection.columns)])

/** Quotes within strings are written \u0022, so the mark is nowhere but between the halves, or before a property of that name. */
const half = (which: 1 | 2): Part => ({ sql: `split_part(t.feature, '${propertiesMark}', ${which})` })

/** The text for a page, as far as possible from what the table has ready: the whole of it, or one of its halves. */
const pageTextExpression = (
  collection: Collection,
  { crs, properties }: { crs: TextCrs; properties: CollectionColumn[] | null },
): SqlExpression => {
  const { isPrecomputed, columns } = collection
  if (!isPrecomputed) return featureTextExpression(collection, { crs, properties })
  if (isCrs84(crs))
    return properties === null
      ? { text: () => 't.feature', values: [] }
      : toExpression([half(1), ...propertiesParts(properties)])
  if (properties === null && columns.every(({ name }) => name !== 'properties'))
    return toExpression([...geometryParts(collection, crs), { constant: propertiesMark }, half(2)])
  return featureTextExpression(collection, { crs, properties })
}

const tableOf = (collection: Pick<Collection, 'tableName'>) => ident('data', collection.tableName)

// Conditions -------------------------------------------------------------------------------------------

/** `areas` null: anywhere, also nowhere; empty list: anywhere, but with a geometry. */
export type Conditions = {
  areas: Area[] | null
  heights: [number, number] | null
  time: { span: TimeSpan; column: CollectionColumn } | null
  equals: PropertyEquals[]
  /** With its places in storage CRS. */
  expression: Filter | null
}

const sqlType: Record<FieldType, string> = { ...sqlTypes, binary: 'bytea' }

type Parameters = { add: (value: string) => string; values: string[] }

const parameters = (values: string[] = []): Parameters => ({
  values,
  add: (value) => {
    values.push(value)
    return `$${values.length}`
  },
})

const areaCondition = ({ outer, inner }: Area, { add }: Parameters): string => {
  const area = `${add(outer)}::geometry`
  const touches = `st_intersects(t.geom, ${area})`
  // Of a thousand features of a box all but a few lie wholly inside. An `or` would be taken for two index conditions.
  const exact =
    inner === null ? touches : `case when t.geom @ ${add(inner)}::geometry then true else ${touches} end`
  return `(t.geom && ${area} and ${exact})`
}

const timeCondition = ({ span, column }: NonNullable<Conditions['time']>, { add }: Parameters): string[] => {
  const name = `t.${ident(column.column)}`
  const { from, until, isUntilExclusive } = span
  // A day is touched by every instant in it.
  const instant = (value: string) =>
    column.type === 'date' ? `(${add(value)}::timestamptz at time zone 'UTC')` : `${add(value)}::timestamptz`
  const start = column.type === 'date' ? `${name} + interval '1 day' >` : `${name} >=`
  return [
    ...(from === null ? [] : [`${start} ${instant(from)}`]),
    ...(until === null ? [] : [`${name} ${isUntilExclusive ? '<' : '<='} ${instant(until)}`]),
    // An interval that is open on both sides still asks for features that have a time.
    ...(from === null && until === null ? [`${name} is not null`] : []),
  ]
}

const expressionCondition = (
  collection: Pick<Collection, 'columns' | 'geometryType'>,
  expression: Filter,
  list: Parameters,
): string => {
  const columns = new Map(collection.columns.map(({ name, column }) => [name, `t.${ident(column)}`]))
  return toSql(expression, {
    property: (name) => columns.get(name) ?? raiseUnknown(name),
    geometry: 't.geom',
    mayBeCollection:
      collection.geometryType === 'Geometry' || collection.geometryType === 'GeometryCollection',
    add: list.add,
    touches: (area) => areaCondition(area, list),
  })
}

const raiseUnknown = (name: string): never => {
  throw new Error(`The filter was not checked: it names ${name}`)
}

const conditionsText = (
  collection: Pick<Collection, 'columns' | 'geometryType'>,
  { areas, heights, time, equals, expression }: Conditions,
  list: Parameters,
): string[] => [
  ...(areas === null
    ? []
    : areas.length === 0
      ? ['t.geom is not null']
      : [`(${areas.map((area) => areaCondition(area, list)).join(' or ')})`]),
  ...(heights === null
    ? []
    : [
        `st_zmax(t.geom) >= ${list.add(String(heights[0]))}::float8 and st_zmin(t.geom) <= ${list.add(String(heights[1]))}::float8`,
      ]),
  ...(time === null ? [] : timeCondition(time, list)),
  ...equals.map(
    ({ column, value }) => `t.${ident(column.column)} = ${list.add(value)}::${sqlType[column.type]}`,
  ),
  ...(expression === null ? [] : [expressionCondition(collection, expression, list)]),
]

const where = (conditions: string[]) => (conditions.length === 0 ? '' : `where ${conditions.join(' and ')}`)

// Queries ----------------------------------------------------------------------------------------------

export type PageQuery = {
  crs: TextCrs
  properties: CollectionColumn[] | null
  conditions: Conditions
  start: PageStart
  /** Rows the query may return; one more than the page shows whether it goes on. */
  rows: number
}

const isPlain = ({ areas, heights, time, equals, expression }: Conditions) =>
  (areas === null || areas.length === 0) &&
  heights === null &&
  time === null &&
  equals.length === 0 &&
  expression === null

/** A page of features in the order of their ids. */
export const pageQuery = (collection: Collection, page: PageQuery): RowQuery => {
  const feature = pageTextExpression(collection, page)
  const list = parameters([...feature.values])
  const { start } = page
  const conditions = conditionsText(collection, page.conditions, list)
  if ('after' in start) conditions.push(`t.fid > ${list.add(start.after)}::bigint`)
  const offset =
    'offset' in start && start.offset > 0 ? `offset ${list.add(String(start.offset))}::bigint` : ''
  const text = `select t.fid, ${feature.text(1)} from ${tableOf(collection)} t ${where(conditions)} order by t.fid limit ${list.add(String(page.rows))}::bigint ${offset}`
  // With a condition the best plan depends on its values, and the texts are many.
  return { text, values: list.values, isKept: isPlain(page.conditions) && page.properties === null }
}

export const itemQuery = (collection: Collection, fid: string, crs: TextCrs): RowQuery => {
  const feature = pageTextExpression(collection, { crs, properties: null })
  const list = parameters([...feature.values])
  const text = `select t.fid, ${feature.text(1)} from ${tableOf(collection)} t where t.fid = ${list.add(fid)}::bigint`
  return { text, values: list.values, isKept: true }
}

/** What PostGIS knows of one collection or box; all by raw `pg`. */
export const features = (pool: Pool) => ({
  /** Counts to `atMost` and no further. */
  count: async (collection: Collection, conditions: Conditions, atMost: number): Promise<number> => {
    const list = parameters()
    const matching = where(conditionsText(collection, conditions, list))
    const text = `select count(*)::int as n from (select 1 from ${tableOf(collection)} t ${matching} limit ${list.add(String(atMost))}::bigint) found`
    const { rows } = await pool.query<{ n: number }>(text, list.values)
    return rows[0]?.n ?? 0
  },

  /** Points of a line in another CRS, or null where PROJ finds no place for one of them. */
  transform: async (points: Point[], from: number, to: number): Promise<Point[] | null> => {
    const text = 'select st_asgeojson(st_transform($1::geometry, $2::int), 15, 0) as json'
    const values = [`SRID=${from};LINESTRING(${pointsText(points)})`, to]
    const { rows } = await pool
      .query<{ json: string }>({ name: 'feature-area', text, values })
      .catch((error) => {
        if (isTransformFailure(error)) return { rows: [] }
        throw error
      })
    if (!rows[0] || /inf|nan/i.test(rows[0].json)) return null
    return (JSON.parse(rows[0].json) as { coordinates: Point[] }).coordinates
  },

  /** A geometry in another CRS, as PostGIS keeps it; null where PROJ finds no place for one of its points. */
  transformGeometry: async (geometry: Geometry, from: number, to: number): Promise<string | null> => {
    const text = `select g::text as stored, st_xmin(g) as west, st_ymin(g) as south, st_xmax(g) as east, st_ymax(g) as north
      from (select st_transform($1::geometry, $2::int) as g offset 0) moved`
    const { rows } = await pool
      .query<{ stored: string; west: number; south: number; east: number; north: number }>(text, [
        ewktOf(geometry, from),
        to,
      ])
      .catch((error) => {
        if (isTransformFailure(error)) return { rows: [] }
        throw error
      })
    const [row] = rows
    const isPlaced = row && [row.west, row.south, row.east, row.north].every(Number.isFinite)
    return isPlaced ? row.stored : null
  },

  /** The part of a geometry within a box of the same CRS; null when nothing is. */
  clip: async (geometry: Geometry, epsg: number, box: Box): Promise<Geometry | null> => {
    const text = `select case when st_isempty(c) then null else st_asgeojson(c, 15, 0) end as json
      from (select st_intersection($1::geometry, $2::geometry) as c offset 0) cut`
    const { rows } = await pool.query<{ json: string | null }>(text, [
      ewktOf(geometry, epsg),
      boxText(box, epsg),
    ])
    return rows[0]?.json ? (JSON.parse(rows[0].json) as Geometry) : null
  },
})

/** What PostgreSQL and GEOS say when a value cannot be computed, in words; null for anything else. */
export const notComputable = (error: unknown): string | null => {
  if (!(error instanceof Error) || !('code' in error)) return null
  const { code } = error
  if (code === '22003' || code === '2201F' || code === '22012' || code === '22008')
    return 'a number or time goes beyond what can be held'
  // GEOS: internal errors of PostGIS have no code of their own.
  return code === 'XX000' && /geos|topology|relate|geometrycollection|invalid geom/i.test(error.message)
    ? 'its geometry, or the one of the filter, is not valid'
    : null
}

/** PROJ says this for coordinates outside of what a projection can express. */
export const isTransformFailure = (error: unknown): boolean =>
  error instanceof Error &&
  'code' in error &&
  (error.code === 'XX000' || error.code === '22023') &&
  /transform|proj|latitude|longitude|tolerance|coordinate/i.test(error.message)

export const isTableGone = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === '42P01' || error.code === '42703')

export type Point = [number, number]

/** Points around a box, so many on each side, counterclockwise from the lower left corner, and closed. */
export const outlinePoints = ([west, south, east, north]: Box, steps: number): Point[] => {
  const side = (x1: number, y1: number, x2: number, y2: number) =>
    Array.from(
      { length: steps },
      (_, i): Point => [x1 + ((x2 - x1) * i) / steps, y1 + ((y2 - y1) * i) / steps],
    )
  return [
    ...side(west, south, east, south),
    ...side(east, south, east, north),
    ...side(east, north, west, north),
    ...side(west, north, west, south),
    [west, south],
  ]
}

const pointsText = (points: Point[]) => points.map(([x, y]) => `${x} ${y}`).join(',')

export const polygonText = (points: Point[], epsg: number): string =>
  `SRID=${epsg};POLYGON((${pointsText(points)}))`

export const ewktOf = (geometry: Geometry, epsg: number): string => `SRID=${epsg};${toWkt(geometry)}`

/** EWKT of a box; of a line or point where it has no width or height. */
export const boxText = (box: Box, epsg: number): string => {
  const [west, south, east, north] = box
  if (west === east && south === north) return `SRID=${epsg};POINT(${west} ${south})`
  if (west === east || south === north) return `SRID=${epsg};LINESTRING(${west} ${south},${east} ${north})`
  return polygonText(outlinePoints(box, 1), epsg)
}
