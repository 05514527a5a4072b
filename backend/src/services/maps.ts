/**
 * Maps of collections: what of the data a map shows, how much work one may be, and for how long it is good. A map is kept
 * under the state of the data and of the style it was made of, so that after a replace, an edit or a new style nobody gets
 * an old one.
 */
import { hash } from 'node:crypto'
import type { Pool } from 'pg'
import { createGate } from '../db/pool-share.ts'
import type { CollectionColumn } from '../domain/collection.ts'
import type { Box } from '../domain/probe.ts'
import { generalProblems } from '../domain/problems/general.ts'
import { mapProblems } from '../domain/problems/maps.ts'
import { ogcProblems } from '../domain/problems/ogc.ts'
import { bandNames, type StoredRaster } from '../domain/raster.ts'
import { authorityUri, isGeographic, pointToCrs84 } from '../geo/crs.ts'
import { metresPerUnitOf } from '../geo/crs-units.ts'
import { fromMercator, mercatorHalf, toMercator } from '../geo/mercator.ts'
import { matrixSize, type TileAddress, tileMatrixSets } from '../geo/tile-matrix-sets.ts'
import { type Background, marginOf, type PaintLayer } from '../render/map-job.ts'
import type { MessageJob, PaintedLegend } from '../render/map-legend.ts'
import { type Locate, type MapPlacement, makeMapGrid } from '../render/map-placement.ts'
import type { MapPool } from '../render/map-pool.ts'
import { isStopped, type Limits } from '../render/paint/budget.ts'
import type { ImageFormat } from '../render/paint/encode.ts'
import { isInScale } from '../render/paint/paint.ts'
import { plainView, scaleDenominatorOf, unitsPerPixel, type View } from '../render/paint/view.ts'
import type { PublishedCollection } from '../repositories/collections.ts'
import { features, isTableGone, isTransformFailure } from '../repositories/features.ts'
import { type MapRowsRequest, mapFeatures } from '../repositories/map-features.ts'
import type { WholeRows } from '../repositories/whole-rows.ts'
import type { StyleLoss } from '../styles/finding.ts'
import type { Style } from '../styles/model.ts'
import { bandsUsed } from '../styles/raster-bands.ts'
import { propertiesOf } from '../styles/used-properties.ts'
import type { Collections } from './collections.ts'
import { createFeatureAreas, type Placed } from './feature-area.ts'
import { isRasterGone, type Rasters } from './rasters.ts'
import { chosenStyle, type DrawableStyle, type StyleModels } from './style-models.ts'
import { createMadeCache } from './tile-cache.ts'

export type MapsParts = {
  database: { kind: 'embedded' | 'postgresql'; readPool: Pool }
  collections: Pick<Collections, 'reload'>
  styleModels: Pick<StyleModels, 'ofCollection'>
  rasters: Pick<Rasters, 'readForMap'>
  pool: MapPool
  limits?: Partial<MapsLimits>
}

export type MapsLimits = {
  cacheBytes: number
  /** Maps that are made at the same time, that may wait for it, and for how long. */
  atOnce: number
  waiting: number
  waitSeconds: number
  /** A map that takes longer is given up. */
  seconds: number
  /** Of the rows of one map. */
  rows: number
  bytes: number
}

const standardLimits: Record<'embedded' | 'postgresql', MapsLimits> = {
  postgresql: {
    cacheBytes: 96 * 1024 * 1024,
    atOnce: 4,
    waiting: 256,
    waitSeconds: 10,
    seconds: 15,
    rows: 100_000,
    bytes: 64 * 1024 * 1024,
  },
  // Holds the whole answer of a statement in memory, beside everything else.
  embedded: {
    cacheBytes: 48 * 1024 * 1024,
    atOnce: 2,
    waiting: 256,
    waitSeconds: 10,
    seconds: 15,
    rows: 60_000,
    bytes: 24 * 1024 * 1024,
  },
}

/** Goes up when maps of the same data look different than before. */
const version = 1

/** Of a picture. */
export const mostWidth = 4096
export const mostPixels = 4096 * 4096
export const mostLayers = 20

/** Tiles side by side in a picture whose labels are placed together. */
const metatileSide = 4
export const tilePixels = 256

