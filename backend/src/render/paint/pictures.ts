/**
 * Pictures that styles bring along: read once before painting, and only from what was handed in. Nothing is fetched, no
 * script runs, and no picture is larger than a symbol may be.
 */
import { type Canvas, createCanvas } from '@napi-rs/canvas'
import { Resvg } from '@resvg/resvg-js'
import sharp from 'sharp'
import { quoted } from '../../styles/finding.ts'
import type { ExternalGraphic, GraphicSource } from '../../styles/model.ts'
import { canvasOf } from './canvas.ts'
import type { Losses } from './losses.ts'
import { safeSvg } from './svg.ts'

export type Picture = {
  /** Width by height. */
  ratio: number
  /** Its own, in pixels of 0.28 mm. */
  height: number
  /** The picture as so many pixels high; the same canvas for the same height. */
  at: (height: number) => Canvas
}

export type Pictures = ReadonlyMap<string, Picture>

/** Files that came with the style or lie in the library, by `resourceKey`. */
export type Resources = Readonly<Record<string, Uint8Array>>

const mostBytes = 1024 * 1024
/** Of a bitmap, before it is scaled. */
const mostPixels = 4_000_000
/** Of a symbol. */
const tallest = 1024

export const resourceKey = (source: GraphicSource): string =>
  source.kind === 'elsewhere' || source.kind === 'data' ? '' : `${source.kind}:${source.name}`

const known = new WeakMap<ExternalGraphic, string>()

/** By where it is and what is put into it. */
export const pictureKey = (graphic: ExternalGraphic): string => {
  const found = known.get(graphic)
  if (found !== undefined) return found
  const key = JSON.stringify([graphic.source, graphic.parameters])
  known.set(graphic, key)
  return key
}

const bytesOf = (source: GraphicSource, resources: Resources): Uint8Array | null => {
  if (source.kind === 'elsewhere') return null
  if (source.kind === 'data') return Buffer.from(source.base64, 'base64')
  const key = resourceKey(source)
  return Object.hasOwn(resources, key) ? (resources[key] ?? null) : null
}

/** Keeps the last few sizes: data may ask for a different one for each feature. */
const remembered = (make: (height: number) => Canvas): ((height: number) => Canvas) => {
  const made = new Map<number, Canvas>()
  return (height) => {
    const whole = Math.min(tallest, Math.max(1, Math.round(height)))
    const present = made.get(whole)
    if (present) return present
    if (made.size >= 32) made.clear()
    const canvas = make(whole)
    made.set(whole, canvas)
    return canvas
  }
}

const straightened = (premultiplied: Uint8Array): Uint8Array => {
  const pixels = Uint8Array.from(premultiplied)
  for (let i = 0; i < pixels.length; i += 4) {
    const alpha = pixels[i + 3] as number
    if (alpha === 0 || alpha === 255) continue
    for (let channel = i; channel < i + 3; channel += 1)
      pixels[channel] = Math.min(255, Math.round(((pixels[channel] as number) * 255) / alpha))
  }
  return pixels
}

const noFonts = { loadSystemFonts: false }

const readSvg = (bytes: Uint8Array, parameters: Record<string, string>): Picture => {
  const text = safeSvg(bytes, parameters)
  const { width, height } = new Resvg(text, { font: noFonts })
  if (!(width > 0 && height > 0)) throw new RangeError('the SVG has no size')
  const ratio = width / height
  if (ratio > 20 || ratio < 1 / 20) throw new RangeError('the SVG is a strip')
  return {
    ratio,
    height,
    at: remembered((wanted) => {
      const drawn = new Resvg(text, { font: noFonts, fitTo: { mode: 'height', value: wanted } }).render()
      return canvasOf({ rgba: straightened(drawn.pixels), width: drawn.width, height: drawn.height })
    }),
  }
}

const readBitmap = async (bytes: Uint8Array): Promise<Picture> => {
  const { data, info } = await sharp(bytes, {
    limitInputPixels: mostPixels,
    failOn: 'error',
    animated: false,
  })
    .ensureAlpha()
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true })
  const whole = canvasOf({ rgba: data, width: info.width, height: info.height })
  return {
    ratio: info.width / info.height,
    height: info.height,
    at: remembered((height) => {
      if (height === info.height) return whole
      const width = Math.min(tallest * 4, Math.max(1, Math.round((height * info.width) / info.height)))
      const canvas = createCanvas(width, height)
      const context = canvas.getContext('2d')
      context.imageSmoothingQuality = 'high'
      context.drawImage(whole, 0, 0, width, height)
      return canvas
    }),
  }
}

const isBitmap = (bytes: Uint8Array): boolean => {
  const head = Buffer.from(bytes.subarray(0, 12)).toString('latin1')
  return /^\x89PNG|^\xff\xd8\xff|^GIF8|^RIFF....WEBP/s.test(head)
}

export const externalGraphicsOf = (style: unknown): ExternalGraphic[] => {
  if (typeof style !== 'object' || style === null) return []
  const own = (style as { kind?: unknown }).kind === 'external-graphic' ? [style as ExternalGraphic] : []
  return [...own, ...Object.values(style).flatMap(externalGraphicsOf)]
}

/** What a style names in the symbol library, as far as it is there. */
export const libraryPictures = async (
  style: unknown,
  read: (name: string) => Promise<Uint8Array | null>,
): Promise<Resources> => {
  const found: Record<string, Uint8Array> = {}
  for (const { source } of externalGraphicsOf(style)) {
    const key = resourceKey(source)
    if (source.kind !== 'library' || Object.hasOwn(found, key)) continue
    const bytes = await read(source.name)
    if (bytes !== null) found[key] = bytes
  }
  return found
}

const nameOf = ({ source }: ExternalGraphic): string => {
  if (source.kind === 'data') return `a picture of type ${source.mediaType} in the style itself`
  return `the picture ${quoted(source.kind === 'elsewhere' ? source.href : source.name)}`
}

/** Pictures that cannot be had are missing in the answer and noted; the next alternative is drawn. */
export const readPictures = async (
  style: unknown,
  resources: Resources,
  losses: Losses,
): Promise<Pictures> => {
  const pictures = new Map<string, Picture>()
  for (const graphic of externalGraphicsOf(style)) {
    const key = pictureKey(graphic)
    if (pictures.has(key)) continue
    const bytes = bytesOf(graphic.source, resources)
    if (bytes === null) {
      const why =
        graphic.source.kind === 'elsewhere' ? 'pictures on other computers are not fetched' : 'it is not here'
      losses.note(
        'PICTURE_NOT_DRAWN',
        'approximated',
        `Instead of ${nameOf(graphic)} the next alternative is drawn: ${why}.`,
      )
      continue
    }
    try {
      if (bytes.length > mostBytes)
        throw new RangeError(`it has ${bytes.length} bytes, more than ${mostBytes}`)
      pictures.set(key, isBitmap(bytes) ? await readBitmap(bytes) : readSvg(bytes, graphic.parameters))
    } catch (error) {
      const why = error instanceof Error ? (error.message.split('\n')[0] ?? '') : 'it cannot be read'
      losses.note(
        'PICTURE_NOT_DRAWN',
        'approximated',
        `Instead of ${nameOf(graphic)} the next alternative is drawn: ${why}.`,
      )
    }
  }
  return pictures
}
