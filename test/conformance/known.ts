/** Failures that are the suite's own: each with what shows it. Everything else that fails makes `make conformance` fail. */

export type KnownDefect = {
  suite: 'features' | 'tiles' | 'csw'
  /** Class and method, or the name of the test. */
  test: string
  /** What the test was given, where only some of it is concerned; collection first. */
  given?: RegExp
  why: string
  evidence: string
}

export const knownDefects: readonly KnownDefect[] = [
  {
    suite: 'features',
    test: 'BBoxCrsParameter.verifyBboxCrsParameter',
    // Points that lie on the border of their own extent.
    given: /^health_centres, .*\/(2006|32620|3857),/,
    why: 'The suite transforms two corners of the extent and demands the same first ten features. A rectangle of one system is none in another: points on the border of the extent lie outside, so the second page begins earlier.',
    evidence:
      'https://github.com/opengeospatial/ets-ogcapi-features10/issues/249 (open), https://github.com/opengeospatial/ogcapi-features/issues/646',
  },
  {
    suite: 'features',
    test: 'FeatureCrsParameterTransform.verifyFeatureCrsParameterTransformWithoutCrsParameter',
    // A table without places: its features have `"geometry": null`, as GeoJSON wants it.
    given: /^rainfall_monthly,/,
    why: 'The suite compares the geometry of a feature that has none and meets its own NullPointerException; collections without geometries are allowed.',
    evidence:
      'https://github.com/opengeospatial/ets-ogcapi-features10/issues/227 (open), https://github.com/opengeospatial/ogcapi-features/issues/765',
  },
]

/** Why tests are skipped, by the beginning of what the suite says. */
export const skips: readonly [beginning: string, reason: string][] = [
  [
    'No features were returned',
    'the suite asks for boxes elsewhere on Earth, where the examples have nothing',
  ],
  [
    "Collection with id 'rainfall_monthly'",
    'a table without places: no extent and no storage system to test',
  ],
  ['Collection with id rainfall_monthly', 'a table without places: no extent to test'],
  ['Skipped because Conformance Class', 'a class that is not declared, because it is not offered'],
]
