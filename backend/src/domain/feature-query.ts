/** What a client may ask of the features of a collection, checked and typed; the OGC faces make it, SQL answers it. */
import type { Filter } from '../cql2/filter.ts'
import type { CollectionColumn } from './collection.ts'
import type { Box } from './probe.ts'

/** A coordinate system as a request names it: the axis order is part of the name. */
export type RequestCrs = { epsg: number; axisOrder: 'xy' | 'yx'; uri: string }

/** Boxes in x/y order, of which a feature touches at least one (two across the antimeridian), and heights if asked. */
export type BoxQuery = { epsg: number; boxes: Box[]; heights: [number, number] | null }

/** Null is open. `until` is inclusive unless it is the start of the day after. */
export type TimeSpan = { from: string | null; until: string | null; isUntilExclusive: boolean }

/** Compared as the column's type; the text has been checked to be of that type. */
export type PropertyEquals = { column: CollectionColumn; value: string }

/** An area in storage CRS that features touch, as EWKT. */
export type Area = {
  outer: string
  /** A box well inside: what lies in it touches the area for certain, and GEOS is not asked. */
  inner: string | null
}

/** One of several may occur; the words of one stand next to each other, in this order. */
export type TextSearch = string[][]

export type FeatureFilter = {
  bbox: BoxQuery | null
  time: TimeSpan | null
  equals: PropertyEquals[]
  /** In any property that is text, whatever the case. */
  text: TextSearch | null
  /** CQL2, checked against the collection. */
  expression: Filter | null
}

/** What features are ordered by, before their ids; without a value they come last. */
export type SortKey = { column: CollectionColumn; isDescending: boolean }

/**
 * Where a page starts: after the feature with this place in the order, as `lastKey` of the page before told it, or so many
 * features from the beginning.
 */
export type PageStart = { after: string } | { offset: number }

/** How features are written. */
export type FeatureForm = 'geojson' | 'jsonfg' | 'jsonfg-plus' | 'csv' | 'flatgeobuf'

export type FeatureRequest = {
  filter: FeatureFilter
  start: PageStart
  limit: number
  /** Empty: by id alone. */
  sort: SortKey[]
} & FeatureLook

/** What of a feature is written. */
export type FeatureLook = {
  crs: RequestCrs
  /** Null: all of them. */
  properties: CollectionColumn[] | null
  isGeometrySkipped: boolean
}

export const hasNoFilter = ({ bbox, time, equals, text, expression }: FeatureFilter): boolean =>
  bbox === null && time === null && equals.length === 0 && text === null && expression === null
