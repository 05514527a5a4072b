/** Paints little styles for tests, and looks at pixels. */
import { fromWkt } from '../../../backend/src/ingest/geometry-from-wkt.ts'
import { createBudget, defaultLimits, type Limits } from '../../../backend/src/render/paint/budget.ts'
import type { PaintFeature, PaintValue } from '../../../backend/src/render/paint/feature.ts'
import { compileStyle, paintFeatures, pixelsOf } from '../../../backend/src/render/paint/paint.ts'
import type { Pictures } from '../../../backend/src/render/paint/pictures.ts'
import { plainView, type View } from '../../../backend/src/render/paint/view.ts'
import {
  type Fill,
  type Graphic,
  type GraphicContent,
  type Length,
  type LineSymbolizer,
  literal,
  noBase,
  type PointSymbolizer,
  type PolygonSymbolizer,
  pixels,
  plainGraphic,
  plainRule,
  plainStroke,
  type Rule,
  type Stroke,
  type Style,
  type TextSymbolizer,
} from '../../../backend/src/styles/model.ts'

// Geometry -----------------------------------------------------------------------------------------------

type Position = [number, number]

const bytes = (parts: (number | [number] | Uint8Array)[]): Uint8Array =>
  Buffer.concat(
    parts.map((part) => {
      if (part instanceof Uint8Array) return part
      const buffer = Buffer.alloc(typeof part === 'number' ? 4 : 8)
      if (typeof part === 'number') buffer.writeUInt32LE(part)
      else buffer.writeDoubleLE(part[0])
      return buffer
    }),
  )

const header = (code: number) => Buffer.concat([Buffer.of(1), bytes([code])])
const positions = (all: Position[]) => bytes([all.length, ...all.flatMap(([x, y]): [number][] => [[x], [y]])])

/** WKB of simple WKT. */
export const wkb = (text: string): Uint8Array => {
  const geometry = fromWkt(text)
  if (!geometry || !('coordinates' in geometry)) throw new Error(`no geometry: ${text}`)
  const write = (type: string, coordinates: unknown): Uint8Array => {
    switch (type) {
      case 'Point': {
        const [x, y] = coordinates as Position
        return bytes([header(1), [x], [y]])
      }
      case 'LineString':
        return bytes([header(2), positions(coordinates as Position[])])
      case 'Polygon': {
        const rings = coordinates as Position[][]
        return bytes([header(3), rings.length, ...rings.map(positions)])
      }
      default: {
        const parts = coordinates as unknown[]
        const single = type.replace('Multi', '')
        const code = { Point: 4, LineString: 5, Polygon: 6 }[single] ?? 7
        return bytes([header(code), parts.length, ...parts.map((part) => write(single, part))])
      }
    }
  }
  return write(geometry.type, geometry.coordinates)
}

export const feature = (wkt: string, values: PaintValue[] = [], id = 1): PaintFeature => ({
  id,
  wkb: wkb(wkt),
  values,
})

// Styles -------------------------------------------------------------------------------------------------

export const rule = plainRule

export const style = (...passes: Rule[][]): Style => ({
  modelVersion: 1,
  name: null,
  title: null,
  abstract: null,
  opacity: null,
  featureTypeStyles: passes.map((rules) => ({ name: null, title: null, vendorOptions: {}, rules })),
})

export const solid = (color: string, opacity: number | null = null): Fill => ({
  kind: 'solid',
  color: literal(color),
  opacity: opacity === null ? null : literal(opacity),
})

export const stroke = (color: string, width: number, more: Partial<Stroke> = {}): Stroke => ({
  ...plainStroke(literal(color), pixels(width)),
  ...more,
})

export const mark = (name: string, color: string | null, outline: Stroke | null = null): GraphicContent => ({
  kind: 'mark',
  wellKnownName: literal(name),
  fill: color === null ? null : solid(color),
  stroke: outline,
})

export const graphic = (contents: GraphicContent[], size: number, more: Partial<Graphic> = {}): Graphic => ({
  ...plainGraphic(contents, pixels(size)),
  ...more,
})

export const point = (given: Graphic): PointSymbolizer => ({ ...noBase, kind: 'point', graphic: given })

export const line = (given: Stroke, perpendicularOffset: Length | null = null): LineSymbolizer => ({
  ...noBase,
  kind: 'line',
  stroke: given,
  perpendicularOffset,
})

export const polygon = (more: Partial<PolygonSymbolizer>): PolygonSymbolizer => ({
  ...noBase,
  kind: 'polygon',
  fill: null,
  stroke: null,
  displacement: null,
  perpendicularOffset: null,
  ...more,
})

export const text = (property: string, more: Partial<TextSymbolizer> = {}): TextSymbolizer => ({
  ...noBase,
  kind: 'text',
  label: { kind: 'property', name: property },
  font: {
    families: ['DejaVu Sans'],
    size: pixels(12),
    style: 'normal',
    weight: 'normal',
    isUnderlined: false,
    isStruckThrough: false,
  },
  fill: { kind: 'solid', color: literal('#000000'), opacity: null },
  halo: null,
  placement: {
    kind: 'point',
    anchorPoint: { x: literal(0.5), y: literal(0.5) },
    displacement: null,
    rotation: null,
  },
  background: null,
  priority: null,
  mayOverlap: false,
  ...more,
})

// Pictures -----------------------------------------------------------------------------------------------

/** A hundred by a hundred pixels, each a map unit; y grows upwards. */
export const square: View = plainView({ box: [0, 0, 100, 100], width: 100, height: 100 })

type Given = {
  view?: View
  fields?: string[]
  pictures?: Pictures
  limits?: Partial<Limits>
  now?: () => number
  background?: string | null
}

export const drawn = (given: Style, features: PaintFeature[], options: Given = {}) => {
  const {
    view = square,
    fields = [],
    pictures = new Map(),
    limits = {},
    now = () => 0,
    background = '#ffffff',
  } = options
  const programme = compileStyle(given, view, { fields, pictures })
  const budget = createBudget({ limits: { ...defaultLimits, ...limits }, now, isCancelled: () => false })
  const { surface, labels } = paintFeatures(programme, { fields, features }, budget)
  const { rgba, width, height } = pixelsOf(surface, background)
  const at = (x: number, y: number): string => {
    const start = 4 * (y * width + x)
    return `#${Buffer.from(rgba.subarray(start, start + 3)).toString('hex')}`
  }
  /** The box of everything that is not white, and how many pixels it are. */
  const ink = (isInk = (color: string) => color !== '#ffffff') => {
    let [left, top, right, bottom, count] = [width, height, -1, -1, 0]
    for (let y = 0; y < height; y += 1)
      for (let x = 0; x < width; x += 1)
        if (isInk(at(x, y))) {
          left = Math.min(left, x)
          right = Math.max(right, x)
          top = Math.min(top, y)
          bottom = Math.max(bottom, y)
          count += 1
        }
    return { left, top, right, bottom, count }
  }
  return { at, ink, labels, losses: programme.losses(), margin: programme.margin, rgba, width, height }
}
