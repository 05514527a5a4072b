/** The properties of a collection as JSON Schema: what can be asked for (queryables), sorted by (sortables), and what features have (schema). */
import type { Collection, CollectionColumn } from '../../domain/collection.ts'
import type { GeometryType } from '../../domain/probe.ts'
import { geometryName } from './expression.ts'
import { kindOf } from './property-filter.ts'
import { sortableColumns } from './sort-keys.ts'

type Schema = Record<string, unknown>

const geometryFormats: Record<GeometryType, string> = {
  Point: 'geometry-point',
  LineString: 'geometry-linestring',
  Polygon: 'geometry-polygon',
  MultiPoint: 'geometry-multipoint',
  MultiLineString: 'geometry-multilinestring',
  MultiPolygon: 'geometry-multipolygon',
  GeometryCollection: 'geometry-geometrycollection',
  Geometry: 'geometry-any',
}

const head = (collection: Collection, address: string): Schema => ({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  $id: address,
  type: 'object',
  title: collection.title,
  ...(collection.description && { description: collection.description }),
})

const roleOf = ({ timeColumn }: Collection, { column }: CollectionColumn): Schema =>
  column === timeColumn ? { 'x-ogc-role': 'primary-instant' } : {}

/** Properties called like a parameter of the standard are left out, because a queryable is a parameter; filters may name them. */
export const toQueryables = (
  collection: Collection,
  columns: CollectionColumn[],
  address: string,
): Schema => ({
  ...head(collection, address),
  properties: Object.fromEntries([
    // QGIS takes it for a geometry only as a reference without a type (G13).
    ...(collection.geometryType === null
      ? []
      : [
          [
            geometryName(collection),
            {
              $ref: `https://geojson.org/schema/${collection.geometryType}.json`,
              'x-ogc-role': 'primary-geometry',
              format: geometryFormats[collection.geometryType],
            },
          ],
        ]),
    ...columns.map((column) => [
      column.name,
      { title: column.name, ...kindOf(column).schema, ...roleOf(collection, column) },
    ]),
  ]),
  additionalProperties: false,
})

/** Common Part 3, /req/sortables/response: values only, no geometry, and no others than these. */
export const toSortables = (collection: Collection, address: string): Schema => ({
  ...head(collection, address),
  properties: Object.fromEntries(
    sortableColumns(collection).map((column) => [
      column.name,
      { title: column.name, ...kindOf(column).schema, ...roleOf(collection, column) },
    ]),
  ),
  additionalProperties: false,
})

export const toSchema = (collection: Collection, address: string): Schema => ({
  ...head(collection, address),
  properties: Object.fromEntries([
    ...(collection.geometryType === null
      ? []
      : [
          [
            geometryName(collection),
            {
              title: 'Geometry',
              'x-ogc-role': 'primary-geometry',
              format: geometryFormats[collection.geometryType],
              'x-ogc-propertySeq': 1,
            },
          ],
        ]),
    ...collection.columns
      .filter(({ type }) => type !== 'binary')
      .map((column, at) => [
        column.name,
        {
          title: column.name,
          ...kindOf(column).schema,
          ...roleOf(collection, column),
          'x-ogc-propertySeq': at + 2,
        },
      ]),
  ]),
  additionalProperties: false,
})
