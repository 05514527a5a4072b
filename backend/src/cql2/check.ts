/** Gives every part of a filter its type, and refuses what has none: unknown names, text compared with numbers, and so on. */
import type { RequestCrs } from '../domain/feature-query.ts'
import { filterProblems } from '../domain/problems/filter.ts'
import { toBoxes } from '../geo/boxes.ts'
import { nearestName } from '../styles/nearest-name.ts'
import type { Call, Geometry, Node } from './ast.ts'
import type { Filter, Place, Queryable, ScalarType, Span, Texts, Value } from './filter.ts'
import { boxesGeometry, homogeneous, inXyOrder } from './geometry.ts'
import { readDay, readInstant, readInteger, readNumber, readTime } from './values.ts'
import {
  functionNames,
  isArithmetic,
  isArrayRelation,
  isComparison,
  isFold,
  isSpatial,
  isTemporalOfAny,
  isTemporalOfIntervals,
  type Spatial,
  type Temporal,
} from './words.ts'

export type CheckOptions = {
  queryables: ReadonlyMap<string, Queryable>
  /** Of geometry literals (filter-crs). */
  crs: Pick<RequestCrs, 'epsg' | 'axisOrder'>
}

const typeWords: Record<ScalarType | 'texts' | 'geometry', string> = {
  string: 'text',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  date: 'a day',
  datetime: 'an instant',
  time: 'a time of day',
  texts: 'a list of texts',
  geometry: 'a geometry',
}

const examples: Record<ScalarType, string> = {
  string: "text in single quotes, such as 'Castries'",
  integer: 'a number without quotes',
  number: 'a number without quotes',
  boolean: 'TRUE or FALSE',
  date: "a day such as DATE('2020-01-31')",
  datetime: "an instant such as TIMESTAMP('2020-01-31T12:00:00Z')",
  time: "a time of day such as '12:30:00'",
}

const shortened = (text: string) => (text.length > 40 ? `${text.slice(0, 40)}…` : text)

const shownNode = (node: Node): string => {
  if (node.kind === 'text') return `the text '${shortened(node.value)}'`
  if (node.kind === 'number') return `the number ${shortened(node.value)}`
  if (node.kind === 'boolean') return node.value ? 'TRUE' : 'FALSE'
  if (node.kind === 'null') return 'NULL'
  if (node.kind === 'property') return `the property '${node.name}'`
  if (node.kind === 'call') return `${node.op.toUpperCase().slice(0, 40)}`
  const words = {
    date: 'a DATE',
    timestamp: 'a TIMESTAMP',
    interval: 'an INTERVAL',
    geometry: 'a geometry',
    box: 'a BBOX',
    list: 'a list',
  } as const
  return words[node.kind]
}

const isNumeric = (type: ScalarType): type is 'integer' | 'number' => type === 'integer' || type === 'number'
const isTemporal = (type: ScalarType): type is 'date' | 'datetime' => type === 'date' || type === 'datetime'

