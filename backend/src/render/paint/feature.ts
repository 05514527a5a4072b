/** What the painter is given: features with a geometry in the map's coordinate system, values in the order of `fields`. */

export type PaintValue = string | number | boolean | null

export type PaintFeature = {
  id: string | number | null
  /** WKB or EWKB; null for a feature without a place. */
  wkb: Uint8Array | null
  values: readonly PaintValue[]
}

export type FeatureSource = {
  fields: readonly string[]
  features: Iterable<PaintFeature>
}
