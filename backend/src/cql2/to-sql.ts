/**
 * A checked filter as SQL. Every value is a parameter; what stands in the text are operators, casts and the columns
 * that the caller names. Three-valued as CQL2 wants it: what is asked of a null is null, and NOT leaves it so.
 */
import type { Area } from '../domain/feature-query.ts'
import type { Filter, Place, ScalarType, Span, Texts, Value } from './filter.ts'
import { accentFold, caseFold } from './folds.ts'
import type { ArrayRelation, Comparison, Spatial, Temporal } from './words.ts'

export type SqlParts = {
  /** SQL of a property: a qualified column. */
  property: (name: string) => string
  /** SQL of the geometry. */
  geometry: string
  /** Whether the geometry may be a collection, which has no relations but to intersect. */
  mayBeCollection: boolean
  /** Takes a value and gives the place it has in the text: $7. */
  add: (value: string) => string
  /** Instead of `caseFold`: a function of the database, which indexes know. */
  caseFold?: (text: string) => string
  /** Which texts `caseFold` says more of than `lower` does, as a condition that an index answers; null where none does. */
  foldsMore?: (text: string) => string | null
  touches: (area: Area) => string
}

/** What a value is cast to, by its type. */
export const sqlTypes: Record<ScalarType, string> = {
  string: 'text',
  integer: 'bigint',
  number: 'double precision',
  boolean: 'boolean',
  date: 'date',
  datetime: 'timestamptz',
  time: 'time',
}

const isOrder = (op: Comparison) => op !== '=' && op !== '<>'