export const checkFilter = (filter: Node, { queryables, crs }: CheckOptions): Filter => {
  const known = [...queryables.keys()]

  const typeWrong = (node: Node, expected: string, found = shownNode(node)) =>
    filterProblems.filterTypeWrong({ where: node.where, found, expected })

  const lookUp = (node: Extract<Node, { kind: 'property' }>): { name: string; type: Queryable['type'] } => {
    const { name, where } = node
    const found = queryables.get(name)
    if (found) return { name, type: found.type }
    // `geom` is what QGIS and the standard's own tests call a geometry of any name.
    const geometry = known.find((one) => queryables.get(one)?.type === 'geometry')
    if (geometry !== undefined && (name === 'geom' || name === 'geometry'))
      return { name: geometry, type: 'geometry' }
    throw filterProblems.filterPropertyUnknown({ where, name, nearest: nearestName(name, known), known })
  }

  const only = (node: Call, count: number): Node[] => {
    if (node.args.length === count) return node.args
    throw typeWrong(
      node,
      `${count} argument${count === 1 ? '' : 's'} for ${node.op.toUpperCase()}`,
      `${node.args.length}`,
    )
  }
  const one = (node: Call): Node => only(node, 1)[0] ?? node
  const two = (node: Call): [Node, Node] => {
    const [first = node, second = node] = only(node, 2)
    return [first, second]
  }

  // Values ---------------------------------------------------------------------------------------------

  const literal = (node: Node, type: ScalarType, value: string | null): Value => {
    if (value === null) throw typeWrong(node, examples[type])
    return { kind: 'literal', type, value }
  }

  const numberLiteral = (node: Extract<Node, { kind: 'number' }>): Value => {
    const whole = readInteger(node.value)
    return whole === null
      ? literal(node, 'number', readNumber(node.value))
      : { kind: 'literal', type: 'integer', value: whole }
  }

  const arithmetic = (node: Call): Value => {
    const [left, right] = two(node).map((arg) => {
      const value = scalar(arg)
      if (value.kind === 'null') return value
      if (!isNumeric(value.type)) throw typeWrong(arg, 'a number to compute with', describe(arg, value))
      return value
    })
    const { op } = node
    if (!left || !right || !isArithmetic(op)) throw typeWrong(node, 'two numbers')
    const isExact = op !== '/' && op !== '^' && isWhole(left) && isWhole(right)
    return { kind: 'arithmetic', op, args: [left, right], type: isExact ? 'integer' : 'number' }
  }

  /** Computed without rounding: whole numbers, and literals of any kind beside them. */
  const isWhole = (value: Value): boolean =>
    value.type === 'integer' || value.kind === 'literal' || value.kind === 'null'

  const scalar = (node: Node): Value => {
    if (node.kind === 'property') {
      const { name, type } = lookUp(node)
      if (type === 'geometry' || type === 'texts')
        throw typeWrong(node, 'a property with a single value', `'${name}', which is ${typeWords[type]}`)
      return { kind: 'property', name, type }
    }
    if (node.kind === 'text') return { kind: 'literal', type: 'string', value: node.value }
    if (node.kind === 'number') return numberLiteral(node)
    if (node.kind === 'boolean') return { kind: 'literal', type: 'boolean', value: String(node.value) }
    if (node.kind === 'null') return { kind: 'null', type: 'string' }
    if (node.kind === 'date') return literal(node, 'date', readDay(node.value))
    if (node.kind === 'timestamp')
      return literal(node, 'datetime', readInstant(node.value) ?? readDay(node.value))
    if (node.kind !== 'call') throw typeWrong(node, 'a single value')
    if (isArithmetic(node.op)) return arithmetic(node)
    if (isFold(node.op))
      return { kind: 'fold', fold: node.op, of: textOf(one(node), node.op), type: 'string' }
    return { kind: 'condition', of: condition(node), type: 'boolean' }
  }

  const textOf = (node: Node, op: string): Value => {
    const value = scalar(node)
    if (value.type !== 'string') throw typeWrong(node, `text for ${op.toUpperCase()}`, describe(node, value))
    return value
  }

  const describe = (node: Node, value: Value): string =>
    value.kind === 'property'
      ? `the property '${value.name}', which is ${typeWords[value.type]}`
      : value.kind === 'literal'
        ? shownNode(node)
        : `${shownNode(node)}, which gives ${typeWords[value.type]}`

  const asText: Partial<Record<ScalarType, (text: string) => string | null>> = {
    date: (text) => readDay(text),
    datetime: (text) => readInstant(text) ?? readDay(text),
    time: readTime,
  }

  /** A literal as the type of what it is compared with, where it can be: texts as times, 0 and 1 as true and false. */
  const adapted = (value: Value, node: Node, other: Value): Value => {
    if (value.kind === 'null') return { kind: 'null', type: other.type }
    if (value.kind !== 'literal' || value.type === other.type) return value
    if (value.type === 'string') {
      const read = asText[other.type]
      if (!read) return value
      const found = read(value.value)
      // A day and an instant may be compared, whichever of them is the property.
      const instant = other.type === 'date' && found === null ? readInstant(value.value) : null
      if (instant !== null) return { kind: 'literal', type: 'datetime', value: instant }
      return literal(node, other.type, found)
    }
    if (other.type === 'boolean' && (value.value === '0' || value.value === '1'))
      return { kind: 'literal', type: 'boolean', value: value.value === '1' ? 'true' : 'false' }
    return value
  }

  const isComparable = (a: ScalarType, b: ScalarType) =>
    a === b || (isNumeric(a) && isNumeric(b)) || (isTemporal(a) && isTemporal(b))

  const pair = (first: Node, second: Node): [Value, Value] => {
    const [left, right] = [scalar(first), scalar(second)]
    const values: [Value, Value] = [adapted(left, first, right), adapted(right, second, left)]
    if (isComparable(values[0].type, values[1].type)) return values
    // The literal is what can be written otherwise.
    const [node, value, other] =
      right.kind === 'literal' || left.kind !== 'literal' ? [second, right, left] : [first, left, right]
    const named =
      other.kind === 'property'
        ? `'${other.name}' is ${typeWords[other.type]}`
        : `the other side is ${typeWords[other.type]}`
    throw typeWrong(node, `${examples[other.type]}, because ${named}`, describe(node, value))
  }

  // Conditions -----------------------------------------------------------------------------------------

  const condition = (node: Node): Filter => {
    if (node.kind === 'boolean') return { kind: 'constant', value: node.value }
    if (node.kind === 'null') return { kind: 'constant', value: null }
    if (node.kind === 'property') {
      const value = scalar(node)
      if (value.type !== 'boolean')
        throw typeWrong(node, 'a condition, such as a comparison', describe(node, value))
      return { kind: 'holds', value }
    }
    if (node.kind !== 'call') throw typeWrong(node, 'a condition, such as a comparison')
    const { op } = node
    if (op === 'and' || op === 'or') return { kind: op, of: node.args.map(condition) }
    if (op === 'not') return { kind: 'not', of: condition(one(node)) }
    if (isComparison(op)) return { kind: 'compare', op, args: pair(...two(node)) }
    if (op === 'like') return like(node)
    if (op === 'between') return between(node)
    if (op === 'in') return inList(node)
    if (op === 'isnull') return { kind: 'isNull', of: nullable(one(node)) }
    if (isSpatial(op)) return spatial(node, op)
    if (isTemporalOfAny(op) || isTemporalOfIntervals(op)) return temporal(node, op)
    if (isArrayRelation(op)) {
      const [left, right] = two(node)
      return { kind: 'array', relation: op, args: [texts(left, op), texts(right, op)] }
    }
    if (isArithmetic(op) || isFold(op)) throw typeWrong(node, 'a condition, such as a comparison')
    throw filterProblems.filterFunctionUnknown({
      where: node.where,
      name: op.slice(0, 60),
      nearest: nearestName(op, functionNames),
      known: functionNames,
    })
  }

  const isPattern = (value: Value): boolean =>
    value.kind === 'literal' || value.kind === 'null' || (value.kind === 'fold' && isPattern(value.of))

  const like = (node: Call): Filter => {
    const [first, second] = two(node)
    const pattern = textOf(second, 'LIKE')
    if (!isPattern(pattern))
      throw typeWrong(
        second,
        "a pattern in single quotes after LIKE, such as 'Cas%'",
        describe(second, pattern),
      )
    return { kind: 'like', value: textOf(first, 'LIKE'), pattern }
  }

  const between = (node: Call): Filter => {
    const [value = node, low = node, high = node] = only(node, 3)
    const [first, from] = pair(value, low)
    const [second, until] = pair(value, high)
    if (!isComparable(first.type, second.type))
      throw typeWrong(high, `the same kind of value as before AND, which is ${typeWords[from.type]}`)
    const known = [first, from, until].find(({ kind }) => kind !== 'null')
    if (known && !isNumeric(known.type) && !isTemporal(known.type))
      throw typeWrong(value, 'numbers or times for BETWEEN', describe(value, first))
    return { kind: 'between', args: [first, from, until] }
  }

  const inList = (node: Call): Filter => {
    const [value, list] = two(node)
    const items = list.kind === 'list' ? list.items : [list]
    const pairs = items.map((item) => ({ item, pair: pair(value, item) }))
    const first = pairs[0]?.pair[0]
    if (!first) throw typeWrong(list, 'at least one value in the list of IN', 'an empty list')
    for (const { item, pair } of pairs)
      if (!isComparable(first.type, pair[0].type))
        throw typeWrong(item, `${typeWords[first.type]}, as the others of the list`)
    return { kind: 'in', value: first, list: pairs.map(({ pair }) => pair[1]) }
  }

  const nullable = (node: Node): Value | 'geometry' | Texts => {
    if (node.kind === 'geometry' || node.kind === 'box' || node.kind === 'interval' || node.kind === 'list')
      return { kind: 'literal', type: 'boolean', value: 'true' }
    if (node.kind === 'property') {
      const { name, type } = lookUp(node)
      if (type === 'geometry') return 'geometry'
      if (type === 'texts') return { kind: 'property', name }
    }
    return scalar(node)
  }

  // Places ---------------------------------------------------------------------------------------------

  const place = (node: Node, op: string): Place => {
    if (node.kind === 'property') {
      const { name, type } = lookUp(node)
      if (type === 'geometry') return { kind: 'own' }
      throw typeWrong(
        node,
        `a geometry for ${op.toUpperCase()}`,
        `the property '${name}', which is ${typeWords[type]}`,
      )
    }
    if (node.kind === 'geometry')
      return {
        kind: 'literal',
        epsg: crs.epsg,
        geometry: inXyOrder(node.geometry, crs.axisOrder),
        boxes: null,
      }
    if (node.kind !== 'box')
      throw typeWrong(node, `a geometry for ${op.toUpperCase()}, such as BBOX(-61.1,13.7,-60.8,14.2)`)
    const found = toBoxes(node.numbers, crs)
    if ('why' in found)
      throw typeWrong(
        node,
        'west,south,east,north in the axis order of filter-crs',
        `a BBOX that ${found.why}`,
      )
    return { kind: 'literal', epsg: crs.epsg, geometry: boxesGeometry(found.boxes), boxes: found.boxes }
  }

  const spatial = (node: Call, relation: Spatial): Filter => {
    const [first, second] = two(node)
    return relate(relation, [
      [first, place(first, relation)],
      [second, place(second, relation)],
    ])
  }

  const relate = (relation: Spatial, [first, second]: [[Node, Place], [Node, Place]]): Filter => {
    if (relation === 's_disjoint') return { kind: 'not', of: relate('s_intersects', [first, second]) }
    for (const [[node, mixed], other, isFirst] of [
      [first, second, true],
      [second, first, false],
    ] as const) {
      if (mixed.kind !== 'literal' || mixed.geometry.type !== 'GeometryCollection') continue
      const plain = homogeneous(mixed.geometry)
      const withGeometry = (geometry: Geometry): Filter => {
        const changed: [Node, Place] = [node, { ...mixed, geometry }]
        return relate(relation, isFirst ? [changed, other] : [other, changed])
      }
      if (plain) return withGeometry(plain)
      if (relation === 's_intersects') return { kind: 'or', of: mixed.geometry.geometries.map(withGeometry) }
      throw typeWrong(
        node,
        `only points, only lines or only areas for ${relation.toUpperCase()} (S_INTERSECTS and S_DISJOINT take mixed ones)`,
        'a GEOMETRYCOLLECTION that mixes them',
      )
    }
    return { kind: 'spatial', relation, args: [first[1], second[1]] }
  }

  // Times ----------------------------------------------------------------------------------------------

  const instant = (node: Node, op: string): Value => {
    const value = scalar(node)
    if (value.kind === 'null') return { kind: 'null', type: 'datetime' }
    if (isTemporal(value.type)) return value
    if (value.kind === 'literal' && value.type === 'string') {
      const day = readDay(value.value)
      return day === null
        ? literal(node, 'datetime', readInstant(value.value))
        : { kind: 'literal', type: 'date', value: day }
    }
    throw typeWrong(node, `a time for ${op.toUpperCase()}`, describe(node, value))
  }

  const endOf = (node: Node, op: string): Value | null =>
    node.kind === 'text' && (node.value === '..' || node.value === '') ? null : instant(node, op)

  const span = (node: Node, op: Temporal): Span => {
    if (node.kind === 'interval') {
      const [from, until] = node.ends
      return { from: endOf(from, op), until: endOf(until, op) }
    }
    if (isTemporalOfIntervals(op))
      throw typeWrong(node, `an INTERVAL for ${op.toUpperCase()}, which is not defined for instants`)
    const value = instant(node, op)
    return { from: value, until: value }
  }

  const temporal = (node: Call, relation: Temporal): Filter => {
    const [left, right] = two(node)
    return { kind: 'temporal', relation, args: [span(left, relation), span(right, relation)] }
  }

  const texts = (node: Node, op: string): Texts => {
    const expected = `a list for ${op.toUpperCase()}`
    if (node.kind === 'property') {
      const { name, type } = lookUp(node)
      if (type === 'texts') return { kind: 'property', name }
      throw typeWrong(node, expected, `the property '${name}', which is ${typeWords[type]}`)
    }
    // A list of one cannot be told from a text in parentheses.
    const items = node.kind === 'list' ? node.items : [node]
    return {
      kind: 'literal',
      values: items.map((item) => {
        if (item.kind === 'text') return item.value
        throw typeWrong(item, `texts in ${expected}`)
      }),
    }
  }

  return condition(filter)
}
