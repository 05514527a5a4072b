/**
 * Queries of pages, places and counts of features, put together around the expressions that write one feature. Values are
 * parameters, always; table and column names are generated ones.
 */
import type { Pool } from 'pg'
import type { Geometry } from '../cql2/ast.ts'
import type { Filter } from '../cql2/filter.ts'
import { toWkt } from '../cql2/geometry.ts'
import { sqlTypes, toSql } from '../cql2/to-sql.ts'
import { ident } from '../db/sql.ts'
import type { Collection, CollectionColumn } from '../domain/collection.ts'
import type {
  Area,
  FeatureForm,
  FeatureLook,
  PageStart,
  PropertyEquals,
  SortKey,
  TextSearch,
  TimeSpan,
} from '../domain/feature-query.ts'
import type { Box, FieldType } from '../domain/probe.ts'
import { afterCondition, orderOf, placeOf, sortColumns } from './feature-order.ts'
import {
  binaryColumns,
  csvExpression,
  geojsonExpression,
  jsonfgExpression,
  type SqlExpression,
} from './feature-text.ts'
import { textCondition } from './feature-words.ts'
import type { RowQuery } from './row-stream.ts'

export { featureTextExpression, type SqlExpression } from './feature-text.ts'

const tableOf = (collection: Pick<Collection, 'tableName'>) => ident('data', collection.tableName)

// Conditions -------------------------------------------------------------------------------------------

/** `areas` null: anywhere, also nowhere; empty list: anywhere, but with a geometry. */
export type Conditions = {
  areas: Area[] | null
  heights: [number, number] | null
  time: { span: TimeSpan; column: CollectionColumn } | null
  equals: PropertyEquals[]
  text: TextSearch | null
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
  { areas, heights, time, equals, text, expression }: Conditions,
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
  ...(text === null ? [] : [textCondition(collection, text, list.add)]),
]

const where = (conditions: string[]) => (conditions.length === 0 ? '' : `where ${conditions.join(' and ')}`)

// Queries ----------------------------------------------------------------------------------------------

export type PageQuery = FeatureLook & {
  form: FeatureForm
  conditions: Conditions
  sort: readonly SortKey[]
  start: PageStart
  /** Rows the query may return; one more than the page shows whether it goes on. */
  rows: number
}

const isPlain = ({ areas, heights, time, equals, text, expression }: Conditions) =>
  (areas === null || areas.length === 0) &&
  heights === null &&
  time === null &&
  equals.length === 0 &&
  text === null &&
  expression === null

const expressionOf = (collection: Collection, form: FeatureForm, look: FeatureLook): SqlExpression => {
  switch (form) {
    case 'geojson':
      return geojsonExpression(collection, look)
    case 'jsonfg':
    case 'jsonfg-plus':
      return jsonfgExpression(collection, look, { isForAll: form === 'jsonfg-plus' })
    case 'csv':
      return csvExpression(collection, look)
    case 'flatgeobuf':
      return {
        text: () => binaryColumns(collection, loadedColumns(collection, look), look).join(', '),
        values: [],
      }
  }
}

/** Columns of a form that knows no others. */
export const loadedColumns = (
  { columns }: Pick<Collection, 'columns'>,
  { properties }: Pick<FeatureLook, 'properties'>,
): CollectionColumn[] => (properties ?? columns).filter(({ type }) => type !== 'binary')

const separators: Record<FeatureForm, string> = {
  geojson: ',\n',
  jsonfg: ',\n',
  'jsonfg-plus': ',\n',
  csv: '\r\n',
  flatgeobuf: '',
}

/** What the rows of a form are like, whatever the query. */
const rowsOf = (form: FeatureForm) => ({ separator: separators[form], isBinary: form === 'flatgeobuf' })