export const toSql = (filter: Filter, parts: SqlParts): string => {
  const { add, geometry } = parts

  // Tables and the like are the same wherever they are needed.
  const shared = new Map<string, string>()
  const addOnce = (value: string): string => {
    const place = shared.get(value) ?? add(value)
    shared.set(value, place)
    return place
  }

  // Values ---------------------------------------------------------------------------------------------

  /** Doubles: properties that are, and whatever is computed with them. */
  const isDouble = (value: Value): boolean => value.type === 'number' && value.kind !== 'literal'

  const literal = (value: Extract<Value, { kind: 'literal' }>, beside: Value): string => {
    if (value.type === 'integer' || value.type === 'number')
      return `${add(value.value)}::${isDouble(beside) ? 'double precision' : value.type === 'integer' ? 'bigint' : 'numeric'}`
    return `${add(value.value)}::${sqlTypes[value.type]}`
  }

  const valueSql = (value: Value, beside: Value = value): string => {
    if (value.kind === 'property') return parts.property(value.name)
    if (value.kind === 'literal') return literal(value, beside)
    if (value.kind === 'null') return `null::${sqlTypes[value.type]}`
    if (value.kind === 'condition') return conditionSql(value.of)
    if (value.kind === 'arithmetic') return arithmeticSql(value)
    const text = valueSql(value.of)
    if (value.fold === 'casei') return parts.caseFold?.(text) ?? caseFold(text, addOnce)
    return accentFold(text, addOnce)
  }

  const exact = (value: Value): string =>
    value.kind === 'null' ? 'null::numeric' : `(${valueSql(value)})::numeric`
  const double = (value: Value): string =>
    value.kind === 'null' ? 'null::double precision' : `(${valueSql(value)})::double precision`

  const arithmeticSql = ({
    op,
    args: [left, right],
    type,
  }: Extract<Value, { kind: 'arithmetic' }>): string => {
    if (op === '/') return `(${double(left)} / nullif(${double(right)}, 0))`
    if (op === '^') return powerSql(double(left), double(right))
    // Whole numbers never run over as numeric; a division by zero has no result, and so is null.
    if (op === '%' || op === 'div') {
      const [a, b] = [exact(left), `nullif(${exact(right)}, 0)`]
      const result = op === '%' ? `(${a} % ${b})` : `div(${a}, ${b})`
      return type === 'number' ? `${result}::double precision` : result
    }
    return type === 'number'
      ? `(${double(left)} ${op} ${double(right)})`
      : `(${exact(left)} ${op} ${exact(right)})`
  }

  /** Null where the power has no real value or one beyond all numbers. `offset 0` keeps the planner from writing the operands out again. */
  const powerSql = (base: string, exponent: string): string =>
    `(select case
      when p.a = 0 then case when p.b > 0 then 0 when p.b = 0 then 1 end
      when p.a < 0 and p.b <> trunc(p.b) then null
      when p.b * ln(abs(p.a)) < -700 then 0
      when p.b * ln(abs(p.a)) < 709 then power(p.a, p.b)
      end from (select ${base} as a, ${exponent} as b offset 0) p)`

  /** As an instant; a day is its first, or its last for the end of a span. */
  const instantSql = (value: Value, end: 'first' | 'last' = 'first'): string => {
    const sql = valueSql(value)
    if (value.type !== 'date') return sql
    return end === 'first'
      ? `((${sql})::timestamp at time zone 'UTC')`
      : `((${sql} + 1)::timestamp at time zone 'UTC' - interval '1 microsecond')`
  }

  /** Both sides in a type in which they can be compared; texts in the order of their code points where order counts. */
  const comparable = (values: Value[], isOrdered: boolean): string[] => {
    const isMixed =
      values.some(({ type }) => type === 'date') && values.some(({ type }) => type === 'datetime')
    if (isMixed) return values.map((value) => instantSql(value))
    const beside = values.find(isDouble)
    return values.map((value, at) => {
      const sql = valueSql(value, beside ?? values[at === 0 ? 1 : 0] ?? value)
      return isOrdered && value.type === 'string' ? `((${sql}) collate "C")` : sql
    })
  }

  // Conditions -----------------------------------------------------------------------------------------

  const conditionSql = (one: Filter): string => {
    switch (one.kind) {
      case 'constant':
        return one.value === null ? 'null::boolean' : String(one.value)
      case 'and':
      case 'or':
        return `(${one.of.map(conditionSql).join(` ${one.kind} `)})`
      case 'not':
        return `(not ${conditionSql(one.of)})`
      case 'holds':
        return `(${valueSql(one.value)})`
      case 'compare': {
        const [left, right] = comparable(one.args, isOrder(one.op))
        return `(${left} ${one.op} ${right})`
      }
      case 'like':
        return likeSql(one.value, patternSql(one.pattern))
      case 'between':
        return betweenSql(one.args)
      case 'in': {
        const [value, ...list] = comparable([one.value, ...one.list], false)
        return `(${value} in (${list.join(', ')}))`
      }
      case 'isNull':
        return `(${nullableSql(one.of)} is null)`
      case 'spatial':
        return spatialSql(one.relation, one.args)
      case 'touches':
        return touchesSql(one.areas)
      case 'temporal':
        return temporalSql(one.relation, one.args)
      case 'array':
        return arraySql(one.relation, one.args)
    }
  }

  const nullableSql = (of: Value | 'geometry' | Texts): string => {
    if (of === 'geometry') return geometry
    return 'type' in of ? valueSql(of) : textsSql(of)
  }

  /**
   * Where `lower` gives what the fold gives, ILIKE says the same, and has an index of trigrams; the texts where it does
   * not have an index of their own. Folding costs half a millisecond for an abstract.
   */
  const likeSql = (value: Value, pattern: string): string => {
    const like = `${valueSql(value)} like ${pattern} escape '\\'`
    if (value.kind !== 'fold' || value.fold !== 'casei' || !parts.caseFold) return `(${like})`
    const text = valueSql(value.of)
    const more = parts.foldsMore?.(text) ?? `(lower(${text}) <> ${parts.caseFold(text)})`
    const same = `${text} ilike ${pattern} escape '\\' and lower(${text}) like ${pattern} escape '\\' and not ${more}`
    return `((${same}) or (${more} and ${like}))`
  }

  /** A backslash at the end of a pattern escapes nothing; PostgreSQL would refuse it. */
  const patternSql = (pattern: Value): string => {
    if (pattern.kind === 'fold') return valueSql({ ...pattern, of: withoutLooseEnd(pattern.of) })
    return valueSql(withoutLooseEnd(pattern))
  }

  const betweenSql = (args: [Value, Value, Value]): string => {
    const [value, low, high] = comparable(args, true)
    const [, from, until] = args
    if (from.kind === 'literal' && until.kind === 'literal') return `(${value} between ${low} and ${high})`
    // Null when either end is, also where the other decides: a product of two truths, unlike AND, is null then.
    return `((${value} >= ${low})::int * (${value} <= ${high})::int = 1)`
  }

  // Places ---------------------------------------------------------------------------------------------

  const placeSql = (place: Place): string => {
    if (place.kind === 'own') return geometry
    if (place.kind === 'stored') return `${add(place.geometry)}::geometry`
    throw new Error('A geometry literal was not moved to the coordinate system of the data')
  }

  const spatialSql = (relation: Spatial, [first, second]: [Place, Place]): string => {
    const [a, b] = [placeSql(first), placeSql(second)]
    const exactly = `st_${relation.slice(2)}(${a}, ${b})`
    // Boxes first, so that the index finds the candidates also below OR; all relations but disjoint need them to meet.
    const test = `(${a} && ${b} and ${exactly})`
    return parts.mayBeCollection && relation !== 's_intersects'
      ? `(case when geometrytype(${geometry}) <> 'GEOMETRYCOLLECTION' then ${test} end)`
      : test
  }

  const touchesSql = (areas: Area[] | 'all'): string => {
    if (areas === 'all') return `(${geometry} is not null or null::boolean)`
    if (areas.length === 0) return `(${geometry} is null and null::boolean)`
    return `(${areas.map(parts.touches).join(' or ')})`
  }

  // Times ----------------------------------------------------------------------------------------------

  const temporalSql = (relation: Temporal, spans: [Span, Span]): string => {
    const ends = spans.flatMap(({ from, until }) => [from, until])
    const type = ends.some((end) => end?.type === 'datetime') ? 'timestamptz' : 'date'
    const endSql = (value: Value | null, end: 'first' | 'last') => {
      if (value === null) return `'${end === 'first' ? '-' : ''}infinity'::${type}`
      return type === 'date' ? valueSql(value) : instantSql(value, end)
    }
    const [first, second] = spans
    const test = relations[relation]({
      a: once(() => endSql(first.from, 'first')),
      b: once(() => endSql(first.until, 'last')),
      c: once(() => endSql(second.from, 'first')),
      d: once(() => endSql(second.until, 'last')),
    })
    // AND is false as soon as one side is, but a span that lacks an end has no relation at all.
    const needed = [...new Set(ends.flatMap((end) => (end?.kind === 'property' ? [valueSql(end)] : [])))]
    return needed.length === 0
      ? `(${test})`
      : `(case when ${needed.map((sql) => `${sql} is not null`).join(' and ')} then ${test} end)`
  }

  // Lists ----------------------------------------------------------------------------------------------

  const textsSql = (texts: Texts): string =>
    texts.kind === 'property'
      ? parts.property(texts.name)
      : `array[${texts.values.map((value) => `${add(value)}::text`).join(', ')}]::text[]`

  const arraySql = (relation: ArrayRelation, [left, right]: [Texts, Texts]): string =>
    `(${textsSql(left)} ${arrayOperators[relation]} ${textsSql(right)})`

  return conditionSql(filter)
}

