/**
 * What a style makes of data before anything is published or kept (R7.4): a picture of the first rows of an uploaded
 * file, of an uploaded raster, or of a published collection, with its legend and what is lost.
 */
import type { Knex } from 'knex'
import { createGate } from '../db/pool-share.ts'
import type { Actor } from '../domain/actor.ts'
import type { Box, ProbeLayer } from '../domain/probe.ts'
import { generalProblems } from '../domain/problems/general.ts'
import { mapProblems } from '../domain/problems/maps.ts'
import { uploadProblems } from '../domain/problems/upload.ts'
import { bandNames, type StoredRaster } from '../domain/raster.ts'
import type { Upload } from '../domain/upload.ts'
import type { BlobStore } from '../files/blob-store.ts'
import type { SymbolLibrary } from '../files/symbol-library.ts'
import { metresPerUnitOf } from '../geo/crs-units.ts'
import { toMercator } from '../geo/mercator.ts'
import type { PaintLayer } from '../render/map-job.ts'
import type { MapPool } from '../render/map-pool.ts'
import { defaultLimits, isStopped } from '../render/paint/budget.ts'
import { libraryPictures, type Resources } from '../render/paint/pictures.ts'
import type { RowColumn } from '../render/paint/rows.ts'
import { plainView } from '../render/paint/view.ts'
import type { StylePictures } from '../render/style-pictures.ts'
import type { StyleReader } from '../render/style-reader.ts'
import { styles } from '../repositories/styles.ts'
import {
  DEFAULT_STYLE_ID,
  DEFAULT_STYLE_TITLE,
  DEFAULT_STYLE_VERSION,
  defaultRasterStyle,
  defaultStyle,
  type StyledGeometry,
} from '../styles/default-style.ts'
import type { Drawable } from '../styles/drawable.ts'
import type { StyleLoss } from '../styles/finding.ts'
import type { StyleContext } from '../styles/gate.ts'
import type { Style } from '../styles/model.ts'
import { bandsUsed } from '../styles/raster-bands.ts'
import type { Collections } from './collections.ts'
import type { Maps } from './maps.ts'
import type { Rasters } from './rasters.ts'
import { createShelf } from './shelf.ts'
import { type StyleModels, styledGeometryOf } from './style-models.ts'
import type { Uploads } from './uploads.ts'

export type SampledRows = {
  /** As PostgreSQL sends rows. */
  rows: Uint8Array<ArrayBuffer>
  columns: RowColumn[]
  srid: number | null
  count: number
  isWhole: boolean
}

export type ReadUploaded = {
  path: string
  fileName: string
  format: string
  layer: string
  sourceEpsg?: number
}
export type SampleBounds = { mostRows: number; mostBytes: number; mostMs: number }

export type StylePreviewsParts = {
  db: Knex
  store: Pick<BlobStore, 'pathOf'>
  uploads: Pick<Uploads, 'get'>
  collections: Pick<Collections, 'get'>
  reader: Pick<StyleReader, 'read'>
  styleModels: Pick<StyleModels, 'read'>
  symbols: SymbolLibrary
  pictures: Pick<StylePictures, 'draw'>
  maps: Pick<Maps, 'preview'>
  pool: Pick<MapPool, 'paint'>
  sampleLayer: (request: ReadUploaded & SampleBounds) => Promise<SampledRows>
  /** Makes the raster as it would be published, for this picture only. */
  readRaster: (request: ReadUploaded & { signal: AbortSignal }) => Promise<StoredRaster>
  previewRasters: Pick<Rasters, 'readForMap'>
  /** Larger rasters take too long to read for a picture. */
  mostRasterBytes: number
}

export type PreviewSubject =
  | { kind: 'upload'; uploadId: string; layer: string; sourceEpsg?: number }
  | { kind: 'collection'; collectionId: string }

export type PreviewStyle =
  | { kind: 'files'; sld: Uint8Array | null; qml: Uint8Array | null }
  | { kind: 'kept'; styleId: string }
  | { kind: 'plain' }

