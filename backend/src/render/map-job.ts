/**
 * One map from beginning to end, as a thread of the pool paints it: layer over layer, each with its own style and labels,
 * over a background; whole, or cut into tiles.
 */
import type { Box } from '../domain/probe.ts'
import type { StyleLoss } from '../styles/finding.ts'
import type { Style } from '../styles/model.ts'
import { featuresOfMap, type MapRows } from './map-rows.ts'
import { type Budget, createBudget, type Limits } from './paint/budget.ts'
import { canvasOf } from './paint/canvas.ts'
import { encode, type ImageFormat } from './paint/encode.ts'
import type { PaintFeature } from './paint/feature.ts'
import { createLosses } from './paint/losses.ts'
import { compileStyle, isInScale, type Pixels, paintFeatures } from './paint/paint.ts'
import { type Resources, readPictures } from './paint/pictures.ts'
import { paintRaster, type Raster } from './paint/raster.ts'
import { bytesOf, createSurface, laySurface, paintArea, type Surface } from './paint/surface.ts'
import { scaleDenominatorOf, type View } from './paint/view.ts'

export type StyledLayer = { style: Style; resources: Resources }

export type PaintLayer = StyledLayer &
  (
    | ({ kind: 'features' } & MapRows)
    /** In the system of the map. */
    | { kind: 'raster'; raster: Raster }
  )

export type Background = {
  /** CSS colours; null for none. */
  color: string | null
  /** Where the system of the map has no places. */
  void: string | null
  /** The part of the map that has places, in the map's system; null for all of it. */
  valid: Box | null
}

export type MapJob = {
  /** The lowest first. */
  layers: PaintLayer[]
  view: View
  background: Background
  format: ImageFormat
  /** So many tiles side by side, of equal size; null for one picture. */
  cut: { columns: number; rows: number } | null
  limits: Limits
}

export type PaintedMap = {
  /** The picture, or the tiles row by row. */
  images: Uint8Array<ArrayBuffer>[]
  labels: number
  losses: StyleLoss[]
}

type Layered = { surface: Surface; labels: number; losses: StyleLoss[] }

const paintFeatureLayer = async (
  { style, resources, ...rows }: Extract<PaintLayer, { kind: 'features' }>,
  view: View,
  budget: Budget,
): Promise<Layered> => {
  const fields = rows.columns.map(({ name }) => name)
  const missing = createLosses()
  const pictures = await readPictures(style, resources, missing)
  const programme = compileStyle(style, view, { fields, pictures })
  const features: PaintFeature[] = featuresOfMap(rows)
  const { surface, labels } = paintFeatures(programme, { fields, features }, budget)
  return { surface, labels, losses: [...missing.list(), ...programme.losses()] }
}

const drawPixels = ({ context }: Surface, { rgba, width, height }: Pixels): void => {
  context.drawImage(canvasOf({ width, height, rgba }), 0, 0)
}

const paintRasterLayer = (
  { style, raster }: Extract<PaintLayer, { kind: 'raster' }>,
  view: View,
  budget: Budget,
): Layered => {
  const losses = createLosses()
  const scale = scaleDenominatorOf(view)
  const surface = createSurface(view.width, view.height, budget)
  surface.context.globalAlpha = Math.max(0, Math.min(1, style.opacity ?? 1))
  for (const { rules } of style.featureTypeStyles)
    for (const rule of rules)
      for (const symbolizer of rule.symbolizers) {
        budget.check()
        if (symbolizer.kind === 'raster' && isInScale(rule, scale))
          drawPixels(surface, paintRaster(symbolizer, raster, view, losses))
      }
  return { surface, labels: 0, losses: losses.list() }
}

const fillBackground = (surface: Surface, { box, width, height }: View, background: Background) => {
  const { color, valid } = background
  if (background.void !== null) paintArea(surface, { left: 0, top: 0, width, height }, background.void)
  const within = (pixels: number, most: number) => Math.min(most, Math.max(0, Math.round(pixels)))
  const [west, south, east, north] = valid ?? box
  const left = within(((west - box[0]) / (box[2] - box[0])) * width, width)
  const right = within(((east - box[0]) / (box[2] - box[0])) * width, width)
  const top = within(((box[3] - north) / (box[3] - box[1])) * height, height)
  const bottom = within(((box[3] - south) / (box[3] - box[1])) * height, height)
  if (right <= left || bottom <= top) return
  paintArea(surface, { left, top, width: right - left, height: bottom - top }, color)
}

const tilesOf = ({ width, height }: View, cut: MapJob['cut']) => {
  const { columns, rows } = cut ?? { columns: 1, rows: 1 }
  const [tileWidth, tileHeight] = [width / columns, height / rows]
  return Array.from({ length: columns * rows }, (_, n) => ({
    left: (n % columns) * tileWidth,
    top: Math.floor(n / columns) * tileHeight,
    width: tileWidth,
    height: tileHeight,
  }))
}

export const paintMap = async (job: MapJob, isCancelled: () => boolean): Promise<PaintedMap> => {
  const { layers, view, background, format, cut, limits } = job
  const budget = createBudget({ limits, now: () => performance.now(), isCancelled })
  const whole = createSurface(view.width, view.height, budget, { isPlain: true })
  fillBackground(whole, view, background)
  const losses: StyleLoss[] = []
  let labels = 0
  for (const layer of layers) {
    const painted =
      layer.kind === 'raster'
        ? paintRasterLayer(layer, view, budget)
        : await paintFeatureLayer(layer, view, budget)
    laySurface(whole, painted.surface, 1)
    losses.push(...painted.losses)
    labels += painted.labels
  }
  budget.check()
  const images = await Promise.all(
    tilesOf(view, cut).map((part) =>
      encode({ width: part.width, height: part.height, rgba: bytesOf(whole, part) }, format),
    ),
  )
  return { images, labels, losses }
}

/** Room that features need around the picture, in pixels of it; pictures of unknown size are taken for small ones. */
export const marginOf = (style: Style, view: View): number =>
  compileStyle(style, view, { fields: [], pictures: new Map() }).margin
