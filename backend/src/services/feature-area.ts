/**
 * Moves the box of a request to the coordinate system of the data (not the data to the box's), so that the spatial
 * index is used. What cannot be there is found without asking PROJ, which fails far from home: a box that holds
 * all the data is no condition, one beside them is empty, and any other is first cut to where the data are (G11).
 */
import type { Collection } from '../domain/collection.ts'
import type { Area, BoxQuery } from '../domain/feature-query.ts'
import type { Box } from '../domain/probe.ts'
import { isGeographic, pointFromCrs84 } from '../geo/crs.ts'
import { boxText, type features, outlinePoints, type Point, polygonText } from '../repositories/features.ts'
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
  return { outer: boxText(box, epsg), inner: inner && boxText(inner, epsg) }
}

/** A line or a point as a box that has an area. */
const widened = ([west, south, east, north]: Box): Box => {
  const w = west === east ? Math.abs(west) * 1e-12 + 1e-9 : 0
  const h = south === north ? Math.abs(south) * 1e-12 + 1e-9 : 0
  return [west - w, south - h, east + w, north + h]
}

const boxAround = (points: Point[]): Box => {
  const xs = points.map(([x]) => x)
  const ys = points.map(([, y]) => y)
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)]
}

const kilometres = (box: Box, epsg: number) =>
  Math.max(box[2] - box[0], box[3] - box[1]) * (isGeographic(epsg) ? 111 : 0.001)

/** A chord of 5 km leaves the arc of the globe by half a metre. */
const stepsFor = (box: Box, epsg: number) => Math.min(64, Math.max(2, Math.ceil(kilometres(box, epsg) / 5)))

/**
 * The greatest box between the four transformed sides, as far as it lies inside them; the points begin at the
 * lower left corner and run counterclockwise, so many to a side.
 */
const innerBox = (points: Point[], steps: number): Box | null => {
  const side = (at: number) => points.slice(at * steps, (at + 1) * steps + 1)
  const xs = (at: number) => side(at).map(([x]) => x)
  const ys = (at: number) => side(at).map(([, y]) => y)
  const box: Box = [Math.max(...xs(3)), Math.max(...ys(0)), Math.min(...xs(1)), Math.min(...ys(2))]
  // Sides that were turned round by the projection leave no such box.
  return box[0] < box[2] && box[1] < box[3] ? shrunk(box) : null
}

const polygonArea = (points: Point[], steps: number, epsg: number): Area => {
  const inner = innerBox(points, steps)
  return { outer: polygonText(points, epsg), inner: inner && boxText(inner, epsg) }
}

/** What the data look like from another system. */
type View = {
  extent: Box
  /** Whether proj4 places points there as PostGIS does, to a hundredth of what coordinates are served with. */
  isKnownToUs: boolean
}

const unitsApart = 1e-6

const agree = (seen: Point, found: Point | null): boolean =>
  found !== null && Math.abs(seen[0] - found[0]) < unitsApart && Math.abs(seen[1] - found[1]) < unitsApart

/** Points of CRS84 in a projected system, without asking the database; null where proj4 knows no place for one. */
const projected = (points: Point[], epsg: number): Point[] | null => {
  const found: Point[] = []
  for (const [lon, lat] of points) {
    const point = pointFromCrs84(lon, lat, epsg)
    if (point === null) return null
    found.push(point)
  }
  return found
}

export type Placed = { box: Box; isAll: boolean; isKnownToUs: boolean }

export const createFeatureAreas = ({ repository }: { repository: ReturnType<typeof features> }) => {
  const views = createShelf<View | null>(500)
  const areas = createShelf<Area | null>(500)

  const look = async ({ storageSrid, extentStorage }: Located, epsg: number): Promise<View | null> => {
    const outline = outlinePoints(widened(extentStorage), 16)
    const seen = await repository.transform(outline, storageSrid, epsg)
    if (seen === null) return null
    const isKnownToUs =
      epsg === 4326 &&
      !isGeographic(storageSrid) &&
      seen.every(([lon, lat], at) =>
        agree(outline[at] ?? [Number.NaN, 0], pointFromCrs84(lon, lat, storageSrid)),
      )
    return { extent: boxAround(seen), isKnownToUs }
  }

  const viewFrom = (collection: Located, epsg: number): Promise<View | null> =>
    epsg === collection.storageSrid
      ? Promise.resolve({ extent: collection.extentStorage, isKnownToUs: true })
      : views.get(`${collection.storageSrid} ${epsg} ${collection.extentStorage}`, () =>
          look(collection, epsg),
        )

  const moved = (box: Box, view: View, from: number, to: number): Promise<Area | null> =>
    areas.get(`${from} ${to} ${box}`, async () => {
      const steps = stepsFor(box, from)
      const outline = outlinePoints(box, steps)
      const points =
        (view.isKnownToUs && projected(outline, to)) || (await repository.transform(outline, from, to))
      return points && polygonArea(points, steps, to)
    })

  /** 'all' and 'none' of the features that have a geometry, or the area they must touch. */
  const resolveOne = async (collection: Located, box: Box, epsg: number): Promise<Area | 'all' | 'none'> => {
    const view = await viewFrom(collection, epsg)
    if (view === null) return 'none'
    const { extent } = view
    const isSame = epsg === collection.storageSrid
    if (contains(box, isSame ? extent : grown(extent, 0.01))) return 'all'
    const reach = grown(extent, 0.05)
    if (isDisjoint(box, reach)) return 'none'
    if (isSame) return boxArea(cut(box, reach), epsg)
    return (await moved(widened(cut(box, reach)), view, epsg, collection.storageSrid)) ?? 'none'
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

    /**
     * The part of a box, of CRS84 if no other system is named, where data may be, as the box around it in their own system:
     * whether that is all of them, and whether proj4 leads back as PostGIS does. Null where there are none.
     */
    place: async (collection: Collection, box: Box, epsg = 4326): Promise<Placed | null> => {
      const { storageSrid, extentStorage } = collection
      if (storageSrid === null || extentStorage === null) return null
      const view = await viewFrom({ ...collection, storageSrid, extentStorage }, epsg)
      const whole = grown(extentStorage, 0.01)
      if (view === null) return null
      const { extent, isKnownToUs } = view
      if (contains(box, grown(extent, 0.01))) return { box: whole, isAll: true, isKnownToUs }
      const reach = grown(extent, 0.05)
      if (isDisjoint(box, reach)) return null
      const part = widened(cut(box, reach))
      if (storageSrid === epsg) return { box: part, isAll: false, isKnownToUs }
      const outline = outlinePoints(part, stepsFor(part, epsg))
      const points =
        (isKnownToUs && projected(outline, storageSrid)) ||
        (await repository.transform(outline, epsg, storageSrid))
      if (points === null || isDisjoint(boxAround(points), whole)) return null
      return { box: widened(cut(boxAround(points), whole)), isAll: false, isKnownToUs }
    },

    /** Where the data are in another system, with room around them; null where they have no place in it. */
    reach: async (collection: Collection, epsg: number): Promise<Box | null> => {
      const { storageSrid, extentStorage } = collection
      if (storageSrid === null || extentStorage === null) return null
      const view = await viewFrom({ ...collection, storageSrid, extentStorage }, epsg)
      return view && grown(view.extent, 0.05)
    },
  }
}

export type FeatureAreas = ReturnType<typeof createFeatureAreas>
