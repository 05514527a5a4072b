/** What expressions are asked about: a feature, and its geometry on the picture. */
import type { PaintFeature } from './feature.ts'
import type { Geometry } from './geometry.ts'

export type Subject = {
  feature: PaintFeature
  /** Read when it is first needed. */
  geometry: () => Geometry
  /** With what lies outside the picture, for middles that must not depend on the picture. */
  whole: () => Geometry
}
