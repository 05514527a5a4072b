/** Reads CQL2 JSON (OGC 21-065r2, annex C) into the same tree as the text. */
import { filterProblems } from '../domain/problems/filter.ts'
import {
  checkLength,
  createBudget,
  depthOf,
  type Geometry,
  isHeldByDatabase,
  joined,
  limits,
  type Node,
  type Position,
} from './ast.ts'
import { checkGeometry } from './geometry.ts'

type Json = null | boolean | string | WrittenNumber | Json[] | JsonObject
/** As it was written: whole numbers of 64 bits do not fit into a JavaScript number. */
type WrittenNumber = { [numberMark]: string }
const numberMark: unique symbol = Symbol('number')

const isNumber = (json: Json | undefined): json is WrittenNumber =>
  typeof json === 'object' && json !== null && numberMark in json
type JsonObject = { [name: string]: Json; [numberMark]?: never }
const isObject = (json: Json | undefined): json is JsonObject =>
  typeof json === 'object' && json !== null && !Array.isArray(json) && !isNumber(json)

const unreadable = (where: string, found: string, expected: string) =>
  filterProblems.filterUnreadable({ where, found, expected })

const shown = (json: Json | undefined): string => {
  if (json === undefined) return 'nothing'
  if (isNumber(json)) return json[numberMark].slice(0, 30)
  if (isObject(json))
    return `an object with ${Object.keys(json).slice(0, 5).join(', ').slice(0, 60) || 'nothing in it'}`
  if (Array.isArray(json)) return `a list of ${json.length}`
  return JSON.stringify(json).slice(0, 40)
}

/** Brackets within each other, counted before they are parsed, because the parser would descend for each. */
const nestingOf = (text: string): number => {
  let depth = 0
  let most = 0
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{}]/gs)) {
    if (token === '[' || token === '{') depth += 1
    else if (token === ']' || token === '}') depth -= 1
    most = Math.max(most, depth)
  }
  return most
}

const parse = (text: string): Json => {
  const most = limits.nesting * 3
  if (nestingOf(text) > most)
    throw filterProblems.filterTooLarge({
      what: 'brackets within each other',
      most,
      where: 'its deepest place',
    })
  try {
    return JSON.parse(text, (_name, value: unknown, context?: { source?: string }) =>
      typeof value === 'number' ? { [numberMark]: context?.source ?? String(value) } : value,
    ) as Json
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    const isText = !/^\s*[[{"]/.test(text)
    throw unreadable(
      'its start',
      `what is not JSON (${error.message.slice(0, 100)})`,
      isText ? 'CQL2 JSON; a filter in words needs filter-lang=cql2-text' : 'CQL2 JSON',
    )
  }
}

export const readJson = (text: string): Node => {
  checkLength(text)
  const budget = createBudget()

  const counted = (node: Node): Node => {
    budget.part(node.where)
    return node
  }
  const readString = (json: Json | undefined, where: string, expected: string): string => {
    if (typeof json !== 'string') throw unreadable(where, shown(json), expected)
    if (!isHeldByDatabase(json)) throw unreadable(where, 'a NUL or half a character', 'readable text')
    return json
  }
  const readList = (json: Json | undefined, where: string, expected: string): Json[] => {
    if (!Array.isArray(json)) throw unreadable(where, shown(json), expected)
    return json
  }

  const readNumber = (json: Json, where: string): number => {
    if (!isNumber(json)) throw unreadable(where, shown(json), 'a number')
    return Number(json[numberMark])
  }
  const readPosition = (json: Json, where: string): Position =>
    readList(json, where, 'a position: two or three numbers').map((one) => readNumber(one, where))
  const readPositions = (json: Json, where: string): Position[] =>
    readList(json, where, 'a list of positions').map((one) => readPosition(one, where))
  const readLines = (json: Json, where: string): Position[][] =>
    readList(json, where, 'a list of lines').map((one) => readPositions(one, where))

  const readGeometry = (json: Json, where: string): Geometry => {
    if (!isObject(json)) throw unreadable(where, shown(json), 'a GeoJSON geometry')
    const { type, coordinates = null, geometries } = json
    if (type === 'Point') return { type, coordinates: readPosition(coordinates, where) }
    if (type === 'LineString' || type === 'MultiPoint')
      return { type, coordinates: readPositions(coordinates, where) }
    if (type === 'Polygon' || type === 'MultiLineString')
      return { type, coordinates: readLines(coordinates, where) }
    if (type === 'MultiPolygon')
      return {
        type,
        coordinates: readList(coordinates, where, 'a list of polygons').map((one) => readLines(one, where)),
      }
    if (type !== 'GeometryCollection') throw unreadable(where, shown(json), 'a GeoJSON geometry')
    return {
      type,
      geometries: readList(geometries, where, 'geometries').map((one) => readGeometry(one, where)),
    }
  }

  const readCall = (json: JsonObject, where: string): Node => {
    const op = readString(json['op'], `${where}/op`, 'the name of an operation').toLowerCase()
    const args = readList(json['args'], `${where}/args`, 'a list of arguments').map((one, at) =>
      read(one, `${where}/args/${at}`),
    )
    if (op !== 'and' && op !== 'or') return counted({ kind: 'call', op, args, where })
    const [first, second, ...others] = args
    if (!first || !second)
      throw unreadable(`${where}/args`, `${args.length} arguments`, `at least two for '${op}'`)
    budget.part(where)
    return others.reduce((left, right) => joined(op, left, right), joined(op, first, second))
  }

  const readObject = (json: JsonObject, where: string): Node => {
    const has = (name: string) => Object.hasOwn(json, name)
    if (has('op')) return readCall(json, where)
    if (has('property'))
      return counted({ kind: 'property', name: readString(json['property'], where, 'a name'), where })
    if (has('date')) return counted({ kind: 'date', value: readString(json['date'], where, 'a day'), where })
    if (has('timestamp'))
      return counted({ kind: 'timestamp', value: readString(json['timestamp'], where, 'an instant'), where })
    if (has('interval')) {
      const [from, until, ...more] = readList(json['interval'], where, 'the two ends of an interval')
      if (from === undefined || until === undefined || more.length > 0)
        throw unreadable(where, shown(json['interval']), 'the two ends of an interval')
      return counted({
        kind: 'interval',
        ends: [read(from, `${where}/interval/0`), read(until, `${where}/interval/1`)],
        where,
      })
    }
    if (has('bbox')) {
      const numbers = readList(json['bbox'], where, 'four or six numbers').map((one) =>
        readNumber(one, where),
      )
      return counted({ kind: 'box', numbers, where })
    }
    if (has('type'))
      return counted({
        kind: 'geometry',
        geometry: checkGeometry(readGeometry(json, where), where, budget),
        where,
      })
    throw unreadable(
      where,
      shown(json),
      "an object with 'op', 'property', 'date', 'timestamp', 'interval', 'bbox' or a geometry",
    )
  }

  const read = (json: Json, where: string): Node => {
    if (json === null) return counted({ kind: 'null', where })
    if (typeof json === 'string') {
      return counted({ kind: 'text', value: readString(json, where, 'text'), where })
    }
    if (typeof json === 'boolean') return counted({ kind: 'boolean', value: json, where })
    if (isNumber(json)) return counted({ kind: 'number', value: json[numberMark], where })
    if (Array.isArray(json))
      return counted({ kind: 'list', items: json.map((one, at) => read(one, `${where}/${at}`)), where })
    return readObject(json, where)
  }

  const filter = read(parse(text), '#')
  budget.nesting(depthOf(filter), 'its deepest place')
  return filter
}
