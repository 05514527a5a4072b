/** What a JSON-FG document (OGC 21-045) says of all its features at once. */
import type { HttpContext } from '../../contract/handler.ts'
import type { Collection } from '../../domain/collection.ts'
import type { RequestCrs } from '../../domain/feature-query.ts'
import type { GeometryType } from '../../domain/probe.ts'
import { collectionAddress } from './collection-json.ts'

const conformance = 'http://www.opengis.net/spec/json-fg-1/1.0/conf'

const dimensions: Partial<Record<GeometryType, number>> = {
  Point: 0,
  MultiPoint: 0,
  LineString: 1,
  MultiLineString: 1,
  Polygon: 2,
  MultiPolygon: 2,
}

/** Members of the root object, whether it is one feature or many. */
export const jsonfgMembers = (collection: Collection, { crs }: { crs: RequestCrs }, http: HttpContext) => {
  return {
    conformsTo: [`${conformance}/core`, `${conformance}/types-schemas`],
    featureType: collection.id,
    featureSchema: `${collectionAddress(http, collection.id)}/schema`,
    ...(collection.storageSrid !== null && { coordRefSys: crs.uri }),
  }
}

export const jsonfgHead = (collection: Collection, look: { crs: RequestCrs }, http: HttpContext): Buffer => {
  const dimension = collection.geometryType && dimensions[collection.geometryType]
  const members = {
    type: 'FeatureCollection',
    ...jsonfgMembers(collection, look, http),
    ...(typeof dimension === 'number' && { geometryDimension: dimension }),
  }
  return Buffer.from(`${JSON.stringify(members).slice(0, -1)},"features":[\n`)
}
