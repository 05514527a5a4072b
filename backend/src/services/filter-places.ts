/**
 * Moves the geometries of a filter to the coordinate system of the data (never the data to theirs), so that the spatial
 * index is used; boxes to intersect go the way that `bbox` goes.
 */
import type { Geometry } from '../cql2/ast.ts'
import { type Filter, mapPlaces, type Place } from '../cql2/filter.ts'
import { densified } from '../cql2/geometry.ts'
import type { Collection } from '../domain/collection.ts'
import { isGeographic } from '../geo/crs.ts'
import { ewktOf, type features } from '../repositories/features.ts'
import type { FeatureAreas } from './feature-area.ts'
import { createShelf } from './shelf.ts'

type Literal = Extract<Place, { kind: 'literal' }>
type Spatial = Extract<Filter, { kind: 'spatial' }>

/** No feature that has a geometry; unknown for the others. */
const nowhere: Filter = { kind: 'touches', areas: [] }

/** A chord of 5 km leaves the arc of the globe by half a metre. */
const longestEdge = (epsg: number) => (isGeographic(epsg) ? 0.045 : 5000)

export type FilterPlacesParts = { repository: ReturnType<typeof features>; areas: FeatureAreas }

export const createFilterPlaces = ({ repository, areas }: FilterPlacesParts) => {
  const moved = createShelf<string | null>(200)

  const move = (geometry: Geometry, from: number, to: number): Promise<string | null> =>
    moved.get(`${to} ${ewktOf(geometry, from)}`, () =>
      repository.transformGeometry(densified(geometry, longestEdge(from)), from, to),
    )

  /** Far from home a projection fails: then the part near the data is enough, as far as the relation is decided there. */
  const moveNearPart = async (
    collection: Collection,
    { epsg, geometry }: Literal,
    to: number,
  ): Promise<string | null> => {
    const reach = await areas.reach(collection, epsg)
    const near = reach && (await repository.clip(geometry, epsg, reach))
    return near && move(near, epsg, to)
  }

  const toStored = async (
    collection: Collection,
    place: Place,
    relation: Spatial['relation'],
  ): Promise<Place | null> => {
    if (place.kind !== 'literal') return place
    const { storageSrid } = collection
    if (storageSrid === null || storageSrid === place.epsg)
      return { kind: 'stored', geometry: ewktOf(place.geometry, place.epsg) }
    const whole = await move(place.geometry, place.epsg, storageSrid)
    if (whole !== null) return { kind: 'stored', geometry: whole }
    // What reaches beyond all features is in none of them, nor like one.
    if (relation === 's_contains' || relation === 's_equals') return null
    const near = await moveNearPart(collection, place, storageSrid)
    return near === null ? null : { kind: 'stored', geometry: near }
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
