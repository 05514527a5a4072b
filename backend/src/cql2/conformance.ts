/**
 * What of CQL2 is here, by conformance class, each beside the file that earns it; tests run the standard's own
 * predicates for every one. Where a class was called otherwise in drafts that clients still ask for, both names stand.
 * Not here: array-functions, because no collection has lists, and functions, because there are none of our own.
 */
const cql2 = 'http://www.opengis.net/spec/cql2/1.0/conf/'

const earned: readonly { by: string; names: readonly string[] }[] = [
  { by: 'read-text.ts', names: ['cql2-text'] },
  { by: 'read-json.ts', names: ['cql2-json'] },
  { by: 'check.ts', names: ['basic-cql2', 'property-property', 'arithmetic'] },
  { by: 'to-sql.ts', names: ['advanced-comparison-operators'] },
  { by: 'folds.ts', names: ['case-insensitive-comparison', 'accent-insensitive-comparison'] },
  // QGIS 3.34 to 3.42 look for the draft's `operators` only (QGIS#60092).
  {
    by: 'geometry.ts',
    names: ['basic-spatial-functions', 'basic-spatial-operators', 'basic-spatial-functions-plus'],
  },
  { by: 'to-sql.ts', names: ['spatial-functions', 'spatial-operators'] },
  { by: 'to-sql.ts', names: ['temporal-functions', 'temporal-operators'] },
]

export const cql2Conformance: readonly string[] = earned.flatMap(({ names }) =>
  names.map((name) => `${cql2}${name}`),
)
