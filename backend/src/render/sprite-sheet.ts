/**
 * The symbols of a MapLibre style in one picture, drawn by the painter, and where each of them lies in it. A mark is cut
 * around its middle; a pattern is one piece that fits to itself on all sides.
 */
import { type Canvas, createCanvas } from '@napi-rs/canvas'
import type { Sprite } from '../styles/maplibre.ts'
import {
  type Fill,
  type Graphic,
  type literalOf,
  noBase,
  numberOf,
  plainRule,
  STYLE_MODEL_VERSION,
  type Style,
  type Symbolizer,
} from '../styles/model.ts'
import type { Budget } from './paint/budget.ts'
import { encode } from './paint/encode.ts'
import { createLosses } from './paint/losses.ts'
import { compileStyle, paintFeatures } from './paint/paint.ts'
import { type Pictures, type Resources, readPictures } from './paint/pictures.ts'
import { pixelsPer, plainView } from './paint/view.ts'
import { pointWkb, rectangleWkb } from './simple-wkb.ts'

/** As MapLibre reads it. */
export type SpriteIndex = Record<
  string,
  { x: number; y: number; width: number; height: number; pixelRatio: number }
>
export type SpriteSheet = { png: Uint8Array<ArrayBuffer>; index: SpriteIndex }

/** Of a symbol, in pixels of 0.28 mm. */
const largest = 256
/** Together; a style of the greatest size with nothing but symbols stays below. */
const mostPixels = 4096 * 4096
const sheetWidth = 2048

type Cut = { canvas: Canvas; left: number; top: number; width: number; height: number }

const styleOf = (symbolizer: Symbolizer): Style => ({
  modelVersion: STYLE_MODEL_VERSION,
  name: null,
  title: null,
  abstract: null,
  opacity: null,
  featureTypeStyles: [{ name: null, title: null, vendorOptions: {}, rules: [plainRule([symbolizer])] }],
})

type Drawing = { pixelRatio: number; pictures: Pictures; budget: Budget }

const draw = (
  symbolizer: Symbolizer,
  { width, height, wkb }: { width: number; height: number; wkb: Uint8Array },
  { pixelRatio, pictures, budget }: Drawing,
): Canvas => {
  const view = plainView({ box: [0, 0, width, height], width, height, pixelRatio })
  const programme = compileStyle(styleOf(symbolizer), view, { fields: [], pictures })
  const feature = { id: 1, wkb, values: [] }
  return paintFeatures(programme, { fields: [], features: [feature] }, budget).surface.canvas
}

/** Half of the square around the middle that has everything drawn. */
const reachOf = (canvas: Canvas): number => {
  const { width, height } = canvas
  const { data } = canvas.getContext('2d').getImageData(0, 0, width, height)
  let reach = 1
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1) {
      if (data[4 * (y * width + x) + 3] === 0) continue
      reach = Math.max(reach, width / 2 - x, x + 1 - width / 2, height / 2 - y, y + 1 - height / 2)
    }
  return Math.min(width / 2, Math.ceil(reach))
}

/** Room for the mark turned, its outline, and what a picture of unusual shape needs. */
const sideOf = ({ size, aspectRatio }: Graphic, pixelRatio: number): number => {
  const known = size?.unit === 'pixel' ? numberOf(size.value) : undefined
  const room = known === undefined ? largest : Math.ceil(1.5 * known * Math.max(1, aspectRatio ?? 1)) + 24
  return 2 * Math.min(largest, room) * pixelRatio
}

const drawMark = (graphic: Graphic, drawing: Drawing): Cut => {
  const side = sideOf(graphic, drawing.pixelRatio)
  const symbolizer: Symbolizer = { ...noBase, kind: 'point', graphic }
  const canvas = draw(symbolizer, { width: side, height: side, wkb: pointWkb(side / 2, side / 2) }, drawing)
  const reach = reachOf(canvas)
  return { canvas, left: side / 2 - reach, top: side / 2 - reach, width: 2 * reach, height: 2 * reach }
}

/** The number of periods, up to eight, that is nearest to whole pixels. */
const wholePeriods = (period: number): number => {
  if (!(period > 0) || !Number.isFinite(period)) return 8
  let best = { length: Math.max(1, Math.round(period)), error: Number.POSITIVE_INFINITY }
  for (let count = 1; count <= 8; count += 1) {
    const length = Math.max(1, Math.round(count * period))
    const error = Math.abs(length - count * period) / count
    if (error < best.error - 1e-6 && length <= largest) best = { length, error }
  }
  return best.length
}

