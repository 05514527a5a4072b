/**
 * Reads a constraint written as CQL text, the language of Catalogue Services 2.0 (OGC 07-006r1, 6.2.2) in the parts that
 * clients use: comparisons, LIKE, BETWEEN, IN, IS NULL, BBOX, with AND, OR, NOT and parentheses.
 */
import type { CatalogueCondition, Comparison } from '../../domain/catalogue-query.ts'
import {
  type Budget,
  createBudget,
  demandExtent,
  sqlWildcards,
  toBetween,
  toBoxes,
  toComparison,
  toLike,
  toMissing,
  toSpatialOfBoxes,
  wrong,
} from './predicates.ts'

type Token = { kind: 'name' | 'text' | 'number' | 'sign' | 'end'; text: string; at: number }

const longest = 10_000
const shape =
  /\s*(?:(?<text>'(?:[^']|'')*')|"(?<quoted>[^"]+)"|(?<number>[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?(?![\w:]))|(?<name>[A-Za-z_][\w.-]*(?::[A-Za-z_][\w.-]*)?)|(?<sign><>|<=|>=|!=|[=<>(),]))/y

const tokensOf = (text: string): Token[] => {
  if (text.length > longest) throw wrong(`it has ${text.length} characters; at most ${longest} are read`)
  const tokens: Token[] = []
  shape.lastIndex = 0
  while (text.slice(shape.lastIndex).trim() !== '') {
    const at = shape.lastIndex
    const groups = shape.exec(text)?.groups
    if (!groups)
      throw wrong(`'${text.slice(at).trim().slice(0, 30)}' at character ${at + 1} is not understood`)
    const { text: literal, quoted, number, name, sign } = groups
    if (literal !== undefined)
      tokens.push({ kind: 'text', text: literal.slice(1, -1).replaceAll("''", "'"), at })
    else if (number !== undefined) tokens.push({ kind: 'number', text: number, at })
    else if (sign !== undefined) tokens.push({ kind: 'sign', text: sign === '!=' ? '<>' : sign, at })
    else tokens.push({ kind: 'name', text: quoted ?? name ?? '', at })
  }
  tokens.push({ kind: 'end', text: '', at: text.length })
  return tokens
}

const isComparison = (text: string): text is Comparison | '<>' =>
  ['=', '<>', '<', '>', '<=', '>='].includes(text)

const createReader = (tokens: Token[]) => {
  let at = 0
  const present = (): Token => tokens[at] ?? { kind: 'end', text: '', at: 0 }
  const next = (): Token => {
    const token = present()
    at += 1
    return token
  }
  const isWord = (word: string) => present().kind === 'name' && present().text.toUpperCase() === word
  const takes = (word: string): boolean => {
    const isIt = /^\W+$/.test(word) ? present().kind === 'sign' && present().text === word : isWord(word)
    if (isIt) at += 1
    return isIt
  }
  const fail = (expected: string): never => {
    const { kind, text, at: place } = present()
    throw wrong(
      `${kind === 'end' ? 'it ends' : `'${text.slice(0, 30)}' stands at character ${place + 1}`} where ${expected} is expected`,
    )
  }
  const demand = (word: string) => {
    if (!takes(word)) fail(`'${word}'`)
  }
  const value = (): string =>
    present().kind === 'text' || present().kind === 'number'
      ? next().text
      : fail("a value (a number, or text in 'single quotes')")
  const name = (): string => (present().kind === 'name' ? next().text : fail('the name of a property'))
  return { present, next, takes, isWord, fail, demand, value, name }
}
type Reader = ReturnType<typeof createReader>

/** BBOX(ows:BoundingBox, west, south, east, north), with a coordinate system as the last argument if need be. */
const readBox = (reader: Reader): CatalogueCondition => {
  reader.demand('(')
  demandExtent(reader.present().kind === 'text' ? reader.next().text : reader.name())
  const numbers: number[] = []
  let srsName: string | undefined
  while (reader.takes(',')) {
    const token = reader.next()
    if (token.kind === 'number') numbers.push(Number(token.text))
    else if (token.kind === 'text' || token.kind === 'name') srsName = token.text
    else
      throw wrong('BBOX takes a property and four numbers: BBOX(ows:BoundingBox, west, south, east, north)')
  }
  reader.demand(')')
  return toSpatialOfBoxes('intersects', toBoxes(numbers, srsName))
}

const readPredicate = (reader: Reader, budget: Budget): CatalogueCondition => {
  const name = reader.name()
  const sign = reader.present()
  if (sign.kind === 'sign' && isComparison(sign.text)) {
    reader.next()
    return toComparison({ name, operator: sign.text, value: reader.value(), isCaseSensitive: true })
  }
  if (reader.takes('IS')) {
    const isNegated = reader.takes('NOT')
    reader.demand('NULL')
    const missing = toMissing(name)
    return isNegated ? { op: 'not', condition: missing } : missing
  }
  const isNegated = reader.takes('NOT')
  const negated = (condition: CatalogueCondition): CatalogueCondition =>
    isNegated ? { op: 'not', condition } : condition
  if (reader.takes('LIKE') || reader.takes('ILIKE'))
    return negated(toLike({ name, pattern: reader.value(), wildcards: sqlWildcards, isCaseSensitive: false }))
  if (reader.takes('BETWEEN')) {
    const lower = reader.value()
    reader.demand('AND')
    return negated(toBetween(name, lower, reader.value()))
  }
  if (reader.takes('IN')) {
    reader.demand('(')
    const conditions: CatalogueCondition[] = []
    do {
      budget.spend()
      conditions.push(toComparison({ name, operator: '=', value: reader.value(), isCaseSensitive: true }))
    } while (reader.takes(','))
    reader.demand(')')
    return negated({ op: 'or', conditions })
  }
  return reader.fail('a comparison (=, <>, <, >, <=, >=, LIKE, BETWEEN, IN or IS NULL)')
}

const readUnary = (reader: Reader, budget: Budget, depth: number): CatalogueCondition => {
  budget.enter(depth)
  if (reader.takes('NOT')) return { op: 'not', condition: readUnary(reader, budget, depth + 1) }
  if (reader.takes('(')) {
    const inner = readEither(reader, budget, depth + 1)
    reader.demand(')')
    return inner
  }
  budget.spend()
  if (reader.takes('BBOX')) return readBox(reader)
  return readPredicate(reader, budget)
}

const readAll = (reader: Reader, budget: Budget, depth: number): CatalogueCondition => {
  const conditions = [readUnary(reader, budget, depth)]
  while (reader.takes('AND')) conditions.push(readUnary(reader, budget, depth))
  const [only, ...others] = conditions
  return only && others.length === 0 ? only : { op: 'and', conditions }
}

const readEither = (reader: Reader, budget: Budget, depth: number): CatalogueCondition => {
  const conditions = [readAll(reader, budget, depth)]
  while (reader.takes('OR')) conditions.push(readAll(reader, budget, depth))
  const [only, ...others] = conditions
  return only && others.length === 0 ? only : { op: 'or', conditions }
}

export const readCqlText = (text: string): CatalogueCondition | null => {
  if (text.trim() === '') return null
  const reader = createReader(tokensOf(text))
  const condition = readEither(reader, createBudget(), 1)
  if (reader.present().kind !== 'end') reader.fail('the end, AND or OR')
  return condition
}