const withoutLooseEnd = (pattern: Value): Value => {
  if (pattern.kind === 'fold') return { ...pattern, of: withoutLooseEnd(pattern.of) }
  if (pattern.kind !== 'literal') return pattern
  const slashes = /\\*$/.exec(pattern.value)?.[0].length ?? 0
  return slashes % 2 === 0 ? pattern : { ...pattern, value: `${pattern.value}\\` }
}

/** A parameter must be used where it is given, so an end is written when a relation asks for it. */
const once = (make: () => string): (() => string) => {
  let made: string | null = null
  return () => {
    made ??= make()
    return made
  }
}

/** From a to b, and from c to d, ends included. */
type Ends = Record<'a' | 'b' | 'c' | 'd', () => string>

const relations: Record<Temporal, (ends: Ends) => string> = {
  t_after: ({ a, d }) => `${a()} > ${d()}`,
  t_before: ({ b, c }) => `${b()} < ${c()}`,
  t_disjoint: ({ a, b, c, d }) => `(${b()} < ${c()} or ${a()} > ${d()})`,
  t_equals: ({ a, b, c, d }) => `(${a()} = ${c()} and ${b()} = ${d()})`,
  t_intersects: ({ a, b, c, d }) => `(${a()} <= ${d()} and ${b()} >= ${c()})`,
  t_contains: ({ a, b, c, d }) => `(${a()} < ${c()} and ${b()} > ${d()})`,
  t_during: ({ a, b, c, d }) => `(${a()} > ${c()} and ${b()} < ${d()})`,
  t_finishedby: ({ a, b, c, d }) => `(${a()} < ${c()} and ${b()} = ${d()})`,
  t_finishes: ({ a, b, c, d }) => `(${a()} > ${c()} and ${b()} = ${d()})`,
  t_meets: ({ b, c }) => `${b()} = ${c()}`,
  t_metby: ({ a, d }) => `${a()} = ${d()}`,
  t_overlappedby: ({ a, b, c, d }) => `(${a()} > ${c()} and ${a()} < ${d()} and ${b()} > ${d()})`,
  t_overlaps: ({ a, b, c, d }) => `(${a()} < ${c()} and ${b()} > ${c()} and ${b()} < ${d()})`,
  t_startedby: ({ a, b, c, d }) => `(${a()} = ${c()} and ${b()} > ${d()})`,
  t_starts: ({ a, b, c, d }) => `(${a()} = ${c()} and ${b()} < ${d()})`,
}

const arrayOperators: Record<ArrayRelation, string> = {
  a_equals: '=',
  a_contains: '@>',
  a_containedby: '<@',
  a_overlaps: '&&',
}