const paintLimits: Limits = {
  timeMs: 12_000,
  features: 200_000,
  vertices: 20_000_000,
  symbols: 1_000_000,
}

/** Room for symbols around the picture ends here. */
const mostMargin = 1024
/** What is missed by less than this, in pixels, nobody sees. */
const tolerance = 0.1
/** Smaller features are left to chance when there are too many. */
const alwaysPixels = 4

/** The lowest first. `styleId` null is the default style. */
export type MapLayer = { collection: PublishedCollection; styleId: string | null }

export type MapLook = {
  epsg: number
  /** In x/y order, whatever the system's axes. */
  box: Box
  width: number
  height: number
  /** Pixels for one of 0.28 mm. */
  pixelRatio: number
  background: Background
  format: ImageFormat
}

export type MapTileLook = {
  address: TileAddress
  /** 1: 256 pixels; 2: 512, with everything twice as large. */
  pixelRatio: 1 | 2
  background: Background
  format: ImageFormat
}

type MadeMap = { images: Uint8Array<ArrayBuffer>[]; labels: number; losses: StyleLoss[] }
export type ServedMap = { image: Uint8Array<ArrayBuffer>; labels: number; losses: StyleLoss[] }

/** `Raster` collections have no table; whoever reads their files says what a map needs of them. */
export const hasMap = ({ storageSrid, extentStorage }: PublishedCollection): boolean =>
  storageSrid !== null && extentStorage !== null

/** A style of the collection, or a problem that names those there are. */
export const demandStyle = (collection: PublishedCollection, styleId: string | null) => {
  if (collection.storageSrid === null) throw mapProblems.mapHasNoPlace({ collection: collection.id })
  const chosen = chosenStyle(collection, styleId)
  if (chosen === null)
    throw mapProblems.mapStyleUnknown({
      style: styleId ?? '',
      collection: collection.id,
      known:
        collection.styles.length > 0 ? collection.styles.map(({ id }) => id) : ['none but the plain one'],
    })
  return chosen
}

const layersKey = (layers: readonly MapLayer[]): string =>
  layers
    .map(({ collection, styleId }) => {
      const { id, createdAt, revision } = collection
      const style = demandStyle(collection, styleId)
      return `${id} ${createdAt} ${revision} ${style.id}@${style.version}`
    })
    .join('\n')

/** Changes with everything the map depends on. */
export const mapKey = (layers: readonly MapLayer[], look: MapLook): string =>
  hash('sha256', JSON.stringify([version, layersKey(layers), look]), 'base64url')

export const mapTileKey = (layers: readonly MapLayer[], look: MapTileLook): string =>
  hash('sha256', JSON.stringify([version, 'tile', layersKey(layers), look]), 'base64url')

const viewOf = ({ epsg, box, width, height, pixelRatio }: Omit<MapLook, 'background' | 'format'>): View =>
  plainView({ box, width, height, pixelRatio, metresPerUnit: metresPerUnitOf(epsg) })

/** Whether something of the style is text at this scale. */
const hasLabels = ({ featureTypeStyles }: Style, view: View): boolean => {
  const scale = scaleDenominatorOf(view)
  return featureTypeStyles.some(({ rules }) =>
    rules.some((rule) => isInScale(rule, scale) && rule.symbolizers.some(({ kind }) => kind === 'text')),
  )
}

const tileEpsg = { WebMercatorQuad: 3857, WorldCRS84Quad: 4326 } as const

type Block = { zoom: number; column: number; row: number; side: number }

/** Where tiles of a block lie, as one picture. */
const blockLook = (
  { address, pixelRatio, background, format }: MapTileLook,
  { column, row, side }: Block,
): MapLook => {
  const { tileMatrixSetId, zoom } = address
  const { origin, cellSize } = tileMatrixSets[tileMatrixSetId]
  const size = (tilePixels * cellSize) / 2 ** zoom
  return {
    epsg: tileEpsg[tileMatrixSetId],
    box: [
      origin[0] + column * size,
      origin[1] - (row + side) * size,
      origin[0] + (column + side) * size,
      origin[1] - row * size,
    ],
    width: side * tilePixels * pixelRatio,
    height: side * tilePixels * pixelRatio,
    pixelRatio,
    background,
    format,
  }
}

