/**
 * Reads CQL2 text (OGC 21-065r2, annex B), and what QGIS and GDAL write beside it: ILIKE, names bare or quoted with any
 * characters, NULL, parentheses wherever they like, DATE '2020-01-01' without parentheses.
 */
import { filterProblems } from '../domain/problems/filter.ts'
import {
  type Call,
  checkLength,
  createBudget,
  depthOf,
  type Geometry,
  joined,
  limits,
  type Node,
} from './ast.ts'
import { checkGeometry } from './geometry.ts'
import { scan, shownWord, type Word } from './scan.ts'
import { isComparison } from './words.ts'

const reserved = new Set([
  'and',
  'or',
  'not',
  'is',
  'null',
  'like',
  'ilike',
  'between',
  'in',
  'true',
  'false',
  'div',
])

const geometryWord =
  /^(point|linestring|polygon|multipoint|multilinestring|multipolygon|geometrycollection)(z?)$/i

export const readText = (text: string, bareNames: readonly string[] = []): Node => {
  checkLength(text)
  if (/^\s*\{/.test(text))
    throw filterProblems.filterUnreadable({
      where: 'character 1',
      found: "'{'",
      expected: 'CQL2 text; a filter in JSON needs filter-lang=cql2-json',
    })
  const words = scan(text, bareNames)
  const budget = createBudget()
  let index = 0
  let depth = 0

  const end: Word = { kind: 'end', value: '', at: text.length + 1 }
  const word = (ahead = 0): Word => words[index + ahead] ?? end
  const whereOf = ({ at }: Word) => `character ${at}`
  const fail = (expected: string, found = word()) =>
    filterProblems.filterUnreadable({ where: whereOf(found), found: shownWord(found), expected })

  const advance = (): Word => {
    const present = word()
    index += 1
    return present
  }
  const isSign = (value: string, ahead = 0) => word(ahead).kind === 'sign' && word(ahead).value === value
  const isKeyword = (value: string, ahead = 0) =>
    word(ahead).kind === 'name' && word(ahead).value.toLowerCase() === value
  const takeSign = (value: string, expected = `'${value}'`) => {
    if (!isSign(value)) throw fail(expected)
    index += 1
  }
  const skipKeyword = (value: string): boolean => {
    if (!isKeyword(value)) return false
    index += 1
    return true
  }
  const counted = <Made extends Node>(node: Made): Made => {
    budget.part(node.where)
    return node
  }
  const call = (op: string, args: Node[], where: string): Call => counted({ kind: 'call', op, args, where })
  /** Whatever may hold itself goes through here. */
  const nested = <Made>(read: () => Made): Made => {
    depth += 1
    // The parser descends a few levels for each parenthesis, which cost nothing later.
    budget.nesting(depth / 2, whereOf(word()))
    const made = read()
    depth -= 1
    return made
  }
  const listOf = <Item>(read: () => Item): Item[] => {
    const items = [read()]
    while (isSign(',')) {
      index += 1
      items.push(read())
    }
    return items
  }

  // Booleans -------------------------------------------------------------------------------------------

  const disjunction = (): Node => {
    let left = conjunction()
    while (skipKeyword('or')) left = counted(joined('or', left, conjunction()))
    return left
  }
  const conjunction = (): Node => {
    let left = factor()
    while (skipKeyword('and')) left = counted(joined('and', left, factor()))
    return left
  }
  const factor = (): Node => {
    const where = whereOf(word())
    if (skipKeyword('not')) return nested(() => call('not', [factor()], where))
    return predicate()
  }

  const predicate = (): Node => {
    const left = sum()
    const present = word()
    const where = whereOf(present)
    if (present.kind === 'sign' && isComparison(present.value)) {
      index += 1
      return call(present.value, [left, sum()], where)
    }
    if (skipKeyword('is')) {
      const isNegated = skipKeyword('not')
      if (!skipKeyword('null')) throw fail('NULL or NOT NULL after IS')
      return negatedIf(isNegated, call('isnull', [left], where))
    }
    const isNegated =
      isKeyword('not') && ['like', 'ilike', 'between', 'in'].some((name) => isKeyword(name, 1))
    if (isNegated) index += 1
    if (skipKeyword('like')) return negatedIf(isNegated, call('like', [left, sum()], where))
    if (skipKeyword('ilike')) {
      const folded = (node: Node) => call('casei', [node], node.where)
      return negatedIf(isNegated, call('like', [folded(left), folded(sum())], where))
    }
    if (skipKeyword('between')) {
      const low = sum()
      if (!skipKeyword('and')) throw fail('AND between the two ends of BETWEEN')
      return negatedIf(isNegated, call('between', [left, low, sum()], where))
    }
    if (skipKeyword('in')) {
      takeSign('(', "'(' and a list of values after IN")
      const items = nested(() => listOf(disjunction))
      takeSign(')', "',' or ')' in the list of IN")
      return negatedIf(isNegated, call('in', [left, counted({ kind: 'list', items, where })], where))
    }
    return left
  }
  const negatedIf = (isNegated: boolean, node: Call): Node =>
    isNegated ? call('not', [node], node.where) : node

  // Numbers --------------------------------------------------------------------------------------------

  const operation = (read: () => Node, isOperator: () => boolean): Node => {
    let left = read()
    while (isOperator()) {
      const { value, at } = advance()
      left = call(value.toLowerCase(), [left, read()], `character ${at}`)
    }
    return left
  }
  const sum = (): Node => operation(product, () => isSign('+') || isSign('-'))
  const product = (): Node =>
    operation(power, () => isSign('*') || isSign('/') || isSign('%') || isKeyword('div'))
  // By the grammar the sign belongs to the number before the power is taken: -2^2 is 4.
  const power = (): Node => operation(signed, () => isSign('^'))
  const signed = (): Node => {
    const where = whereOf(word())
    if (isSign('+')) {
      index += 1
      return nested(signed)
    }
    if (!isSign('-')) return primary()
    index += 1
    if (word().kind === 'number') return counted({ kind: 'number', value: `-${advance().value}`, where })
    const minusOne = counted({ kind: 'number', value: '-1', where } as const)
    return nested(() => call('*', [minusOne, signed()], where))
  }

  // Values ---------------------------------------------------------------------------------------------

  const primary = (): Node => {
    const present = word()
    const where = whereOf(present)
    if (present.kind === 'text') return counted({ kind: 'text', value: advance().value, where })
    if (present.kind === 'number') return counted({ kind: 'number', value: advance().value, where })
    if (present.kind === 'quoted') return counted({ kind: 'property', name: advance().value, where })
    if (isSign('(')) return inParentheses(where)
    if (present.kind !== 'name') throw fail("a property, a value, a function or '('")
    const name = present.value.toLowerCase()
    if (name === 'true' || name === 'false') {
      index += 1
      return counted({ kind: 'boolean', value: name === 'true', where })
    }
    if (skipKeyword('null')) return counted({ kind: 'null', where })
    if (reserved.has(name))
      throw fail("a property, a value or '(' (write the name in double quotes if it is a property)")
    return named(where)
  }

  const inParentheses = (where: string): Node =>
    nested(() => {
      takeSign('(')
      if (isSign(')')) {
        index += 1
        return counted({ kind: 'list', items: [], where })
      }
      const items = listOf(disjunction)
      takeSign(')', "an operator or ')'")
      const [only] = items
      return items.length === 1 && only ? only : counted({ kind: 'list', items, where })
    })

  const named = (where: string): Node => {
    const name = word().value.toLowerCase()
    if ((name === 'date' || name === 'timestamp') && word(1).kind === 'text') {
      index += 1
      return counted({ kind: name, value: advance().value, where })
    }
    const isGeometry =
      geometryWord.test(name) && (isSign('(', 1) || isKeyword('z', 1) || isKeyword('empty', 1))
    if (isGeometry) {
      const geometry = nested(readGeometry)
      return counted({ kind: 'geometry', geometry: checkGeometry(geometry, where, budget), where })
    }
    if (!isSign('(', 1)) return counted({ kind: 'property', name: advance().value, where })
    index += 1
    return nested(() => (calls.get(name) ?? functionCall)(where, name))
  }

  const calls = new Map<string, (where: string) => Node>([
    ['date', (where) => counted({ kind: 'date', value: onlyText('a day such as'), where })],
    ['timestamp', (where) => counted({ kind: 'timestamp', value: onlyText('an instant such as'), where })],
    [
      'interval',
      (where) => {
        takeSign('(')
        const from = disjunction()
        takeSign(',', "',' and the end of the interval")
        const until = disjunction()
        takeSign(')')
        return counted({ kind: 'interval', ends: [from, until], where })
      },
    ],
    [
      'bbox',
      (where) => {
        takeSign('(')
        const numbers = listOf(number)
        takeSign(')', "',' or ')' in BBOX")
        return counted({ kind: 'box', numbers, where })
      },
    ],
  ])

  const onlyText = (what: string): string => {
    takeSign('(')
    if (word().kind !== 'text') throw fail(`${what} '2020-01-31' in single quotes`)
    const { value } = advance()
    takeSign(')')
    return value
  }

  const functionCall = (where: string, name: string): Node => {
    takeSign('(')
    const args = isSign(')') ? [] : listOf(disjunction)
    takeSign(')', "',' or ')' after an argument")
    return call(name, args, where)
  }

  // Well-known text ------------------------------------------------------------------------------------

  const number = (): number => {
    const sign = isSign('-') || isSign('+') ? advance().value : ''
    if (word().kind !== 'number') throw fail('a number')
    return Number(`${sign}${advance().value}`)
  }
  const position = (): number[] => {
    const numbers = [number(), number()]
    const isNumber = word().kind === 'number' || isSign('-') || isSign('+')
    return isNumber ? [...numbers, number()] : numbers
  }
  const inBrackets = <Item>(read: () => Item): Item[] => {
    takeSign('(')
    const items = listOf(read)
    takeSign(')', "',' or ')'")
    return items
  }
  const line = () => inBrackets(position)
  const rings = () => inBrackets(line)
  const onePoint = (): number[] => {
    takeSign('(')
    const found = position()
    takeSign(')')
    return found
  }
  /** Both (1 2, 3 4) and ((1 2), (3 4)) are in use. */
  const point = (): number[] => (isSign('(') ? onePoint() : position())

  const readGeometry = (): Geometry => {
    const name = geometryWord.exec(word().value)
    if (!name) throw fail('a geometry such as POINT or POLYGON')
    index += 1
    skipKeyword('z')
    const type = (name[1] ?? '').toLowerCase()
    if (type === 'point') return { type: 'Point', coordinates: onePoint() }
    if (type === 'linestring') return { type: 'LineString', coordinates: line() }
    if (type === 'polygon') return { type: 'Polygon', coordinates: rings() }
    if (type === 'multipoint') return { type: 'MultiPoint', coordinates: inBrackets(point) }
    if (type === 'multilinestring') return { type: 'MultiLineString', coordinates: rings() }
    if (type === 'multipolygon') return { type: 'MultiPolygon', coordinates: inBrackets(rings) }
    return { type: 'GeometryCollection', geometries: inBrackets(() => nested(readGeometry)) }
  }

  if (word().kind === 'end') throw fail("a condition such as name = 'Castries'")
  const filter = disjunction()
  if (word().kind !== 'end') throw fail('AND, OR or the end')
  budget.nesting(depthOf(filter), `character ${Math.min(text.length, limits.characters)}`)
  return filter
}
