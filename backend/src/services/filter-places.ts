/**
 * Moves the geometries of a filter to the coordinate system of the data (never the data to theirs), so that the spatial
 * index is used; boxes to intersect go the way that `bbox` goes.
 */
import { hash } from 'node:crypto'
import type { Geometry } from '../cql2/ast.ts'
import { type Filter, mapPlaces, type Place } from '../cql2/filter.ts'
import { boxAround, densified } from '../cql2/geometry.ts'
import type { Collection } from '../domain/collection.ts'
import type { Box } from '../domain/probe.ts'
import { isGeographic } from '../geo/crs.ts'
import { ewktOf, type features } from '../repositories/features.ts'
import type { FeatureAreas } from './feature-area.ts'
import { createShelf } from './shelf.ts'

type Literal = Extract<Place, { kind: 'literal' }>
type Spatial = Extract<Filter, { kind: 'spatial' }>

/** No feature that has a geometry; unknown for the others. */
const nowhere: Filter = { kind: 'touches', areas: [] }

const isWithin = (inner: Box, outer: Box) =>
  inner[0] >= outer[0] && inner[1] >= outer[1] && inner[2] <= outer[2] && inner[3] <= outer[3]

/** A chord of 5 km leaves the arc of the globe by half a metre. */
const longestEdge = (epsg: number) => (isGeographic(epsg) ? 0.045 : 5000)

export type FilterPlacesParts = { repository: ReturnType<typeof features>; areas: FeatureAreas }

export const createFilterPlaces = ({ repository, areas }: FilterPlacesParts) => {
  const moved = createShelf<string | null>(100)

  const move = (geometry: Geometry, from: number, to: number): Promise<string | null> =>
    moved.get(hash('sha256', `${to} ${ewktOf(geometry, from)}`), () =>
      repository.transformGeometry(densified(geometry, longestEdge(from)), from, to),
    )

  const toStored = async (
    collection: Collection,
    place: Place,
    relation: Spatial['relation'],
  ): Promise<Place | null> => {
    if (place.kind !== 'literal') return place
    const { storageSrid } = collection
    const { epsg, geometry } = place
    if (storageSrid === null || storageSrid === epsg)
      return { kind: 'stored', geometry: ewktOf(geometry, epsg) }
    const reach = await areas.reach(collection, epsg)
    if (reach === null) return null
    const isNear = isWithin(boxAround(geometry), reach)
    // What goes beyond all features is part of none, and like none.
    if (!isNear && (relation === 's_contains' || relation === 's_equals')) return null
    // Far from home a projection fails or tells lies, so what lies there is cut off: relations are decided at the features.
    const near = isNear ? geometry : await repository.clip(geometry, epsg, reach)
    const stored = near && (await move(near, epsg, storageSrid))
    return stored === null ? null : { kind: 'stored', geometry: stored }
  }

  const boxesToTouch = ({ relation, args: [first, second] }: Spatial): Literal | null => {
    if (relation !== 's_intersects') return null
    const literal = first.kind === 'own' ? second : first
    const isWithOwn = first.kind === 'own' || second.kind === 'own'
    return isWithOwn && literal.kind === 'literal' && literal.boxes !== null ? literal : null
  }

  return {
    resolve: (collection: Collection, expression: Filter): Promise<Filter> =>
      mapPlaces(expression, async (spatial) => {
        const box = boxesToTouch(spatial)
        if (box?.boxes) {
          const found = await areas.resolve(collection, { epsg: box.epsg, boxes: box.boxes, heights: null })
          return { kind: 'touches', areas: found === null ? [] : found.length === 0 ? 'all' : found }
        }
        const [first, second] = spatial.args
        const { relation } = spatial
        const a = await toStored(collection, first, relation)
        const b = await toStored(collection, second, relation)
        return a === null || b === null ? nowhere : { ...spatial, args: [a, b] }
      }),
  }
}