export type PreviewLook = {
  width: number
  height: number
  pixelRatio: number
  /** In the system the first answer named; null for all of the data. */
  box: Box | null
}

export type StylePreview = {
  check: Drawable
  /** null when nothing of the style can be drawn. */
  picture: { png: Uint8Array; epsg: number; box: Box; shown: number | null; total: number | null } | null
  legend: { title: string; swatch: string }[]
  losses: StyleLoss[]
}

const sampleBounds: SampleBounds = { mostRows: 30_000, mostBytes: 24 * 1024 * 1024, mostMs: 8_000 }
/** Samples that are kept, because a style is tried out again and again on the same file. */
const mostSamples = 3
const mostRasters = 4
const mostSeconds = 60
/** Files of rasters are removed after an hour; until then they are used for half of one. */
const rasterMs = 1_800_000
/** Around the data, as a share of their size. */
const padding = 0.05
const white = { color: '#ffffff', void: null, valid: null } as const

const toMercatorBox = ([west, south, east, north]: Box): Box => [
  ...toMercator(west, south),
  ...toMercator(east, north),
]

/** The smallest box of the picture's shape that holds the data, with a little room; points have some, too. */
export const framedBox = (
  extent: Box,
  { width, height }: { width: number; height: number },
  least: number,
): Box => {
  const [west, south, east, north] = extent
  const wide = Math.max((east - west) * (1 + 2 * padding), least)
  const high = Math.max((north - south) * (1 + 2 * padding), least)
  const perPixel = Math.max(wide / width, high / height)
  const [x, y] = [(west + east) / 2, (south + north) / 2]
  return [
    x - (perPixel * width) / 2,
    y - (perPixel * height) / 2,
    x + (perPixel * width) / 2,
    y + (perPixel * height) / 2,
  ]
}

const impossible = (why: string) => mapProblems.previewImpossible({ why })

const layerOf = (upload: Upload, name: string): ProbeLayer => {
  if (upload.state !== 'ready' || !upload.probe)
    throw impossible('The file is not read yet. Wait until it is, and ask again.')
  const layer = upload.probe.layers.find((one) => one.name === name)
  if (!layer) throw generalProblems.notFound({ what: 'layer', id: name })
  if (layer.kind === 'attributes' || (layer.kind === 'features' && layer.geometry === null))
    throw impossible(`The layer '${name}' has no geometry, so there is nothing to draw.`)
  if (layer.extent === null) throw impossible(`The layer '${name}' is empty, so there is nothing to draw.`)
  return layer
}

