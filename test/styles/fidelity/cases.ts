/** Reads what draw.py left, and draws the same with the painter. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import type { Box } from '../../../backend/src/domain/probe.ts'
import { paintMap } from '../../../backend/src/render/map-job.ts'
import { createBudget, defaultLimits } from '../../../backend/src/render/paint/budget.ts'
import type { PaintFeature, PaintValue } from '../../../backend/src/render/paint/feature.ts'
import type { PlacedLabel } from '../../../backend/src/render/paint/label-placement.ts'
import { createLosses } from '../../../backend/src/render/paint/losses.ts'
import { compileStyle, paintFeatures, pixelsOf } from '../../../backend/src/render/paint/paint.ts'
import {
  externalGraphicsOf,
  type Resources,
  readPictures,
  resourceKey,
} from '../../../backend/src/render/paint/pictures.ts'
import type { Raster } from '../../../backend/src/render/paint/raster.ts'
import { plainView, type View } from '../../../backend/src/render/paint/view.ts'
import type { StyleLoss } from '../../../backend/src/styles/finding.ts'
import { fromXml } from '../../../backend/src/styles/markup.ts'
import type { Style } from '../../../backend/src/styles/model.ts'
import { readQml } from '../../../backend/src/styles/qml.ts'
import { readQmlStyle } from '../../../backend/src/styles/qml-read.ts'
import { repairStyle } from '../../../backend/src/styles/repair.ts'
import { readSld } from '../../../backend/src/styles/sld-read.ts'
import { readXml } from '../../../backend/src/xml/read.ts'
import type { Picture } from './similarity.ts'

export type Tier = 'A' | 'B' | 'C' | 'D' | 'X'

export type TheirLabel = {
  feature: number
  text: string
  corners: [number, number][]
  width: number
  height: number
}

export type Case = {
  id: string
  style: string
  corpus: 'made' | 'files' | 'training'
  tier: Tier
  kind: string
  png: string
  labels: TheirLabel[]
  box: Box
  isGeographic: boolean
  crs: string
  size: [number, number]
  sld: string
  qml: string
  data: string
}

export type Drawn = { picture: Picture; labels: PlacedLabel[]; losses: StyleLoss[] }

type Table = { fields: string[]; features: [number, string | null, PaintValue[]][] }
type Grid = {
  box: Box
  width: number
  height: number
  bands: { type: string; noData: number | null; values: number[] }[]
}

export const readCases = (folder: string): Case[] =>
  (JSON.parse(readFileSync(join(folder, 'cases.json'), 'utf8')) as { cases: Case[] }).cases

/** Keeps the last tables: cases that follow each other have the same data. */
const createTables = (folder: string) => {
  const kept = new Map<string, unknown>()
  return (name: string): unknown => {
    const present = kept.get(name)
    if (present !== undefined) return present
    if (kept.size > 4) kept.clear()
    const table: unknown = JSON.parse(readFileSync(join(folder, name), 'utf8'))
    kept.set(name, table)
    return table
  }
}

const arrays = { Byte: Uint8Array, Int16: Int16Array, UInt16: Uint16Array, Int32: Int32Array } as const

const rasterOf = ({ box, width, height, bands }: Grid): Raster => ({
  box,
  width,
  height,
  bands: bands.map(({ type, noData, values }) => ({
    name: null,
    noData,
    values: (arrays[type as keyof typeof arrays] ?? Float64Array).from(values),
  })),
})

// Styles -------------------------------------------------------------------------------------------------

/** What is drawn of the SLD alone, and of the SLD with its QML. */
export type Source = 'sld' | 'qml'

export const readStyleOf = (
  folder: string,
  { sld, qml, corpus }: Case,
  source: Source,
  fields: string[],
): Style => {
  const bytes = readFileSync(sld.startsWith('/') ? sld : join(folder, sld))
  const reading = readSld(readXml(bytes, { what: 'The style' }), { fields, dialect: 'auto' })
  if (source === 'sld' && reading === null) throw new Error('it holds no style')
  if (source === 'sld') {
    const [error] = reading?.errors ?? []
    if (error || reading === null) throw new Error(`refused: ${error?.code}`)
    return reading.style
  }
  const read = readQmlStyle(fromXml(readQml(readFileSync(join(folder, qml)), 'The QML')))
  // What QGIS made of somebody's SLD is no companion of it; the QML stands for itself.
  const isCompanion = reading !== null && reading.errors.length === 0 && corpus !== 'files'
  if (!isCompanion) return read.style
  return repairStyle({ sld: { style: reading.style, dialect: reading.dialect }, qml: read }).style
}

/** QGIS's symbols stand for the library of a deployment. */
const library = '/usr/share/qgis/svg'

const resourcesOf = (style: Style): Resources => {
  const found: Record<string, Uint8Array> = {}
  for (const { source } of externalGraphicsOf(style)) {
    if (source.kind !== 'library') continue
    try {
      found[resourceKey(source)] = readFileSync(join(library, source.name))
    } catch {
      // QGIS does not have it, either.
    }
  }
  return found
}

// Drawing ------------------------------------------------------------------------------------------------

const viewOf = ({ box, size: [width, height], isGeographic }: Case): View =>
  plainView({ box, width, height, metresPerUnit: isGeographic ? 111_319.490_793_273_6 : 1 })

export const readPicture = async (bytes: string | Uint8Array): Promise<Picture> => {
  const { data, info } = await sharp(bytes).ensureAlpha().raw().toBuffer({ resolveWithObject: true })
  return { rgba: data, width: info.width, height: info.height }
}

export const createDrawing = (folder: string) => {
  const tables = createTables(folder)
  return async (one: Case, source: Source): Promise<Drawn> => {
    const view = viewOf(one)
    if (one.kind === 'raster') {
      const raster = rasterOf(tables(one.data) as Grid)
      const style = readStyleOf(folder, one, source, [])
      const painted = await paintMap(
        {
          layers: [{ kind: 'raster', style, resources: {}, raster }],
          view,
          background: { color: '#ffffff', void: null, valid: null },
          format: 'png',
          cut: null,
          limits: defaultLimits,
        },
        () => false,
      )
      const [image] = painted.images
      if (image === undefined) throw new Error('no picture')
      return { picture: await readPicture(image), labels: [], losses: painted.losses }
    }
    const { fields, features } = tables(one.data) as Table
    const style = readStyleOf(folder, one, source, fields)
    const losses = createLosses()
    const pictures = await readPictures(style, resourcesOf(style), losses)
    const programme = compileStyle(style, view, { fields, pictures })
    const read = features.map(
      ([id, wkb, values]): PaintFeature => ({
        id,
        wkb: wkb === null ? null : Buffer.from(wkb, 'hex'),
        values,
      }),
    )
    const budget = createBudget({
      limits: { ...defaultLimits, timeMs: 120_000 },
      now: () => performance.now(),
      isCancelled: () => false,
    })
    const { surface, placed } = paintFeatures(programme, { fields, features: read }, budget)
    const { rgba, width, height } = pixelsOf(surface, '#ffffff')
    return {
      picture: { rgba: new Uint8Array(rgba.buffer, rgba.byteOffset, rgba.byteLength), width, height },
      labels: placed,
      losses: [...losses.list(), ...programme.losses()],
    }
  }
}
