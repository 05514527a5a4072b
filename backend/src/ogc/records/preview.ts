/** What a record's page shows of the data themselves: the legend of the published style, the fields, the first rows. */
import { Problem } from '../../domain/problem.ts'
import type { LegendJson } from '../../render/legend-picture.ts'
import type { PublishedCollection } from '../../repositories/collections.ts'
import { isTableGone } from '../../repositories/features.ts'
import type { Collections } from '../../services/collections.ts'
import type { Features } from '../../services/features.ts'
import { hasMap } from '../../services/maps.ts'
import type { StyleDrawing } from '../../services/style-drawing.ts'
import { chosenStyle } from '../../services/style-models.ts'
import { type PlainFeature, readFeatures } from '../common/plain-features.ts'
import { crs84 } from './filter.ts'

export type PreviewParts = {
  collections: Pick<Collections, 'find'>
  features: Pick<Features, 'withCollection' | 'openPage'>
  drawing: Pick<StyleDrawing, 'legendOf'>
}

export type DataPreview = {
  collection: PublishedCollection
  hasMap: boolean
  style: { id: string; title: string } | null
  /** Null where it is still being drawn: it is then a picture of its own. */
  legend: LegendJson['entries'] | null
  rows: PlainFeature[]
}

const rowsShown = 5
const patienceMs = 2000
/** A legend that was drawn before is there at once. */
const legendPatienceMs = 300

/** The page is for reading the record: what cannot be had of the data now is left out. */
const ifPossible = async <Value>(ask: () => Promise<Value>, otherwise: Value, signal?: AbortSignal) => {
  try {
    return await ask()
  } catch (error) {
    if (error instanceof Problem || isTableGone(error) || signal?.aborted) return otherwise
    throw error
  }
}

const readRows = async (features: PreviewParts['features'], id: string): Promise<PlainFeature[]> => {
  const signal = AbortSignal.timeout(patienceMs)
  return ifPossible(
    () =>
      features.withCollection(id, async (collection) =>
        readFeatures(
          await features.openPage(
            collection,
            {
              form: 'geojson',
              isMeasured: false,
              crs: crs84,
              properties: null,
              isGeometrySkipped: true,
              filter: { bbox: null, time: null, equals: [], text: null, expression: null },
              start: { offset: 0 },
              sort: [],
              limit: rowsShown,
            },
            signal,
          ),
        ),
      ),
    [],
    signal,
  )
}

const readLegend = async (
  drawing: PreviewParts['drawing'],
  collection: PublishedCollection,
): Promise<DataPreview['legend']> => {
  const style = chosenStyle(collection, null)
  if (style === null) return []
  const drawn = ifPossible(
    () => drawing.legendOf({ collection, style }, { format: 'json', pixelRatio: 2, scaleDenominator: null }),
    null,
  )
  const late = Promise.withResolvers<null>()
  const timer = setTimeout(() => late.resolve(null), legendPatienceMs)
  const bytes = await Promise.race([drawn, late.promise]).finally(() => clearTimeout(timer))
  return bytes && (JSON.parse(Buffer.from(bytes).toString()) as LegendJson).entries
}

export const readPreview = async (
  { collections, features, drawing }: PreviewParts,
  collectionId: string | null,
): Promise<DataPreview | null> => {
  const collection = collectionId === null ? undefined : await collections.find(collectionId)
  if (!collection) return null
  const [legend, rows] = await Promise.all([
    hasMap(collection) ? readLegend(drawing, collection) : [],
    collection.kind === 'features' ? readRows(features, collection.id) : [],
  ])
  return {
    collection,
    hasMap: hasMap(collection) && (collection.raster !== null || collection.featureCount > 0),
    style: chosenStyle(collection, null),
    legend,
    rows,
  }
}
