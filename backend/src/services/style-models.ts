/**
 * Styles as they are drawn: reads the stored files into the model, in the thread of the style reader, and keeps the last
 * ones. A model is made anew when its style changes or the program reads differently; nothing of it is stored.
 */
import type { Knex } from 'knex'
import type { RasterFacts } from '../domain/raster.ts'
import type { BlobStore } from '../files/blob-store.ts'
import type { SymbolLibrary } from '../files/symbol-library.ts'
import { libraryPictures, type Resources } from '../render/paint/pictures.ts'
import type { StyleReader } from '../render/style-reader.ts'
import type { PublishedCollection } from '../repositories/collections.ts'
import { type Style as StoredStyle, styles } from '../repositories/styles.ts'
import {
  DEFAULT_STYLE_ID,
  DEFAULT_STYLE_TITLE,
  DEFAULT_STYLE_VERSION,
  defaultRasterStyle,
  defaultStyle,
  type StyledGeometry,
} from '../styles/default-style.ts'
import type { Drawable } from '../styles/drawable.ts'
import type { StyleFinding } from '../styles/finding.ts'
import type { StyleContext } from '../styles/gate.ts'
import type { Style } from '../styles/model.ts'
import type { Collections } from './collections.ts'

export type DrawableStyle = {
  id: string
  /** Grows with every change of the style; part of the keys of what is drawn with it. */
  version: number
  title: string
  style: Style
  resources: Resources
  /** What was not understood, and what cannot be drawn. */
  findings: StyleFinding[]
}

type StyleModelsParts = {
  db: Knex
  store: Pick<BlobStore, 'open'>
  reader: Pick<StyleReader, 'read'>
  symbols: SymbolLibrary
  collections: Pick<Collections, 'get'>
}

/** A model of the largest SLD takes a few megabytes, a usual one some kilobytes. */
const mostKept = 100
/** By the doctor at a time. */
const mostExamined = 10_000

type StyledCollection = Pick<PublishedCollection, 'geometryType' | 'raster' | 'columns' | 'styles'>

/** What the collection is drawn as; null for a table without geometry, which nothing can draw. */
export const styledGeometryOf = ({
  geometryType,
  raster,
}: Pick<StyledCollection, 'geometryType' | 'raster'>): StyledGeometry | null =>
  raster ? 'Raster' : geometryType

const plainStyle = (geometryType: StyledGeometry, raster: RasterFacts | null): Style =>
  raster ? defaultRasterStyle(raster) : defaultStyle(geometryType)

const plain = (geometryType: StyledGeometry, raster: RasterFacts | null): DrawableStyle => ({
  id: DEFAULT_STYLE_ID,
  version: DEFAULT_STYLE_VERSION,
  title: DEFAULT_STYLE_TITLE,
  style: plainStyle(geometryType, raster),
  resources: {},
  findings: [],
})

/**
 * The style of a collection that is meant, by id or, with null, the default one; what its answers depend on. null when the
 * collection has no such style, or nothing to draw.
 */
export const chosenStyle = (
  collection: StyledCollection,
  styleId: string | null,
): { id: string; version: number; title: string } | null => {
  if (styledGeometryOf(collection) === null) return null
  const [first] = collection.styles
  if (styleId === null ? first === undefined : styleId === DEFAULT_STYLE_ID)
    return { id: DEFAULT_STYLE_ID, version: DEFAULT_STYLE_VERSION, title: DEFAULT_STYLE_TITLE }
  if (styleId === null) return first ?? null
  return collection.styles.find(({ id }) => id === styleId) ?? null
}