const portionOf = (
  collection: Collection,
  { conditions, sort, start, rows }: Pick<PageQuery, 'conditions' | 'sort' | 'start' | 'rows'>,
  list: Parameters,
): { where: string; limit: string } => {
  const all = conditionsText(collection, conditions, list)
  if ('after' in start) all.push(afterCondition(sort, start.after, list.add))
  const offset =
    'offset' in start && start.offset > 0 ? ` offset ${list.add(String(start.offset))}::bigint` : ''
  return { where: where(all), limit: `limit ${list.add(String(rows))}::bigint${offset}` }
}

/** Only ids and what is sorted by are held while the first ones are looked for; the rest is fetched for those alone. */
const sortedRows = (
  collection: Collection,
  sort: readonly SortKey[],
  portion: { where: string; limit: string },
) =>
  `select t.fid, ${sortColumns(sort).join(', ')} from ${tableOf(collection)} t ${portion.where} order by ${sort
    .map(({ isDescending }, at) => `s${at + 1} ${isDescending ? 'desc' : 'asc'} nulls last`)
    .join(', ')}, fid ${portion.limit}`

/** A page of features in their order: place, and the feature. */
export const pageQuery = (collection: Collection, page: PageQuery): RowQuery => {
  const { form, sort } = page
  const feature = expressionOf(collection, form, page)
  const list = parameters([...feature.values])
  const portion = portionOf(collection, page, list)
  const text =
    sort.length === 0
      ? `select t.fid::text, ${feature.text(1)} from ${tableOf(collection)} t ${portion.where} order by t.fid ${portion.limit}`
      : `select ${placeOf(sort, 'p')}, ${feature.text(1)} from (${sortedRows(collection, sort, portion)}) p join ${tableOf(collection)} t on t.fid = p.fid order by ${orderOf(sort, 'p')}`
  // With a condition the best plan depends on its values, and the texts are many.
  const isKept = isPlain(page.conditions) && sort.length === 0 && page.properties === null
  return { text, values: list.values, isKept, ...rowsOf(form) }
}

export const itemQuery = (
  collection: Collection,
  fid: string,
  { form, ...look }: FeatureLook & { form: FeatureForm },
): RowQuery => {
  const feature = expressionOf(collection, form, look)
  const list = parameters([...feature.values])
  const text = `select t.fid::text, ${feature.text(1)} from ${tableOf(collection)} t where t.fid = ${list.add(fid)}::bigint`
  return { text, values: list.values, isKept: look.properties === null, ...rowsOf(form) }
}

/** One row: the place of the last row of a page, empty when it is not full; and how many there are, at most one more than it has. */
export const measureQuery = (
  collection: Collection,
  page: Pick<PageQuery, 'conditions' | 'sort' | 'start'> & { limit: number },
): RowQuery => {
  const { sort, limit } = page
  const list = parameters()
  const portion = portionOf(collection, { ...page, rows: limit + 1 }, list)
  const rows =
    sort.length === 0
      ? `select t.fid from ${tableOf(collection)} t ${portion.where} order by t.fid ${portion.limit}`
      : sortedRows(collection, sort, portion)
  const text = `with page as materialized (
      select row_number() over (order by ${orderOf(sort, 'p')}) as n, ${placeOf(sort, 'p')}::text as place from (${rows}) p)
    select coalesce((select place from page where n = ${list.add(String(limit))}::bigint), ''), (select count(*) from page)::text`
  return { text, values: list.values, isKept: false }
}

/** One row: nothing, and the count up to `atMost` and no further. */
export const countQuery = (collection: Collection, conditions: Conditions, atMost: number): RowQuery => {
  const list = parameters()
  const matching = where(conditionsText(collection, conditions, list))
  const text = `select '', (select count(*) from (select 1 from ${tableOf(collection)} t ${matching} limit ${list.add(String(atMost))}::bigint) found)::text`
  return { text, values: list.values, isKept: false }
}

/** What PostGIS knows of one collection or box; all by raw `pg`. */
export const features = (pool: Pool) => ({
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

/** A place in the order that no value of the sorted columns can be: its text was not written by us. */
export const isPlaceUnreadable = (error: unknown): boolean =>
  error instanceof Error &&
  'code' in error &&
  ['22P02', '22007', '22008', '22003', '22021', '22023'].includes(String(error.code))

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