const singleTile = ({ zoom, column, row }: TileAddress): Block => ({ zoom, column, row, side: 1 })

/** Those whose labels are placed together: four by four, fewer where the matrix has no more. */
const metatileOf = ({ tileMatrixSetId, zoom, column, row }: TileAddress): Block => {
  const side = Math.min(metatileSide, matrixSize(tileMatrixSetId, zoom).rows)
  return { zoom, column: column - (column % side), row: row - (row % side), side }
}

const areaOf = ([west, south, east, north]: Box) => Math.max(0, east - west) * Math.max(0, north - south)

const grownBy = ([west, south, east, north]: Box, x: number, y: number): Box => [
  west - x,
  south - y,
  east + x,
  north + y,
]

/** The box of systems whose east meets their west. */
const worldOf = (epsg: number): Box | null => {
  if (isGeographic(epsg)) return [-180, -90, 180, 90]
  return epsg === 3857 ? [-mercatorHalf, -mercatorHalf, mercatorHalf, mercatorHalf] : null
}

/** By how much the data lie further east on the map than in the world: also by a whole turn where it goes beyond its edge. */
const shiftsOf = ({ epsg, box }: Pick<MapLook, 'epsg' | 'box'>): number[] => {
  const world = worldOf(epsg)
  if (world === null) return [0]
  const turn = world[2] - world[0]
  return [-turn, 0, turn].filter((shift) => box[0] < world[2] + shift && box[2] > world[0] + shift)
}

/** Where there are places in the system; null where nobody can tell, or all round the globe. */
export const validArea = (epsg: number): Box | null => {
  const world = worldOf(epsg)
  return world && [Number.NEGATIVE_INFINITY, world[1], Number.POSITIVE_INFINITY, world[3]]
}

const columnsOf = ({ columns }: PublishedCollection, style: Style): CollectionColumn[] => {
  const used = new Set(propertiesOf(style))
  return columns.filter(({ name, type }) => used.has(name) && type !== 'binary')
}

/** Of features that are too large together, not too many. */
const leastShareOfLarge = 1 / 256

const sampled = (title: string, shown: number, all: number): StyleLoss => ({
  code: 'FEATURES_SAMPLED',
  verdict: 'approximated',
  message: `Of ${title} about ${shown} features of ${all} are shown: the others are smaller than ${alwaysPixels} pixels, and too many for one map.`,
})

