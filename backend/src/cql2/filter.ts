/** A filter that has been checked against the properties of a collection: every part has a type, every name is known. */
import type { Area } from '../domain/feature-query.ts'
import type { Box, FieldType } from '../domain/probe.ts'
import type { Geometry } from './ast.ts'
import type { Arithmetic, ArrayRelation, Comparison, Fold, Spatial, Temporal } from './words.ts'

export type ScalarType = Exclude<FieldType, 'binary'>

/** What can be named in a filter. `texts` is a list of texts. */
export type Queryable = { type: ScalarType | 'texts' | 'geometry' }

export type Value =
  | { kind: 'property'; name: string; type: ScalarType }
  | { kind: 'literal'; type: ScalarType; value: string }
  | { kind: 'fold'; fold: Fold; of: Value; type: 'string' }
  /** `number` is computed as a double, `integer` exactly. */
  | { kind: 'arithmetic'; op: Arithmetic; args: [Value, Value]; type: 'integer' | 'number' }
  | { kind: 'condition'; of: Filter; type: 'boolean' }
  | { kind: 'null'; type: ScalarType }

/** `literal` has the coordinates of the request, in x/y order; `stored` is well-known text or binary in the system of the data. */
export type Place =
  | { kind: 'own' }
  | { kind: 'literal'; epsg: number; geometry: Geometry; boxes: Box[] | null }
  | { kind: 'stored'; geometry: string }

/** From one instant to another, both included; null is open. */
export type Span = { from: Value | null; until: Value | null }

export type Texts = { kind: 'property'; name: string } | { kind: 'literal'; values: string[] }

export type Filter =
  | { kind: 'constant'; value: boolean | null }
  | { kind: 'and' | 'or'; of: Filter[] }
  | { kind: 'not'; of: Filter }
  | { kind: 'holds'; value: Value }
  | { kind: 'compare'; op: Comparison; args: [Value, Value] }
  | { kind: 'like'; value: Value; pattern: Value }
  | { kind: 'between'; args: [Value, Value, Value] }
  | { kind: 'in'; value: Value; list: Value[] }
  | { kind: 'isNull'; of: Value | 'geometry' | Texts }
  | { kind: 'spatial'; relation: Spatial; args: [Place, Place] }
  /** Features that touch one of the areas; 'all' of those that have a geometry. */
  | { kind: 'touches'; areas: Area[] | 'all' }
  | { kind: 'temporal'; relation: Temporal; args: [Span, Span] }
  | { kind: 'array'; relation: ArrayRelation; args: [Texts, Texts] }

type SpatialFilter = Extract<Filter, { kind: 'spatial' }>

const conditionsIn = (value: Value): Filter[] => (value.kind === 'condition' ? [value.of] : [])

/** Whether a filter asks for places at all. */
export const hasPlaces = (filter: Filter): boolean => {
  if (filter.kind === 'spatial') return true
  if (filter.kind === 'and' || filter.kind === 'or') return filter.of.some(hasPlaces)
  if (filter.kind === 'not') return hasPlaces(filter.of)
  if (filter.kind === 'holds') return conditionsIn(filter.value).some(hasPlaces)
  if (filter.kind === 'compare') return filter.args.flatMap(conditionsIn).some(hasPlaces)
  if (filter.kind === 'in') return [filter.value, ...filter.list].flatMap(conditionsIn).some(hasPlaces)
  return filter.kind === 'isNull' && typeof filter.of === 'object' && 'type' in filter.of
    ? conditionsIn(filter.of).some(hasPlaces)
    : false
}

/** The same filter with its relations between places replaced, wherever they stand. */
export const mapPlaces = async (
  filter: Filter,
  change: (spatial: SpatialFilter) => Promise<Filter>,
): Promise<Filter> => {
  if (!hasPlaces(filter)) return filter
  const inside = (one: Filter) => mapPlaces(one, change)
  const inValue = async (value: Value): Promise<Value> =>
    value.kind === 'condition' ? { ...value, of: await inside(value.of) } : value
  if (filter.kind === 'spatial') return change(filter)
  if (filter.kind === 'and' || filter.kind === 'or')
    return { ...filter, of: await Promise.all(filter.of.map(inside)) }
  if (filter.kind === 'not') return { ...filter, of: await inside(filter.of) }
  if (filter.kind === 'holds') return { ...filter, value: await inValue(filter.value) }
  if (filter.kind === 'compare') {
    const [left, right] = filter.args
    return { ...filter, args: [await inValue(left), await inValue(right)] }
  }
  if (filter.kind === 'in')
    return {
      ...filter,
      value: await inValue(filter.value),
      list: await Promise.all(filter.list.map(inValue)),
    }
  if (filter.kind === 'isNull' && typeof filter.of === 'object' && 'type' in filter.of)
    return { ...filter, of: await inValue(filter.of) }
  return filter
}
