/**
 * What is made of the style of a collection: SLD in both versions, a MapLibre style with its sprite, legends, and letters
 * for web maps. Made once for all who ask, and again when the style or the fields of the layer change.
 */

import type { Readable } from 'node:stream'
import type { Knex } from 'knex'
import { loadOf } from '../domain/collection.ts'
import { generalProblems } from '../domain/problems/general.ts'
import type { BlobStore } from '../files/blob-store.ts'
import type { LegendFormat } from '../render/legend-picture.ts'
import type { SpriteSheet } from '../render/sprite-sheet.ts'
import type { PictureReply, PictureTask, StylePictures } from '../render/style-pictures.ts'
import type { PublishedCollection } from '../repositories/collections.ts'
import { type Style as StoredStyle, styles } from '../repositories/styles.ts'
import { DEFAULT_STYLE_ID } from '../styles/default-style.ts'
import type { StyleLoss } from '../styles/finding.ts'
import { isRasterStyle, type MapLibreLayer, type Sprite, writeMapLibre } from '../styles/maplibre.ts'
import { type SldVersion, writeSld } from '../styles/sld-write.ts'
import { createShelf } from './shelf.ts'
import { chosenStyle, type DrawableStyle, type StyleModels } from './style-models.ts'

/** A collection, and a style that it has. */
export type StyledLayer = { collection: PublishedCollection; style: { id: string; version: number } }

export type MapLibreLayers = {
  layers: MapLibreLayer[]
  sprites: Sprite[]
  losses: StyleLoss[]
  isForRasters: boolean
}

export type LegendOptions = { format: LegendFormat; pixelRatio: number; scaleDenominator: number | null }

type StyleDrawingParts = {
  db: Knex
  store: Pick<BlobStore, 'open'>
  styleModels: Pick<StyleModels, 'ofCollection'>
  pictures: Pick<StylePictures, 'draw'>
}

/** Goes up when the same style is written or drawn otherwise than before. */
const version = 1

/** What everything below depends on; known without reading or drawing anything. */
export const styledKey = ({ collection, style }: StyledLayer): string =>
  [version, collection.id, collection.createdAt, loadOf(collection), style.id, style.version].join(' ')

export const createStyleDrawing = ({ db, store, styleModels, pictures }: StyleDrawingParts) => {
  const mapLibres = createShelf<MapLibreLayers>(100)
  const sprites = createShelf<SpriteSheet>(50)
  const legends = createShelf<Uint8Array>(200)
  const glyphs = createShelf<Uint8Array>(100)

  const draw = async (task: PictureTask): Promise<PictureReply> => {
    const reply = await pictures.draw(task)
    if (!reply) throw generalProblems.unavailable({ why: 'The picture of the style was not drawn in time.' })
    return reply
  }

  const drawableOf = async ({ collection, style }: StyledLayer): Promise<DrawableStyle> => {
    const drawable = await styleModels.ofCollection(collection.id, style.id)
    if (!drawable) throw generalProblems.notFound({ what: `style of ${collection.id}`, id: style.id })
    return drawable
  }

  const storedOf = async ({ style }: StyledLayer): Promise<StoredStyle | undefined> =>
    style.id === DEFAULT_STYLE_ID ? undefined : styles(db).find(style.id)

  const fileOf = async (sha256: string): Promise<Uint8Array> => {
    const pieces: Uint8Array[] = []
    const stream: Readable = await store.open(sha256)
    for await (const piece of stream) pieces.push(piece as Uint8Array)
    return Buffer.concat(pieces)
  }

  const mapLibreOf = (layer: StyledLayer): Promise<MapLibreLayers> =>
    mapLibres.get(styledKey(layer), async () => {
      const { collection } = layer
      const { style } = await drawableOf(layer)
      const isForRasters = isRasterStyle(style)
      const written = writeMapLibre(style, {
        sourceId: collection.id,
        source: { type: isForRasters ? 'raster' : 'vector' },
        sourceLayer: collection.id,
        geometryType: collection.geometryType,
      })
      return { layers: written.style.layers, sprites: written.sprites, losses: written.losses, isForRasters }
    })

  const together = (layers: readonly StyledLayer[], more: string) =>
    [...layers.map(styledKey), more].join('\n')

  return {
    drawableOf,
    mapLibreOf,

    /** As it came when the publisher gave this version, else as our writer says it. */
    sldOf: async (
      layer: StyledLayer,
      wanted: SldVersion,
    ): Promise<{ bytes: Uint8Array; isNative: boolean; losses: StyleLoss[] }> => {
      const stored = await storedOf(layer)
      if (stored?.sldVersion === wanted && stored.sldSha256 !== null)
        return { bytes: await fileOf(stored.sldSha256), isNative: true, losses: [] }
      const { style } = await drawableOf(layer)
      const { text, losses } = writeSld(style, { version: wanted, layerName: layer.collection.id })
      return { bytes: Buffer.from(text), isNative: false, losses }
    },

    qmlOf: async (layer: StyledLayer): Promise<Uint8Array | null> => {
      const sha256 = (await storedOf(layer))?.qmlSha256
      return sha256 ? fileOf(sha256) : null
    },

    /** The symbols of all the layers in one picture. */
    spriteOf: (layers: readonly StyledLayer[], pixelRatio: number): Promise<SpriteSheet> =>
      sprites.get(together(layers, String(pixelRatio)), async () => {
        const written = await Promise.all(layers.map(mapLibreOf))
        const distinct = new Map(written.flatMap((one) => one.sprites.map((sprite) => [sprite.name, sprite])))
        const [first] = layers
        const resources = first ? (await drawableOf(first)).resources : {}
        const task = { what: 'sprite', sprites: [...distinct.values()], resources, pixelRatio } as const
        const { bytes, index = {} } = await draw(task)
        return { png: bytes, index }
      }),

    legendOf: (layer: StyledLayer, options: LegendOptions): Promise<Uint8Array> =>
      legends.get(together([layer], JSON.stringify(options)), async () => {
        const { style, resources, title } = await drawableOf(layer)
        const { bytes } = await draw({ what: 'legend', legend: { style, resources, title, ...options } })
        return bytes
      }),

    glyphsOf: (stack: string, from: number): Promise<Uint8Array> =>
      glyphs.get(`${from} ${stack}`, async () => (await draw({ what: 'glyphs', stack, from })).bytes),
  }
}

export type StyleDrawing = ReturnType<typeof createStyleDrawing>

/** Every published layer that has this style, by title. */
export const layersWith = (collections: readonly PublishedCollection[], styleId: string): StyledLayer[] =>
  collections.flatMap((collection) => {
    const style = styleId === DEFAULT_STYLE_ID ? null : chosenStyle(collection, styleId)
    return style ? [{ collection, style }] : []
  })
