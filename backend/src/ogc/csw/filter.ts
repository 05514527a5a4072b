/** Reads an ogc:Filter of Filter Encoding 1.1.0 and 1.0.0; bounded in depth and size, and without functions. */
import type { CatalogueCondition, Comparison, SpatialRelation } from '../../domain/catalogue-query.ts'
import { attributeOf, childElements, firstChild, type XmlElement } from '../../xml/read.ts'
import { namespaces } from './names.ts'
import {
  type Budget,
  createBudget,
  demandExtent,
  isLatitudeFirst,
  toBetween,
  toBoxes,
  toComparison,
  toIds,
  toLike,
  toMissing,
  toSpatialOfBoxes,
  wrong,
} from './predicates.ts'

const comparisons: Record<string, Comparison | '<>'> = {
  PropertyIsEqualTo: '=',
  PropertyIsNotEqualTo: '<>',
  PropertyIsLessThan: '<',
  PropertyIsGreaterThan: '>',
  PropertyIsLessThanOrEqualTo: '<=',
  PropertyIsGreaterThanOrEqualTo: '>=',
  // As the capabilities of 1.0.0 call them, and some clients.
  PropertyIsLessThanEqualTo: '<=',
  PropertyIsGreaterThanEqualTo: '>=',
}

const relations: Record<string, SpatialRelation> = {
  BBOX: 'intersects',
  Intersects: 'intersects',
  Intersect: 'intersects',
  Disjoint: 'disjoint',
  Within: 'within',
  Contains: 'contains',
  Overlaps: 'overlaps',
}

export const spatialOperators = ['BBOX', 'Intersects', 'Disjoint', 'Within', 'Contains', 'Overlaps'] as const
export const geometryOperands = ['Envelope', 'Point', 'LineString', 'Polygon'] as const
export const comparisonOperators = [
  'EqualTo',
  'NotEqualTo',
  'LessThan',
  'GreaterThan',
  'LessThanEqualTo',
  'GreaterThanEqualTo',
  'Like',
  'NullCheck',
  'Between',
] as const

const mostPositions = 1000

const isTrue = (text: string | undefined): boolean => text === 'true' || text === '1'

const textIn = (parent: XmlElement, local: string): string => {
  const found = firstChild(parent, local)
  if (found) return found.text
  const other = childElements(parent).find(({ name }) => name.local === 'Function')
  if (other)
    throw wrong(
      `${parent.name.local} holds the function '${attributeOf(other, 'name') ?? ''}', and no functions are offered; compare a property with a value`,
    )
  throw wrong(`${parent.name.local} in line ${parent.line} has no ${local}`)
}

const nameIn = (parent: XmlElement) => textIn(parent, 'PropertyName').trim()

// Geometries -------------------------------------------------------------------------------------------

const numbersIn = (text: string): number[] =>
  text
    .trim()
    .split(/[\s,]+/)
    .filter(Boolean)
    .map((part) => {
      const number = Number(part)
      if (!Number.isFinite(number))
        throw wrong(`'${part.slice(0, 40)}' stands where a coordinate is expected`)
      return number
    })

/** All the coordinates of an element, however they are written: pos, posList, coordinates, coord, corners. */
const coordinatesIn = (parent: XmlElement): number[] =>
  childElements(parent).flatMap((child) => {
    switch (child.name.local) {
      case 'pos':
      case 'posList':
      case 'coordinates':
      case 'lowerCorner':
      case 'upperCorner':
        return numbersIn(child.text)
      case 'coord':
        return numbersIn(`${textIn(child, 'X')} ${textIn(child, 'Y')}`)
      default:
        return []
    }
  })

const positionsIn = (parent: XmlElement, srsName: string | undefined): string[] => {
  const numbers = coordinatesIn(parent)
  if (numbers.length === 0 || numbers.length % 2 === 1 || numbers.length > 2 * mostPositions)
    throw wrong(
      `${parent.name.local} has ${numbers.length} coordinates; expected pairs, at most ${mostPositions} of them`,
    )
  const isTurned = isLatitudeFirst(srsName)
  return Array.from({ length: numbers.length / 2 }, (_, n) => {
    const [first = 0, second = 0] = [numbers[2 * n], numbers[2 * n + 1]]
    const [x, y] = isTurned ? [second, first] : [first, second]
    if (Math.abs(x) > 540 || Math.abs(y) > 90)
      throw wrong(
        `${x} ${y} lies outside of the earth; expected degrees, in the order of the coordinate system`,
      )
    return `${x} ${y}`
  })
}

const polygonWkt = (polygon: XmlElement, srsName: string | undefined): string => {
  if (firstChild(polygon, 'interior') ?? firstChild(polygon, 'innerBoundaryIs'))
    throw wrong('its polygon has a hole; send the outer ring only')
  const outside = firstChild(polygon, 'exterior') ?? firstChild(polygon, 'outerBoundaryIs')
  const ring = outside && firstChild(outside, 'LinearRing')
  if (!ring) throw wrong('its polygon has no outer ring (gml:exterior with gml:LinearRing)')
  const positions = positionsIn(ring, srsName)
  if (positions.length < 4 || positions[0] !== positions.at(-1))
    throw wrong(
      'the ring of its polygon is not closed; the last position repeats the first of at least three',
    )
  return `POLYGON((${positions.join(', ')}))`
}

