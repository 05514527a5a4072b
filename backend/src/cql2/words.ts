/** The operations of CQL2 by name, lower case, as JSON writes them but for the case. */

export const comparisons = ['=', '<>', '<', '>', '<=', '>='] as const
export type Comparison = (typeof comparisons)[number]

export const arithmetics = ['+', '-', '*', '/', '%', 'div', '^'] as const
export type Arithmetic = (typeof arithmetics)[number]

export const spatials = [
  's_intersects',
  's_equals',
  's_disjoint',
  's_touches',
  's_within',
  's_overlaps',
  's_crosses',
  's_contains',
] as const
export type Spatial = (typeof spatials)[number]

/** Between instants and intervals; the others are between intervals only. */
export const temporalsOfAny = ['t_after', 't_before', 't_disjoint', 't_equals', 't_intersects'] as const
export const temporalsOfIntervals = [
  't_contains',
  't_during',
  't_finishedby',
  't_finishes',
  't_meets',
  't_metby',
  't_overlappedby',
  't_overlaps',
  't_startedby',
  't_starts',
] as const
export type Temporal = (typeof temporalsOfAny)[number] | (typeof temporalsOfIntervals)[number]

export const arrays = ['a_equals', 'a_contains', 'a_containedby', 'a_overlaps'] as const
export type ArrayRelation = (typeof arrays)[number]

export const folds = ['casei', 'accenti'] as const
export type Fold = (typeof folds)[number]

const isIn =
  <Name extends string>(names: readonly Name[]) =>
  (name: string): name is Name =>
    (names as readonly string[]).includes(name)

export const isComparison = isIn(comparisons)
export const isArithmetic = isIn(arithmetics)
export const isSpatial = isIn(spatials)
export const isTemporalOfAny = isIn(temporalsOfAny)
export const isTemporalOfIntervals = isIn(temporalsOfIntervals)
export const isArrayRelation = isIn(arrays)
export const isFold = isIn(folds)

/** What may be called with arguments in parentheses. */
export const functionNames: readonly string[] = [
  ...folds,
  ...spatials,
  ...temporalsOfAny,
  ...temporalsOfIntervals,
  ...arrays,
]