export const createStylePreviews = (parts: StylePreviewsParts) => {
  const { db, store, uploads, collections, reader, styleModels, symbols, pictures, maps, pool } = parts
  const { sampleLayer, readRaster, previewRasters, mostRasterBytes } = parts
  const samples = createShelf<SampledRows>(mostSamples)
  const rasters = createShelf<StoredRaster>(mostRasters)
  const gate = createGate({ most: 2, waiting: 20, waitMs: 15_000 }, 'Too many styles are being tried out.')

  const check = async (style: PreviewStyle, context: StyleContext, plain: () => Style): Promise<Drawable> => {
    if (style.kind === 'plain') return { style: plain(), findings: [], repairs: [], report: null }
    if (style.kind === 'files') return reader.read({ sld: style.sld, qml: style.qml }, context)
    return styleModels.read(await styles(db).get(style.styleId), context)
  }

  const legendOf = async (style: Style, resources: Resources): Promise<StylePreview['legend']> => {
    const legend = {
      style,
      resources,
      title: '',
      format: 'json',
      pixelRatio: 2,
      scaleDenominator: null,
    } as const
    const drawn = await pictures.draw({ what: 'legend', legend })
    if (!drawn) return []
    const { entries } = JSON.parse(Buffer.from(drawn.bytes).toString('utf8')) as {
      entries: StylePreview['legend']
    }
    return entries.map(({ title, swatch }) => ({ title, swatch }))
  }

  const paint = async (
    layer: PaintLayer,
    { box, epsg, look }: { box: Box; epsg: number; look: PreviewLook },
    signal: AbortSignal,
  ): Promise<{ png: Uint8Array; losses: StyleLoss[] }> => {
    const { width, height, pixelRatio } = look
    const size = { width: Math.round(width * pixelRatio), height: Math.round(height * pixelRatio) }
    const view = plainView({ box, ...size, pixelRatio, metresPerUnit: metresPerUnitOf(epsg) })
    try {
      const { images, losses } = await pool.paint(
        { layers: [layer], view, background: white, format: 'png', cut: null, limits: defaultLimits },
        signal,
      )
      return { png: images[0] ?? new Uint8Array(), losses }
    } catch (error) {
      if (!isStopped(error)) throw error
      throw mapProblems.mapTooDetailed({ why: error.message.replace(/\.$/, '') }, { cause: error })
    }
  }

  type Drawn = Omit<StylePreview, 'legend' | 'check'>
  const nothing: Drawn = { picture: null, losses: [] }

  const leastOf = (epsg: number) => 100 / metresPerUnitOf(epsg)

  const ofRows = async (
    file: ReadUploaded & { key: string },
    {
      layer,
      style,
      resources,
      look,
    }: { layer: ProbeLayer; style: Style; resources: Resources; look: PreviewLook },
    signal: AbortSignal,
  ): Promise<Drawn> => {
    const { key, ...read } = file
    const sample = await samples.get(key, () => sampleLayer({ ...read, ...sampleBounds }))
    const { srid, columns, count } = sample
    if (srid === null || layer.extent === null) return nothing
    const isDegrees = srid === 4326
    const epsg = isDegrees ? 3857 : srid
    const extent = isDegrees ? toMercatorBox(layer.extent) : layer.extent
    const box = look.box ?? framedBox(extent, look, leastOf(epsg))
    const painted = await paint(
      {
        kind: 'features',
        style,
        resources,
        // The painter takes the rows over.
        rows: new Uint8Array(sample.rows),
        columns,
        placement: { kind: isDegrees ? 'degrees-to-mercator' : 'same' },
        shift: 0,
      },
      { box, epsg, look },
      signal,
    )
    const total = sample.isWhole ? count : layer.featureCount
    return { picture: { png: painted.png, epsg, box, shown: count, total }, losses: painted.losses }
  }

  const ofUpload = async (
    { uploadId, layer: name, sourceEpsg }: Extract<PreviewSubject, { kind: 'upload' }>,
    { wanted, look, actor }: { wanted: PreviewStyle; look: PreviewLook; actor: Actor },
    signal: AbortSignal,
  ): Promise<Omit<StylePreview, 'legend'> & { resources: Resources }> => {
    const upload = await uploads.get(uploadId, actor)
    const layer = layerOf(upload, name)
    const path = upload.sha256 === null ? undefined : store.pathOf?.(upload.sha256)
    if (path === undefined) throw uploadProblems.uploadBytesLost({ id: upload.id })
    const epsg = sourceEpsg ?? layer.crs?.epsg ?? undefined
    const file = {
      path,
      fileName: upload.fileName,
      format: upload.probe?.format ?? '',
      layer: name,
      sourceEpsg: epsg,
      key: JSON.stringify([upload.sha256, name, epsg]),
    }
    if (layer.kind === 'raster') {
      if (upload.sizeBytes > mostRasterBytes)
        throw impossible('The raster is too large to be drawn before it is published.')
      const { key, ...read } = file
      // Whoever tries the next style waits for the same reading: it does not end with the one who asked first.
      const inTime = () => readRaster({ ...read, signal: AbortSignal.timeout(mostSeconds * 1000) })
      const raster = await rasters.get(`${key} ${Math.floor(Date.now() / rasterMs)}`, inTime)
      const context: StyleContext = { geometryType: 'Raster', bands: bandNames(raster) }
      const checked = await check(wanted, context, () => defaultRasterStyle(raster))
      if (checked.style === null) return { check: checked, resources: {}, ...nothing }
      const resources = await libraryPictures(checked.style, symbols.read)
      const box = look.box ?? framedBox(raster.extent, look, leastOf(raster.epsg))
      const size = {
        width: Math.round(look.width * look.pixelRatio),
        height: Math.round(look.height * look.pixelRatio),
      }
      const found = await previewRasters.readForMap(
        raster,
        { box, ...size, epsg: raster.epsg },
        { bands: bandsUsed(checked.style, bandNames(raster)), signal },
      )
      if (found === null)
        throw impossible('The raster does not lie in the part of the map that was asked for.')
      const painted = await paint(
        { kind: 'raster', style: checked.style, resources, raster: found },
        { box, epsg: raster.epsg, look },
        signal,
      )
      return {
        check: checked,
        resources,
        picture: { png: painted.png, epsg: raster.epsg, box, shown: null, total: null },
        losses: painted.losses,
      }
    }
    const geometryType: StyledGeometry = layer.geometry?.type ?? 'Geometry'
    const fields = layer.fields.filter(({ omitted }) => !omitted).map(({ name: field }) => field)
    const checked = await check(wanted, { geometryType, fields }, () => defaultStyle(geometryType))
    if (checked.style === null) return { check: checked, resources: {}, ...nothing }
    if (epsg === undefined)
      throw impossible(
        `The file does not say in which coordinate reference system '${name}' is. Choose it on page 5; then the style can be shown.`,
      )
    const resources = await libraryPictures(checked.style, symbols.read)
    const drawn = await ofRows(file, { layer, style: checked.style, resources, look }, signal)
    return { check: checked, resources, ...drawn }
  }

  const ofCollection = async (
    { collectionId }: Extract<PreviewSubject, { kind: 'collection' }>,
    { wanted, look }: { wanted: PreviewStyle; look: PreviewLook },
    signal: AbortSignal,
  ): Promise<Omit<StylePreview, 'legend'> & { resources: Resources }> => {
    const collection = await collections.get(collectionId)
    const geometryType = styledGeometryOf(collection)
    const reach = collection.extentCrs84
    if (geometryType === null || reach === null)
      throw impossible(`The collection '${collectionId}' has no geometry, so there is nothing to draw.`)
    const { raster } = collection
    const context: StyleContext = raster
      ? { geometryType, bands: bandNames(raster) }
      : { geometryType, fields: collection.columns.map(({ name }) => name) }
    const plain = () => (raster ? defaultRasterStyle(raster) : defaultStyle(geometryType))
    const checked = await check(wanted, context, plain)
    if (checked.style === null) return { check: checked, resources: {}, ...nothing }
    const resources = await libraryPictures(checked.style, symbols.read)
    const epsg = 3857
    const box = look.box ?? framedBox(toMercatorBox(reach), look, leastOf(epsg))
    const { width, height, pixelRatio } = look
    const drawable = {
      id: DEFAULT_STYLE_ID,
      version: DEFAULT_STYLE_VERSION,
      title: DEFAULT_STYLE_TITLE,
      style: checked.style,
      resources,
      findings: checked.findings,
    }
    const { image, losses } = await maps.preview(
      { collection, styleId: null },
      drawable,
      {
        epsg,
        box,
        width: Math.round(width * pixelRatio),
        height: Math.round(height * pixelRatio),
        pixelRatio,
        background: white,
        format: 'png',
      },
      signal,
    )
    return { check: checked, resources, picture: { png: image, epsg, box, shown: null, total: null }, losses }
  }

  return {
    preview: (
      subject: PreviewSubject,
      asked: { wanted: PreviewStyle; look: PreviewLook; actor: Actor },
      signal: AbortSignal,
    ): Promise<StylePreview> =>
      gate.through(async () => {
        const stop = AbortSignal.any([signal, AbortSignal.timeout(mostSeconds * 1000)])
        const { resources, ...found } =
          subject.kind === 'upload'
            ? await ofUpload(subject, asked, stop)
            : await ofCollection(subject, asked, stop)
        const { style } = found.check
        return { ...found, legend: style === null ? [] : await legendOf(style, resources) }
      }, signal),
  }
}

export type StylePreviews = ReturnType<typeof createStylePreviews>
