/**
 * One feature as SQL, for each of the forms in which they are served. GeoJSON, JSON-FG and CSV are written by the database,
 * as text that goes through to clients untouched; for FlatGeobuf it hands out columns in binary. The text of a GeoJSON
 * Feature is also what the `feature` column of a precomputed table holds. Values are parameters, always.
 */
import { ident } from '../db/sql.ts'
import type { Collection, CollectionColumn } from '../domain/collection.ts'
import type { FeatureLook, RequestCrs } from '../domain/feature-query.ts'
import type { FieldType } from '../domain/probe.ts'
import { isGeographic } from '../geo/crs.ts'

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

/** In x/y order, without curves. */
const placedGeometry = (
  { storageSrid, hasCurves }: Geometries & { storageSrid: number },
  { epsg }: Pick<RequestCrs, 'epsg'>,
): string => {
  const straight = hasCurves ? 'st_curvetoline(t.geom)' : 't.geom'
  return epsg === storageSrid ? straight : `st_transform(${straight}, ${Math.trunc(epsg)})`
}

const geometryText = (collection: Geometries & { storageSrid: number }, crs: TextCrs): string => {
  const placed = placedGeometry(collection, crs)
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

/** Null: without its geometry. */
const geometryPart = (collection: Geometries, crs: TextCrs | null): Part => {
  const { storageSrid } = collection
  return storageSrid === null || crs === null
    ? { constant: 'null' }
    : { sql: geometryText({ ...collection, storageSrid }, crs) }
}

const geometryParts = (collection: Geometries, crs: TextCrs | null): Part[] => [
  { constant: '{"type":"Feature","id":' },
  { sql: 't.fid' },
  { constant: ',"geometry":' },
  geometryPart(collection, crs),
]

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

/** The beginning and the end of a Feature, as far as possible from what the table has ready. */
const geometryHalf = (collection: Collection, crs: TextCrs | null): Part[] =>
  collection.isPrecomputed && crs !== null && isCrs84(crs) ? [half(1)] : geometryParts(collection, crs)

const propertiesHalf = (collection: Collection, properties: CollectionColumn[] | null): Part[] => {
  const { isPrecomputed, columns } = collection
  return isPrecomputed && properties === null && columns.every(({ name }) => name !== 'properties')
    ? [{ constant: propertiesMark }, half(2)]
    : propertiesParts(properties ?? columns)
}

/** The text of a GeoJSON Feature for a page. */
export const geojsonExpression = (
  collection: Collection,
  { crs, properties, isGeometrySkipped }: FeatureLook,
): SqlExpression => {
  if (collection.isPrecomputed && isCrs84(crs) && properties === null && !isGeometrySkipped)
    return { text: () => 't.feature', values: [] }
  return toExpression([
    ...geometryHalf(collection, isGeometrySkipped ? null : crs),
    ...propertiesHalf(collection, properties),
  ])
}

// JSON-FG ----------------------------------------------------------------------------------------------

/** RFC 3339 has years of four digits. */
const timeOf: Partial<Record<FieldType, string>> = {
  date: `coalesce('{"date":' || case when % between '0001-01-01' and '9999-12-31' then to_json(%)::text end || '}', 'null')`,
  datetime: `coalesce('{"timestamp":' || case when % >= '0001-01-01Z' and % < '10000-01-01Z' then left(to_json(% at time zone 'UTC')::text, -1) end || 'Z"}', 'null')`,
}

const timePart = ({ columns, timeColumn }: Collection): Part => {
  const column = columns.find((one) => one.column === timeColumn)
  const text = column && timeOf[column.type]
  return text ? { sql: text.replaceAll('%', `t.${ident(column.column)}`) } : { constant: 'null' }
}

/**
 * A JSON-FG Feature (OGC 21-045): what is not in CRS84 is its `place`, beside which GeoJSON's `geometry` is null, or with
 * `isForAll` in CRS84 for those who read GeoJSON only.
 */
export const jsonfgExpression = (
  collection: Collection,
  { crs, properties, isGeometrySkipped }: FeatureLook,
  { isForAll }: { isForAll: boolean },
): SqlExpression => {
  const isPlace = !isGeometrySkipped && !isCrs84(crs)
  const geometryCrs = isGeometrySkipped || (isPlace && !isForAll) ? null : crs84
  return toExpression([
    ...geometryHalf(collection, geometryCrs),
    { constant: ',"place":' },
    geometryPart(collection, isPlace ? crs : null),
    { constant: ',"time":' },
    timePart(collection),
    ...propertiesHalf(collection, properties),
  ])
}

// CSV --------------------------------------------------------------------------------------------------

/** What makes a spreadsheet take a text for a formula when it comes first; also as wide as a Chinese character. */
const formulaSigns = String.raw`'=', '+', '-', '@', E'\t', E'\r', E'\n', '＝', '＋', '－', '＠'`
/** Looks like a number, and so computes nothing. */
const numberForm = `'^[-+]?[0-9][0-9 .,]*$'`

/** `%` stands for the column. No value is nothing between commas, an empty text is "". */
const csvText: Record<FieldType, string> = {
  string: `coalesce('"' || replace(case when left(%, 1) in (${formulaSigns}) and % !~ ${numberForm} then '''' || % else % end, '"', '""') || '"', '')`,
  integer: `coalesce(%::text, '')`,
  number: `coalesce(case when % > '-Infinity' and % < 'Infinity' then %::text end, '')`,
  boolean: `case % when true then 'true' when false then 'false' else '' end`,
  date: `coalesce(%::text, '')`,
  datetime: `coalesce(case when isfinite(%) then replace((% at time zone 'UTC')::text, ' ', 'T') || 'Z' else %::text end, '')`,
  time: `coalesce(%::text, '')`,
  binary: `''`,
}

/** A coordinate without zeros at its end. */
const coordinateText = (of: string, epsg: number) => `trim_scale(round((${of})::numeric, ${digits(epsg)}))`

const csvGeometry = (collection: Collection, crs: RequestCrs): Part[] => {
  const { storageSrid, geometryType, hasZ } = collection
  if (storageSrid === null) return []
  const placed = placedGeometry({ ...collection, storageSrid }, crs)
  if (geometryType !== 'Point')
    return [
      { constant: ',' },
      { sql: `coalesce('"' || st_astext(${placed}, ${digits(crs.epsg)}) || '"', '')` },
    ]
  const axes = ['st_x', 'st_y', ...(hasZ ? ['st_z'] : [])]
  const texts = axes.map((axis) => coordinateText(`${axis}(g.p)`, crs.epsg))
  return [{ sql: `(select concat(',', ${texts.join(`, ',', `)}) from (select ${placed} as p offset 0) g)` }]
}

/** A row of CSV (RFC 4180) without its end; its columns are those of `csvColumns` in domain/feature-csv.ts. */
export const csvExpression = (
  collection: Collection,
  { crs, properties, isGeometrySkipped }: FeatureLook,
): SqlExpression =>
  toExpression([
    { sql: 't.fid' },
    ...(properties ?? collection.columns).flatMap(({ column, type }): Part[] => [
      { constant: ',' },
      { sql: csvText[type].replaceAll('%', `t.${ident(column)}`) },
    ]),
    ...(isGeometrySkipped ? [] : csvGeometry(collection, crs)),
  ])

// FlatGeobuf -------------------------------------------------------------------------------------------

/** Times are texts in FlatGeobuf; the rest goes as PostgreSQL has it. */
const binaryValue: Partial<Record<FieldType, string>> = {
  date: `case when isfinite(%) then %::text end`,
  datetime: `case when isfinite(%) then replace((% at time zone 'UTC')::text, ' ', 'T') || 'Z' end`,
  time: '%::text',
}

/** Id, geometry (x/y order, as FlatGeobuf has it in every system) and values, for render/flatgeobuf.ts. */
export const binaryColumns = (
  collection: Collection,
  columns: readonly CollectionColumn[],
  { crs, isGeometrySkipped }: FeatureLook,
): string[] => {
  const { storageSrid } = collection
  return [
    't.fid',
    storageSrid === null || isGeometrySkipped
      ? 'null::geometry'
      : placedGeometry({ ...collection, storageSrid }, crs),
    ...columns.map(({ column, type }) => (binaryValue[type] ?? '%').replaceAll('%', `t.${ident(column)}`)),
  ]
}