const readSpatial = (operator: XmlElement, relation: SpatialRelation): CatalogueCondition => {
  demandExtent(firstChild(operator, 'PropertyName')?.text)
  const geometry = childElements(operator).find(({ name }) => name.local !== 'PropertyName')
  if (!geometry) throw wrong(`${operator.name.local} in line ${operator.line} has no geometry`)
  const srsName = attributeOf(geometry, 'srsName')
  switch (geometry.name.local) {
    case 'Envelope':
    case 'Box':
      return toSpatialOfBoxes(relation, toBoxes(coordinatesIn(geometry), srsName))
    case 'Point': {
      const [position, ...others] = positionsIn(geometry, srsName)
      if (others.length > 0) throw wrong('its point has more than one position')
      return { op: 'spatial', relation, wkt: `POINT(${position})` }
    }
    case 'LineString': {
      const positions = positionsIn(geometry, srsName)
      if (positions.length < 2) throw wrong('its line has a single position')
      return { op: 'spatial', relation, wkt: `LINESTRING(${positions.join(', ')})` }
    }
    case 'Polygon':
      return { op: 'spatial', relation, wkt: polygonWkt(geometry, srsName) }
    default:
      throw wrong(
        `${geometry.name.local} is no geometry that is understood here; expected one of ${geometryOperands.join(', ')}`,
      )
  }
}

// Operators --------------------------------------------------------------------------------------------

const boundary = (parent: XmlElement, local: string): string => {
  const found = firstChild(parent, local)
  if (!found) throw wrong(`${parent.name.local} in line ${parent.line} has no ${local}`)
  return firstChild(found, 'Literal')?.text ?? found.text
}

const readLike = (operator: XmlElement): CatalogueCondition => {
  const wildcard = (fallback: string, ...names: string[]) => {
    const given = names.map((name) => attributeOf(operator, name)).find((value) => value !== undefined)
    if (given === undefined) return fallback
    if ([...given].length > 1)
      throw wrong(`${names[0]} is '${given.slice(0, 40)}'; expected a single character`)
    return given
  }
  const matchCase = attributeOf(operator, 'matchCase')
  return toLike({
    name: nameIn(operator),
    pattern: textIn(operator, 'Literal'),
    wildcards: {
      any: wildcard('%', 'wildCard'),
      one: wildcard('_', 'singleChar'),
      escape: wildcard('\\', 'escapeChar', 'escape'),
    },
    // The default of the standard is to heed case, but nobody who types words means that.
    isCaseSensitive: isTrue(matchCase),
  })
}

const readOperator = (operator: XmlElement, budget: Budget, depth: number): CatalogueCondition => {
  budget.enter(depth)
  const { local } = operator.name
  const inner = () => childElements(operator).map((child) => readOperator(child, budget, depth + 1))
  if (local === 'And' || local === 'Or') {
    const conditions = inner()
    // Filter Encoding asks for two; clients that build filters by program send one.
    if (conditions.length === 0) throw wrong(`${local} in line ${operator.line} is empty`)
    return { op: local === 'And' ? 'and' : 'or', conditions }
  }
  if (local === 'Not') {
    const [condition, ...others] = inner()
    if (!condition || others.length > 0)
      throw wrong(`Not in line ${operator.line} holds ${others.length ? 'several conditions' : 'nothing'}`)
    return { op: 'not', condition }
  }
  budget.spend()
  const operatorSign = Object.hasOwn(comparisons, local) ? comparisons[local] : undefined
  if (operatorSign !== undefined)
    return toComparison({
      name: nameIn(operator),
      operator: operatorSign,
      value: textIn(operator, 'Literal'),
      isCaseSensitive: attributeOf(operator, 'matchCase') !== 'false',
    })
  const relation = Object.hasOwn(relations, local) ? relations[local] : undefined
  if (relation !== undefined) return readSpatial(operator, relation)
  switch (local) {
    case 'PropertyIsLike':
      return readLike(operator)
    case 'PropertyIsNull':
      return toMissing(nameIn(operator))
    case 'PropertyIsBetween':
      return toBetween(
        nameIn(operator),
        boundary(operator, 'LowerBoundary'),
        boundary(operator, 'UpperBoundary'),
      )
    case 'FeatureId':
    case 'GmlObjectId':
      return toIds(operator.attributes.map(({ value }) => value))
    default:
      throw wrong(`${local} in line ${operator.line} is no operator that is offered here`)
  }
}

/** Null for an empty filter, which every record fits. */
export const readFilter = (filter: XmlElement): CatalogueCondition | null => {
  if (filter.name.local !== 'Filter')
    throw wrong(`its root element is ${filter.name.local}; expected ogc:Filter`)
  // Clients that forget the namespace mean this one; another one is another language.
  if (filter.name.namespace !== '' && filter.name.namespace !== namespaces.ogc)
    throw wrong(
      `its Filter is of the namespace ${filter.name.namespace.slice(0, 100)}; expected ${namespaces.ogc} (Filter Encoding 1.1.0)`,
    )
  const budget = createBudget()
  const conditions = childElements(filter).map((child) => readOperator(child, budget, 1))
  const [first, ...others] = conditions
  if (!first) return null
  // Only identifiers may stand side by side, and mean any of them.
  return others.length === 0 ? first : { op: 'or', conditions }
}
