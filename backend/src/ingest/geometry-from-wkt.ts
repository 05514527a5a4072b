/** Reads WKT (and PostGIS's 'SRID=…;' before it) as a GeoJSON geometry, for tables that carry geometry as text. */
import { MAX_NESTING } from './wkb.ts'

type Geometry =
  | { type: string; coordinates: unknown }
  | { type: 'GeometryCollection'; geometries: Geometry[] }

/** Levels of lists around positions. */
const depths: Record<string, { type: string; depth: number }> = {
  POINT: { type: 'Point', depth: 0 },
  LINESTRING: { type: 'LineString', depth: 1 },
  LINEARRING: { type: 'LineString', depth: 1 },
  POLYGON: { type: 'Polygon', depth: 2 },
  TRIANGLE: { type: 'Polygon', depth: 2 },
  MULTIPOINT: { type: 'MultiPoint', depth: 1 },
  MULTILINESTRING: { type: 'MultiLineString', depth: 2 },
  MULTIPOLYGON: { type: 'MultiPolygon', depth: 3 },
}

const TOKEN = /\s*([(),]|[A-Za-z]+|[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)/y

/** The geometry, null for an empty one, undefined when the text is not WKT. */
export const fromWkt = (text: string): Geometry | null | undefined => {
  const pattern = new RegExp(TOKEN)
  pattern.lastIndex = /^\s*SRID=\d+;/i.exec(text)?.[0].length ?? 0
  let token = ''
  const advance = (): void => {
    const at = pattern.lastIndex
    token = pattern.exec(text)?.[1] ?? ''
    if (token === '') pattern.lastIndex = at
  }
  const fail = Symbol('not WKT')
  const take = (wanted: string): void => {
    if (token !== wanted) throw fail
    advance()
  }
  let hasM = false
  const position = (): number[] => {
    const numbers: number[] = []
    while (token !== '' && !/[(),A-Za-z]/.test(token[0] ?? '')) {
      numbers.push(Number(token))
      advance()
    }
    if (numbers.length < 2 || numbers.length > 4) throw fail
    // Of 'M' and 'ZM', the last number is the measure, which is not kept.
    return hasM && numbers.length === 3 ? numbers.slice(0, 2) : numbers
  }
  const list = <Item>(item: () => Item): Item[] => {
    take('(')
    const items = [item()]
    while (token === ',') {
      advance()
      items.push(item())
    }
    take(')')
    return items
  }
  const isEmpty = (): boolean => {
    if (token.toUpperCase() !== 'EMPTY') return false
    advance()
    return true
  }
  const levels = (depth: number): unknown => {
    if (depth === 0) return position()
    if (isEmpty()) return []
    return list(() => levels(depth - 1))
  }
  const geometry = (nesting: number): Geometry | null => {
    if (nesting > MAX_NESTING) throw fail
    const word = /^([A-Z]+?)(ZM|Z|M)?$/.exec(token.toUpperCase())
    if (!word) throw fail
    const name = word[1] ?? ''
    advance()
    let suffix = word[2] ?? ''
    if (/^(ZM|Z|M)$/i.test(token)) {
      suffix = token.toUpperCase()
      advance()
    }
    hasM = suffix === 'M'
    if (isEmpty()) return null
    if (name === 'GEOMETRYCOLLECTION') {
      const parts = list(() => geometry(nesting + 1)).filter((part) => part !== null)
      return parts.length === 0 ? null : { type: 'GeometryCollection', geometries: parts }
    }
    const known = depths[name]
    if (!known) throw fail
    if (known.type === 'Point') return { type: 'Point', coordinates: list(position)[0] ?? [] }
    if (known.type === 'MultiPoint') {
      // Both 'MULTIPOINT (1 2, 3 4)' and 'MULTIPOINT ((1 2), (3 4))' are in use.
      const point = () => (token === '(' ? (list(position)[0] ?? []) : position())
      return { type: 'MultiPoint', coordinates: list(point) }
    }
    return { type: known.type, coordinates: levels(known.depth) }
  }
  try {
    advance()
    const result = geometry(0)
    const rest = text.slice(pattern.lastIndex).trim()
    return token === '' && rest === '' ? result : undefined
  } catch (thrown) {
    if (thrown === fail) return undefined
    throw thrown
  }
}