export const createStyleModels = ({ db, store, reader, symbols, collections }: StyleModelsParts) => {
  const kept = new Map<string, Promise<Drawable>>()

  const bytesOf = async (sha256: string | null): Promise<Uint8Array | null> => {
    if (sha256 === null) return null
    const pieces: Uint8Array[] = []
    for await (const piece of await store.open(sha256)) pieces.push(piece as Uint8Array)
    return Buffer.concat(pieces)
  }

  const read = async ({ sldSha256, qmlSha256 }: StoredStyle, context: StyleContext): Promise<Drawable> => {
    const [sld, qml] = await Promise.all([bytesOf(sldSha256), bytesOf(qmlSha256)])
    return reader.read({ sld, qml }, context)
  }

  /** Read once for all who ask at the same time; the files decide, so that a style as it was is found again, too. */
  const drawableOf = (stored: StoredStyle, context: StyleContext): Promise<Drawable> => {
    const key = JSON.stringify([stored.sldSha256, stored.qmlSha256, context.geometryType, context.fields])
    const present = kept.get(key)
    kept.delete(key)
    const drawable = present ?? read(stored, context)
    kept.set(key, drawable)
    drawable.catch(() => kept.get(key) === drawable && kept.delete(key))
    for (const [oldest] of kept) {
      if (kept.size <= mostKept) break
      kept.delete(oldest)
    }
    return drawable
  }

  const notDrawn = (): StyleFinding => ({
    code: 'STYLE_NOT_DRAWN',
    message:
      'Nothing of the style can be drawn here; the layer is drawn plainly. QGIS draws it from the QML.',
  })

  const draw = async (
    stored: StoredStyle,
    geometryType: StyledGeometry,
    context: StyleContext,
  ): Promise<DrawableStyle> => {
    const { style, findings } = await drawableOf(stored, context)
    const resources = style === null ? {} : await libraryPictures(style, symbols.read)
    return {
      id: stored.id,
      version: stored.version,
      title: stored.title,
      style: style ?? defaultStyle(geometryType),
      resources,
      findings: style === null ? [...findings, notDrawn()] : findings,
    }
  }

  return {
    /** A style by itself, whatever it is used for. */
    of: async (styleId: string): Promise<DrawableStyle> =>
      draw(await styles(db).get(styleId), 'Geometry', {}),

    /** For the doctor: styles of which the files are gone or can no longer be read. */
    examine: async (): Promise<{
      checked: number
      findings: { code: string; subject: string; message: string }[]
    }> => {
      const { styles: all } = await styles(db).list({ limit: mostExamined, offset: 0 })
      const findings: { code: string; subject: string; message: string }[] = []
      for (const stored of all) {
        const problem = await drawableOf(stored, {}).then(
          ({ style, findings: said }) =>
            style === null && stored.sldSha256 !== null
              ? `can no longer be read: ${said[0]?.message ?? 'nothing in it can be drawn'}`
              : null,
          (error: unknown) =>
            `has a file that cannot be had: ${error instanceof Error ? error.message : error}`,
        )
        if (problem !== null)
          findings.push({
            code: 'style-unreadable',
            subject: stored.id,
            message: `Style '${stored.id}' ${problem}. Upload it again.`,
          })
      }
      return { checked: all.length, findings }
    },

    /** The files of any version of a style. */
    read: (stored: StoredStyle, context: StyleContext = {}): Promise<Drawable> => drawableOf(stored, context),

    /**
     * A style of a collection, or with null its default one. Where the record has none, a plain one that goes with the
     * geometry. null when the collection has no such style, or nothing to draw.
     */
    ofCollection: async (collectionId: string, styleId: string | null): Promise<DrawableStyle | null> => {
      const collection = await collections.get(collectionId)
      const geometryType = styledGeometryOf(collection)
      const chosen = chosenStyle(collection, styleId)
      if (geometryType === null || chosen === null) return null
      if (chosen.id === DEFAULT_STYLE_ID) return plain(geometryType, collection.raster)
      const stored = await styles(db).find(chosen.id)
      const fields = collection.columns.map(({ name }) => name)
      return stored ? draw(stored, geometryType, { geometryType, fields }) : null
    },
  }
}

export type StyleModels = ReturnType<typeof createStyleModels>