/** In pixels of the picture. */
const tileOf = (fill: Fill, pixelRatio: number): { width: number; height: number } => {
  const per = pixelsPer(plainView({ box: [0, 0, 1, 1], width: 1, height: 1, pixelRatio }))
  if (fill.kind === 'hatch') {
    const distance = (numberOf(fill.distance.value) ?? 8) * per[fill.distance.unit]
    const turn = ((numberOf(fill.rotation) ?? 0) * Math.PI) / 180
    const [across, along] = [Math.abs(Math.sin(turn)), Math.abs(Math.cos(turn))]
    return {
      width: wholePeriods(across < 1e-6 ? 8 : distance / across),
      height: wholePeriods(along < 1e-6 ? 8 : distance / along),
    }
  }
  if (fill.kind !== 'graphic') return { width: 8, height: 8 }
  const { graphic, margin, stagger } = fill
  const inPixels = (length: { value: Parameters<typeof numberOf>[0]; unit: keyof typeof per } | undefined) =>
    length ? (numberOf(length.value) ?? 0) * per[length.unit] : 0
  const high = graphic.size ? inPixels(graphic.size) : 6 * pixelRatio
  const wide = high * (graphic.aspectRatio ?? 1)
  const isStaggered = (length: { value: Parameters<typeof literalOf>[0] } | undefined) =>
    length !== undefined && numberOf(length.value) !== 0
  return {
    width: wholePeriods(
      (wide + inPixels(margin?.left) + inPixels(margin?.right)) * (isStaggered(stagger?.y) ? 2 : 1),
    ),
    height: wholePeriods(
      (high + inPixels(margin?.top) + inPixels(margin?.bottom)) * (isStaggered(stagger?.x) ? 2 : 1),
    ),
  }
}

const drawPattern = (fill: Fill, drawing: Drawing): Cut => {
  const { width, height } = tileOf(fill, drawing.pixelRatio)
  const symbolizer: Symbolizer = {
    ...noBase,
    kind: 'polygon',
    fill,
    stroke: null,
    displacement: null,
    perpendicularOffset: null,
  }
  // One of three by three, so that what reaches over from its neighbours is in it.
  const whole = { width: 3 * width, height: 3 * height }
  const wkb = rectangleWkb(-width, -height, 4 * width, 4 * height)
  return { canvas: draw(symbolizer, { ...whole, wkb }, drawing), left: width, top: height, width, height }
}

type Place = { name: string; cut: Cut; x: number; y: number }

/** In rows, the high ones first. */
const arrange = (cuts: { name: string; cut: Cut }[]): { places: Place[]; width: number; height: number } => {
  const sorted = [...cuts].sort((a, b) => b.cut.height - a.cut.height || (a.name < b.name ? -1 : 1))
  const places: Place[] = []
  let [x, y, rowHeight, width] = [0, 0, 0, 1]
  for (const one of sorted) {
    if (x > 0 && x + one.cut.width > sheetWidth) [x, y, rowHeight] = [0, y + rowHeight, 0]
    places.push({ ...one, x, y })
    x += one.cut.width
    rowHeight = Math.max(rowHeight, one.cut.height)
    width = Math.max(width, x)
  }
  return { places, width, height: Math.max(1, y + rowHeight) }
}

export const drawSpriteSheet = async (
  sprites: readonly Sprite[],
  { pixelRatio, resources, budget }: { pixelRatio: number; resources: Resources; budget: Budget },
): Promise<SpriteSheet> => {
  const pictures = await readPictures(sprites, resources, createLosses())
  const drawing = { pixelRatio, pictures, budget }
  const cuts: { name: string; cut: Cut }[] = []
  let spent = 0
  for (const sprite of sprites) {
    const cut = sprite.kind === 'mark' ? drawMark(sprite.graphic, drawing) : drawPattern(sprite.fill, drawing)
    spent += cut.width * cut.height
    if (spent > mostPixels) break
    cuts.push({ name: sprite.name, cut })
  }
  const { places, width, height } = arrange(cuts)
  const sheet = createCanvas(width, height)
  const context = sheet.getContext('2d')
  const index: SpriteIndex = {}
  for (const { name, cut, x, y } of places) {
    context.drawImage(cut.canvas, cut.left, cut.top, cut.width, cut.height, x, y, cut.width, cut.height)
    index[name] = { x, y, width: cut.width, height: cut.height, pixelRatio }
  }
  const { data } = context.getImageData(0, 0, width, height)
  return { png: await encode({ rgba: data, width, height }, 'png'), index }
}
