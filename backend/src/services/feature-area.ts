/**
 * Moves the box of a request to the coordinate system of the data (not the data to the box's), so that the spatial
 * index is used. What cannot be there is found without asking PROJ, which fails far from home: a box that holds
 * all the data is no condition, one beside them is empty, and any other is first cut to where the data are (G11).
 */
import type { Collection } from '../domain/collection.ts'
import type { BoxQuery } from '../domain/feature-query.ts'
import type { Box } from '../domain/probe.ts'
import { isGeographic } from '../geo/crs.ts'
import { type Area, type features, outline, widened } from '../repositories/features.ts'
import { createShelf } from './shelf.ts'

type Located = Collection & { storageSrid: number; extentStorage: Box }

const contains = (a: Box, b: Box) => a[0] <= b[0] && a[1] <= b[1] && a[2] >= b[2] && a[3] >= b[3]
const isDisjoint = (a: Box, b: Box) => a[0] > b[2] || a[2] < b[0] || a[1] > b[3] || a[3] < b[1]

/** Grown on every side by a share of its size, at least by a little. */
const grown = ([west, south, east, north]: Box, share: number): Box => {
  const margin = Math.max(east - west, north - south) * share + 1e-6
  return [west - margin, south - margin, east + margin, north + margin]
}

const cut = (a: Box, b: Box): Box => [
  Math.max(a[0], b[0]),
  Math.max(a[1], b[1]),
  Math.min(a[2], b[2]),
  Math.min(a[3], b[3]),
]

/** PostGIS compares boxes in single precision, rounded outwards: what counts as inside keeps this distance. */
const singlePrecision = (value: number) => Math.abs(value) * 2 ** -21 + 1e-30

const shrunk = ([west, south, east, north]: Box): Box | null => {
  const box: Box = [
    west + singlePrecision(west),
    south + singlePrecision(south),
    east - singlePrecision(east),
    north - singlePrecision(north),
  ]
  return box[0] < box[2] && box[1] < box[3] ? box : null
}

const boxArea = (box: Box, epsg: number): Area => {
  const inner = shrunk(box)
  return { outer: outline(box, epsg, 1), inner: inner && outline(inner, epsg, 1) }
}

const kilometres = (box: Box, epsg: number) =>
  Math.max(box[2] - box[0], box[3] - box[1]) * (isGeographic(epsg) ? 111 : 0.001)

/** A chord of 5 km leaves the arc of the globe by half a metre. */
const stepsFor = (box: Box, epsg: number) => Math.min(64, Math.max(2, Math.ceil(kilometres(box, epsg) / 5)))

/**
 * The greatest box between the four transformed sides, as far as it lies inside them; the points begin at the
 * lower left corner and run counterclockwise, so many to a side.
 */
const innerBox = (points: [number, number][], steps: number): Box | null => {
  const side = (at: number) => points.slice(at * steps, (at + 1) * steps + 1)
  const xs = (at: number) => side(at).map(([x]) => x)
  const ys = (at: number) => side(at).map(([, y]) => y)
  const box: Box = [Math.max(...xs(3)), Math.max(...ys(0)), Math.min(...xs(1)), Math.min(...ys(2))]
  // Sides that were turned round by the projection leave no such box.
  return box[0] < box[2] && box[1] < box[3] ? shrunk(box) : null
}

const polygonArea = (points: [number, number][], steps: number, epsg: number): Area => {
  const inner = innerBox(points, steps)
  return {
    outer: `SRID=${epsg};POLYGON((${points.map((point) => point.join(' ')).join(',')}))`,
    inner: inner && outline(inner, epsg, 1),
  }
}

export const createFeatureAreas = ({ repository }: { repository: ReturnType<typeof features> }) => {
  const extents = createShelf<Box | null>(500)
  const areas = createShelf<Area | null>(500)

  const extentIn = (collection: Located, epsg: number): Promise<Box | null> => {
    if (epsg === collection.storageSrid) return Promise.resolve(collection.extentStorage)
    return extents.get(`${collection.storageSrid} ${epsg} ${collection.extentStorage}`, () =>
      repository.transformBox(collection.extentStorage, collection.storageSrid, epsg),
    )
  }

  const moved = (box: Box, from: number, to: number): Promise<Area | null> =>
    areas.get(`${from} ${to} ${box}`, async () => {
      const steps = stepsFor(box, from)
      const points = await repository.transform(outline(box, from, steps), to)
      return points && polygonArea(points, steps, to)
    })

  /** 'all' and 'none' of the features that have a geometry, or the area they must touch. */
  const resolveOne = async (collection: Located, box: Box, epsg: number): Promise<Area | 'all' | 'none'> => {
    const extent = await extentIn(collection, epsg)
    if (extent === null) return 'none'
    const isSame = epsg === collection.storageSrid
    if (contains(box, isSame ? extent : grown(extent, 0.01))) return 'all'
    const reach = grown(extent, 0.05)
    if (isDisjoint(box, reach)) return 'none'
    if (isSame) return boxArea(cut(box, reach), epsg)
    return (await moved(widened(cut(box, reach)), epsg, collection.storageSrid)) ?? 'none'
  }

  return {
    /** Areas as conditions want them: null is 'nothing matches', an empty list 'everything that has a geometry'. */
    resolve: async (collection: Collection, { boxes, epsg }: BoxQuery): Promise<Area[] | null> => {
      const { storageSrid, extentStorage } = collection
      if (storageSrid === null || extentStorage === null) return null
      const located = { ...collection, storageSrid, extentStorage }
      const found = await Promise.all(boxes.map((box) => resolveOne(located, box, epsg)))
      if (found.includes('all')) return []
      const places = found.filter((one): one is Area => typeof one === 'object')
      return places.length === 0 ? null : places
    },
  }
}

export type FeatureAreas = ReturnType<typeof createFeatureAreas>