export const createMaps = ({
  database,
  collections,
  styleModels,
  rasters,
  pool,
  limits: given,
}: MapsParts) => {
  const limits = { ...standardLimits[database.kind], ...given }
  const repository = features(database.readPool)
  const areas = createFeatureAreas({ repository })
  const rowsOf = mapFeatures(database.readPool, { canCancel: database.kind === 'postgresql' })
  const cache = createMadeCache<MadeMap>({
    mostBytes: limits.cacheBytes,
    bytesOf: ({ images }) => images.reduce((sum, image) => sum + image.length, 0),
  })
  const gate = createGate(
    { most: limits.atOnce, waiting: limits.waiting, waitMs: limits.waitSeconds * 1000 },
    'Too many maps are being drawn.',
  )
  const margins = new WeakMap<Style, Map<string, number>>()

  /** Compiling a style for its margin costs a millisecond or two; tiles of a zoom level have the same one. */
  const marginFor = (style: Style, view: View): number => {
    const known = margins.get(style) ?? new Map<string, number>()
    margins.set(style, known)
    const key = `${scaleDenominatorOf(view).toPrecision(4)} ${view.pixelRatio}`
    const found = known.get(key) ?? Math.min(mostMargin, marginOf(style, view))
    if (known.size > 100) known.clear()
    known.set(key, found)
    return found
  }

  /** Where on the map data may be, in their own system. Web Mercator is degrees, bent: that spares asking PostGIS. */
  const placeOf = (collection: PublishedCollection, box: Box, epsg: number): Promise<Placed | null> => {
    if (epsg !== 3857 || collection.storageSrid === 3857) return areas.place(collection, box, epsg)
    const [west, south] = fromMercator(box[0], box[1])
    const [east, north] = fromMercator(box[2], box[3])
    return areas.place(collection, [west, south, east, north], 4326)
  }

  const locateIn = (from: number, to: number, isKnownToUs: boolean): Locate => {
    if (isKnownToUs && (to === 4326 || to === 3857))
      return async (points) =>
        points.map(([x, y]) => {
          const degrees = pointToCrs84(x, y, from)
          return degrees && (to === 4326 ? degrees : toMercator(degrees[0], degrees[1]))
        })
    return async (points) => (await repository.transform(points, from, to)) ?? points.map(() => null)
  }

  /** null where a part of the data's box has no place on the map: then PostGIS moves what it can. */
  const placementOf = async (
    from: number,
    to: number,
    placed: Placed,
    unitsMissed: number,
  ): Promise<MapPlacement | null> => {
    if (from === to) return { kind: 'same' }
    if (from === 4326 && to === 3857) return { kind: 'degrees-to-mercator' }
    if (from === 3857 && to === 4326) return { kind: 'mercator-to-degrees' }
    const grid = await makeMapGrid(placed.box, locateIn(from, to, placed.isKnownToUs), unitsMissed)
    return grid && { kind: 'grid', grid, from, to }
  }

  /** Fetches fewer vertices, and then a smaller share, until it is little enough; the same data give the same share. */
  const fetchRows = async (
    collection: PublishedCollection,
    wanted: Pick<MapRowsRequest, 'columns' | 'srid'> & {
      placed: Placed
      unitsPerPixel: number
      bytes: number
    },
    signal: AbortSignal,
  ): Promise<WholeRows & { share: number }> => {
    const { placed, columns, srid, bytes } = wanted
    const { extentStorage, featureCount } = collection
    const part = extentStorage && !placed.isAll ? areaOf(placed.box) / (areaOf(extentStorage) || 1) : 1
    const expected = featureCount * Math.min(1, part)
    let thinning: number | null = null
    for (let share = expected > 4 * limits.rows ? limits.rows / expected : 1; ; ) {
      const found = await rowsOf.fetch(
        collection,
        {
          box: placed.isAll ? null : placed.box,
          columns,
          mostRows: limits.rows,
          mostBytes: bytes,
          // When sampling alone does not help, large features are sampled too.
          sample:
            share === 1
              ? null
              : { share, size: share < 1e-4 ? Number.MAX_VALUE : alwaysPixels * wanted.unitsPerPixel },
          thinning,
          cutTo: placed.isAll ? null : placed.box,
          srid,
        },
        signal,
      )
      if (!found.hasMore) return { ...found, share }
      // A map of a few crumbs says nothing of features so large that hardly any of them fit.
      if (share < 1e-6 || (found.isTooLarge && thinning !== null && share < leastShareOfLarge))
        throw mapProblems.mapTooDetailed({ why: `the features of '${collection.id}' there are too large` })
      if (found.isTooLarge && thinning === null) thinning = wanted.unitsPerPixel / 2
      else share /= 4
    }
  }

  /** Where the map goes round the world once more, the raster lies there again. */
  const prepareRaster = async (
    raster: StoredRaster,
    { style, resources }: Pick<DrawableStyle, 'style' | 'resources'>,
    { view, epsg, shift }: { view: View; epsg: number; shift: number },
    signal: AbortSignal,
  ): Promise<{ layer: PaintLayer; losses: StyleLoss[] } | null> => {
    const { width, height } = view
    const [west, south, east, north] = view.box
    const found = await rasters.readForMap(
      raster,
      { box: [west - shift, south, east - shift, north], width, height, epsg },
      { bands: bandsUsed(style, bandNames(raster)), signal },
    )
    if (found === null) return null
    const box: Box = [found.box[0] + shift, found.box[1], found.box[2] + shift, found.box[3]]
    return { layer: { kind: 'raster', style, resources, raster: { ...found, box } }, losses: [] }
  }

  const prepareLayer = async (
    { collection }: MapLayer,
    { style, resources }: DrawableStyle,
    { view, epsg, bytes, shift }: { view: View; epsg: number; bytes: number; shift: number },
    signal: AbortSignal,
  ): Promise<{ layer: PaintLayer; losses: StyleLoss[] } | null> => {
    const { storageSrid } = collection
    if (storageSrid === null) return null
    if (collection.raster !== null)
      return prepareRaster(collection.raster, { style, resources }, { view, epsg, shift }, signal)
    const margin = marginFor(style, view)
    const perX = unitsPerPixel(view)
    const perY = (view.box[3] - view.box[1]) / view.height
    const [west, south, east, north] = grownBy(view.box, margin * perX, margin * perY)
    const placed = await placeOf(collection, [west - shift, south, east - shift, north], epsg)
    if (placed === null) return null
    const placement = await placementOf(storageSrid, epsg, placed, tolerance * Math.min(perX, perY))
    const columns = columnsOf(collection, style)
    const perPixel = (Math.min(perX, perY) * view.metresPerUnit) / metresPerUnitOf(storageSrid)
    const { rows, count, share } = await fetchRows(
      collection,
      { placed, columns, unitsPerPixel: perPixel, bytes, srid: placement === null ? epsg : null },
      signal,
    )
    if (count === 0) return null
    return {
      layer: {
        kind: 'features',
        style,
        resources,
        rows,
        columns: columns.map(({ name, type }) => ({ name, type })),
        placement: placement ?? { kind: 'same' },
        shift,
      },
      losses: share === 1 ? [] : [sampled(collection.title, count, collection.featureCount)],
    }
  }

  const drawableOf = async ({ collection, styleId }: MapLayer): Promise<DrawableStyle> => {
    const chosen = demandStyle(collection, styleId)
    const drawable = await styleModels.ofCollection(collection.id, chosen.id)
    // It was taken off the collection a moment ago.
    if (drawable === null) throw generalProblems.notFound({ what: 'style', id: chosen.id })
    return drawable
  }

  const makeMap = async (
    layers: readonly MapLayer[],
    { view, look, cut }: { view: View; look: MapLook; cut: { columns: number; rows: number } | null },
    signal: AbortSignal,
    styleOf = drawableOf,
  ): Promise<MadeMap> => {
    const prepared: PaintLayer[] = []
    const losses: StyleLoss[] = []
    let bytes = limits.bytes
    for (const layer of layers) {
      const drawable = await styleOf(layer)
      for (const shift of shiftsOf(look)) {
        const found = await prepareLayer(layer, drawable, { view, epsg: look.epsg, bytes, shift }, signal)
        if (found === null) continue
        prepared.push(found.layer)
        losses.push(...found.losses)
        if (found.layer.kind === 'features') bytes -= found.layer.rows.length
        if (bytes <= 0) throw mapProblems.mapTooDetailed({ why: 'its layers together are too large' })
      }
    }
    const { background, format } = look
    const painted = await pool.paint(
      { layers: prepared, view, background, format, cut, limits: paintLimits },
      signal,
    )
    return { ...painted, losses: [...losses, ...painted.losses] }
  }

  const translated = (error: unknown, epsg: number): unknown => {
    if (isStopped(error)) {
      if (error.stopped === 'time')
        return generalProblems.unavailable(
          { why: 'This map takes too long to draw.', retryAfterSeconds: 10 },
          { cause: error },
        )
      if (error.stopped === 'cancelled') return error
      const why = /(?<=: ).*(?=\.$)/.exec(error.message)?.[0] ?? error.message
      return mapProblems.mapTooDetailed({ why }, { cause: error })
    }
    return isTransformFailure(error)
      ? ogcProblems.crsCannotHoldData({ crs: authorityUri(epsg) }, { cause: error })
      : error
  }

  const inTime =
    (epsg: number, make: (signal: AbortSignal) => Promise<MadeMap>) =>
    (signal: AbortSignal): Promise<MadeMap> =>
      gate.through(async () => {
        const late = AbortSignal.timeout(limits.seconds * 1000)
        try {
          return await make(AbortSignal.any([signal, late]))
        } catch (error) {
          if (late.aborted && !signal.aborted)
            throw generalProblems.unavailable(
              { why: `This map took longer than ${limits.seconds} s to draw.`, retryAfterSeconds: 10 },
              { cause: error },
            )
          throw translated(error, epsg)
        }
      }, signal)

  /** Once more with what is there now, when a table was replaced in between. */
  const withLayers = async <Answer>(
    layers: readonly MapLayer[],
    ask: (layers: readonly MapLayer[]) => Promise<Answer>,
  ): Promise<Answer> => {
    try {
      return await ask(layers)
    } catch (error) {
      if (!isTableGone(error) && !isRasterGone(error)) throw error
      const present: MapLayer[] = []
      for (const { collection, styleId } of layers) {
        const found = await collections.reload(collection.id)
        if (found === undefined) throw generalProblems.notFound({ what: 'collection', id: collection.id })
        present.push({ collection: found, styleId })
      }
      return ask(present)
    }
  }

  const served = ({ images, labels, losses }: MadeMap, at: number): ServedMap => ({
    image: images[at] ?? new Uint8Array(),
    labels,
    losses,
  })

  const getTile = async (
    layers: readonly MapLayer[],
    look: MapTileLook,
    signal: AbortSignal,
  ): Promise<ServedMap> => {
    const { address, pixelRatio } = look
    const drawables = await Promise.all(layers.map(drawableOf))
    const own = viewOf(blockLook(look, singleTile(address)))
    const block = drawables.some(({ style }) => hasLabels(style, own))
      ? metatileOf(address)
      : singleTile(address)
    const whole = blockLook(look, block)
    const pixels = tilePixels * pixelRatio
    const view: View = { ...viewOf(whole), origin: { x: block.column * pixels, y: block.row * pixels } }
    const first = { ...address, column: block.column, row: block.row }
    const key = `${mapTileKey(layers, { ...look, address: first })} ${block.side}`
    const cut = { columns: block.side, rows: block.side }
    const made = await cache.get(
      key,
      inTime(whole.epsg, (stop) => makeMap(layers, { view, look: whole, cut }, stop)),
      signal,
    )
    return served(made, (address.row - block.row) * block.side + address.column - block.column)
  }

  return {
    /** A map, kept or made. */
    get: (layers: readonly MapLayer[], look: MapLook, signal: AbortSignal): Promise<ServedMap> =>
      withLayers(layers, async (present) => {
        const make = inTime(look.epsg, (stop) =>
          makeMap(present, { view: viewOf(look), look, cut: null }, stop),
        )
        return served(await cache.get(mapKey(present, look), make, signal), 0)
      }),

    /** A map in a style that the collection has not got: somebody tries one out. Nothing is kept. */
    preview: (
      layer: MapLayer,
      drawable: DrawableStyle,
      look: MapLook,
      signal: AbortSignal,
    ): Promise<ServedMap> =>
      withLayers([layer], async (present) => {
        const styleOf = async () => drawable
        const make = inTime(look.epsg, (stop) =>
          makeMap(present, { view: viewOf(look), look, cut: null }, stop, styleOf),
        )
        return served(await make(signal), 0)
      }),

    /** A tile of the map, kept or made; the address is one of the matrix. */
    getTile: (layers: readonly MapLayer[], look: MapTileLook, signal: AbortSignal): Promise<ServedMap> =>
      withLayers(layers, (present) => getTile(present, look, signal)),

    /** The legend of one style of a collection. */
    legend: async (
      layer: MapLayer,
      look: {
        width: number
        height: number
        pixelRatio: number
        scaleDenominator: number | null
        background: string | null
        format: ImageFormat
      },
      signal: AbortSignal,
    ): Promise<PaintedLegend> => {
      const { style, resources } = await drawableOf(layer)
      try {
        return await gate.through(
          () =>
            pool.legend(
              { style, resources, title: layer.collection.title, limits: paintLimits, ...look },
              signal,
            ),
          signal,
        )
      } catch (error) {
        throw translated(error, 4326)
      }
    },

    /** A picture that says why there is no map. */
    message: (text: string, look: Omit<MessageJob, 'text'>): Promise<Uint8Array<ArrayBuffer>> =>
      pool.message({ text, ...look }),

    /** Where the data of a collection are in another system, with a little room; null where they have no place in it. */
    reach: areas.reach,

    close: pool.close,
  }
}

export type Maps = ReturnType<typeof createMaps>
