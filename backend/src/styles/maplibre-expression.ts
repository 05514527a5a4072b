/**
 * Values and filters as MapLibre expressions. The types of the features' values are not known, so equality is asked of
 * texts and order of numbers, and null is never equal to anything. What cannot be said is null, and a loss.
 */
import { type Expression, literalOf, numberOf } from './model.ts'

export type MapLibreValue = string | number | boolean | null | MapLibreValue[]
export type Lose = (code: string, verdict: 'approximated' | 'lost', message: string) => void

type Call = Extract<Expression, { kind: 'function' }>

const get = (name: string): MapLibreValue => ['get', name]

/** Property names below an expression. */
const propertiesIn = (expression: unknown): string[] => {
  if (typeof expression !== 'object' || expression === null) return []
  if (Array.isArray(expression)) return expression.flatMap(propertiesIn)
  const { kind, name } = expression as { kind?: unknown; name?: unknown }
  if (kind === 'property') return [String(name)]
  return Object.values(expression).flatMap(propertiesIn)
}

const isText = (expression: Expression) => {
  const value = literalOf(expression)
  return typeof value === 'string' && numberOf(expression) === undefined
}

// Functions --------------------------------------------------------------------------------------------------

type Kind = 'any' | 'text' | 'number' | 'condition'
type Write = (given: Expression[], lose: Lose) => MapLibreValue

const all = (given: Expression[], kind: Kind, lose: Lose): MapLibreValue[] | null => {
  const written = given.map((one) => byKind[kind](one, lose))
  return written.includes(unsaid) ? null : (written as MapLibreValue[])
}

/** Stands for what cannot be said while an expression is being put together; null is a value of MapLibre's. */
const unsaid: unique symbol = Symbol('unsaid')
type Said = MapLibreValue | typeof unsaid

type FunctionEntry = { takes: Kind; gives: Kind; write: (given: MapLibreValue[]) => Said }

const first = (given: MapLibreValue[]): MapLibreValue => given[0] ?? null
const plain = (operator: string, takes: Kind, gives: Kind, count?: number): FunctionEntry => ({
  takes,
  gives,
  write: (given) =>
    count !== undefined && given.length !== count
      ? unsaid
      : given.length === 0
        ? unsaid
        : [operator, ...given],
})
const condition = (operator: string): FunctionEntry => plain(operator, 'number', 'condition', 2)

const concat: FunctionEntry = plain('concat', 'text', 'text')
const downcase = plain('downcase', 'text', 'text', 1)
const upcase = plain('upcase', 'text', 'text', 1)
const lengthOf = plain('length', 'text', 'number', 1)
const round = plain('round', 'number', 'number', 1)
const coalesce = plain('coalesce', 'any', 'any')

const functions: Record<string, FunctionEntry> = {
  Concatenate: concat,
  concat,
  strConcat: concat,
  lower: downcase,
  strToLowerCase: downcase,
  upper: upcase,
  strToUpperCase: upcase,
  length: lengthOf,
  strLength: lengthOf,
  StringLength: lengthOf,
  coalesce,
  abs: plain('abs', 'number', 'number', 1),
  round,
  rint: round,
  roundDouble: round,
  floor: plain('floor', 'number', 'number', 1),
  ceil: plain('ceil', 'number', 'number', 1),
  sqrt: plain('sqrt', 'number', 'number', 1),
  ln: plain('ln', 'number', 'number', 1),
  log: plain('ln', 'number', 'number', 1),
  log10: plain('log10', 'number', 'number', 1),
  sin: plain('sin', 'number', 'number', 1),
  cos: plain('cos', 'number', 'number', 1),
  tan: plain('tan', 'number', 'number', 1),
  asin: plain('asin', 'number', 'number', 1),
  acos: plain('acos', 'number', 'number', 1),
  atan: plain('atan', 'number', 'number', 1),
  pow: plain('^', 'number', 'number', 2),
  modulo: plain('%', 'number', 'number', 2),
  IEEERemainder: plain('%', 'number', 'number', 2),
  min: plain('min', 'number', 'number'),
  max: plain('max', 'number', 'number'),
  pi: { takes: 'any', gives: 'number', write: () => Math.PI },
  toDegrees: { takes: 'number', gives: 'number', write: (given) => ['*', first(given), 180 / Math.PI] },
  toRadians: { takes: 'number', gives: 'number', write: (given) => ['*', first(given), Math.PI / 180] },
  to_string: { takes: 'text', gives: 'text', write: first },
  trim: { takes: 'text', gives: 'text', write: first },
  strTrim: { takes: 'text', gives: 'text', write: first },
  to_int: { takes: 'number', gives: 'number', write: (given) => ['floor', first(given)] },
  to_real: { takes: 'number', gives: 'number', write: first },
  parseDouble: { takes: 'number', gives: 'number', write: first },
  parseInt: { takes: 'number', gives: 'number', write: (given) => ['floor', first(given)] },
  parseLong: { takes: 'number', gives: 'number', write: (given) => ['floor', first(given)] },
  int2ddouble: { takes: 'number', gives: 'number', write: first },
  isNull: { takes: 'any', gives: 'condition', write: (given) => ['==', first(given), null] },
  equalTo: {
    takes: 'text',
    gives: 'condition',
    write: (given) => (given.length === 2 ? ['==', ...given] : unsaid),
  },
  notEqualTo: {
    takes: 'text',
    gives: 'condition',
    write: (given) => (given.length === 2 ? ['!=', ...given] : unsaid),
  },
  lessThan: condition('<'),
  lessEqualThan: condition('<='),
  lessThanOrEqualTo: condition('<='),
  greaterThan: condition('>'),
  greaterEqualThan: condition('>='),
  greaterThanOrEqualTo: condition('>='),
  strStartsWith: {
    takes: 'text',
    gives: 'condition',
    write: ([text = '', start = '']) => ['==', ['index-of', start, text], 0],
  },
  strIndexOf: {
    takes: 'text',
    gives: 'number',
    write: ([text = '', part = '']) => ['index-of', part, text],
  },
}

/** Functions whose arguments are of several kinds. */
const special: Record<string, { gives: Kind; write: Write | ((given: Expression[], lose: Lose) => Said) }> = {
  if_then_else: { gives: 'any', write: (given, lose) => writeIf(given, lose) },
  if: { gives: 'any', write: (given, lose) => writeIf(given, lose) },
  substr: { gives: 'text', write: (given, lose) => writeSlice(given, lose, 1) },
  Substring: { gives: 'text', write: (given, lose) => writeSlice(given, lose, 1) },
  strSubstringStart: { gives: 'text', write: (given, lose) => writeSlice(given.slice(0, 2), lose, 0) },
  left: {
    gives: 'text',
    write: ([text, count], lose) => writeSlice([text, zero, count].filter(isGiven), lose, 0),
  },
  /** GeoServer's styles for any data ask what they are drawing. */
  dimension: {
    gives: 'number',
    write: () => [
      'match',
      ['geometry-type'],
      ['Point', 'MultiPoint'],
      0,
      ['LineString', 'MultiLineString'],
      1,
      2,
    ],
  },
  isCoverage: { gives: 'condition', write: () => false },
  Recode: { gives: 'any', write: (given, lose) => writeRecode(given, lose) },
  Categorize: { gives: 'any', write: (given, lose) => writeCategorize(given, lose) },
  Interpolate: { gives: 'any', write: (given, lose) => writeInterpolate(given, lose) },
}

const zero: Expression = { kind: 'literal', value: 0 }
const isGiven = (one: Expression | undefined): one is Expression => one !== undefined

const writeIf = ([test, yes, no]: Expression[], lose: Lose): Said => {
  if (!test || !yes || !no) return unsaid
  const parts = [toCondition(test, lose), toAny(yes, lose), toAny(no, lose)]
  return parts.includes(unsaid) ? unsaid : ['case', ...(parts as MapLibreValue[])]
}

/** `from` is the number that functions of this kind give the first letter. */
const writeSlice = ([text, start, count]: Expression[], lose: Lose, from: 0 | 1): Said => {
  if (!text || !start) return unsaid
  const parts = [toText(text, lose), toNumber(start, lose), count ? toNumber(count, lose) : null]
  if (parts.includes(unsaid)) return unsaid
  const [written = '', begin = 0, letters = null] = parts as MapLibreValue[]
  const index: MapLibreValue = from === 0 ? begin : ['-', begin, 1]
  return letters === null ? ['slice', written, index] : ['slice', written, index, ['+', index, letters]]
}

const literalPairs = (items: Expression[]): [Expression, Expression][] =>
  items.flatMap((item, index) => {
    const next = items[index + 1]
    return index % 2 === 0 && next ? [[item, next] as [Expression, Expression]] : []
  })

const writeRecode = ([lookup, ...items]: Expression[], lose: Lose): Said => {
  if (!lookup) return unsaid
  const value = toText(lookup, lose)
  const pairs = literalPairs(items)
  const seen = new Set<string>()
  const cases = pairs.flatMap(([data, result]): Said[] => {
    const key = String(literalOf(data) ?? '')
    if (seen.has(key)) return []
    seen.add(key)
    return [key, toAny(result, lose)]
  })
  if (value === unsaid || cases.includes(unsaid) || cases.length === 0) return unsaid
  return ['match', value, ...(cases as MapLibreValue[]), null]
}

const ascending = (numbers: (number | undefined)[]): boolean =>
  numbers.every(
    (number, index) => number !== undefined && (index === 0 || number > (numbers[index - 1] ?? 0)),
  )

const writeCategorize = ([lookup, ...items]: Expression[], lose: Lose): Said => {
  if (!lookup) return unsaid
  const value = toNumber(lookup, lose)
  const written = items.map((item, index) =>
    index % 2 === 0 ? toAny(item, lose) : (numberOf(item) ?? unsaid),
  )
  const thresholds = items.filter((_, index) => index % 2 === 1).map(numberOf)
  if (value === unsaid || written.includes(unsaid) || !ascending(thresholds) || thresholds.length === 0)
    return unsaid
  return ['step', value, ...(written as MapLibreValue[])]
}

const writeInterpolate = ([lookup, ...items]: Expression[], lose: Lose): Said => {
  if (!lookup) return unsaid
  const value = toNumber(lookup, lose)
  const pairs = literalPairs(items)
  const data = pairs.map(([quantity]) => numberOf(quantity))
  const results = pairs.map(([, result]) => {
    const number = numberOf(result)
    if (number !== undefined) return number
    const text = literalOf(result)
    return typeof text === 'string' && /^#[0-9a-f]{6}$/i.test(text)
      ? (['to-color', text] as MapLibreValue)
      : unsaid
  })
  if (value === unsaid || results.includes(unsaid) || !ascending(data) || data.length === 0) return unsaid
  const stops = data.flatMap((quantity, index) => [quantity ?? 0, results[index] as MapLibreValue])
  return ['interpolate', ['linear'], value, ...stops]
}

const writeCall = ({ name, arguments: given }: Call, lose: Lose): { said: Said; gives: Kind } => {
  const entry = Object.hasOwn(functions, name) ? functions[name] : undefined
  if (entry) {
    const written = all(given, entry.takes, lose)
    return { said: written === null ? unsaid : entry.write(written), gives: entry.gives }
  }
  const other = Object.hasOwn(special, name) ? special[name] : undefined
  if (other) return { said: other.write(given, lose) as Said, gives: other.gives }
  lose('FUNCTION_LOST', 'lost', `MapLibre has no function '${name}'; what depends on it is left out.`)
  return { said: unsaid, gives: 'any' }
}

// Kinds of values --------------------------------------------------------------------------------------------

/** What an expression gives without being asked for a kind. */
const natural = (expression: Expression, lose: Lose): { said: Said; gives: Kind } => {
  switch (expression.kind) {
    case 'literal': {
      const { value } = expression
      const gives = typeof value === 'string' ? 'text' : typeof value === 'number' ? 'number' : 'any'
      return { said: value, gives }
    }
    case 'property':
      return { said: get(expression.name), gives: 'any' }
    case 'arithmetic': {
      const parts = all([expression.left, expression.right], 'number', lose)
      return { said: parts ? [expression.operator, ...parts] : unsaid, gives: 'number' }
    }
    case 'function':
      return writeCall(expression, lose)
    case 'foreign':
      lose('EXPRESSION_LOST', 'lost', `The expression '${expression.text.slice(0, 80)}' is not understood.`)
      return { said: unsaid, gives: 'any' }
    default:
      return { said: toCondition(expression, lose), gives: 'condition' }
  }
}

const toAny = (expression: Expression, lose: Lose): Said => natural(expression, lose).said

const toText = (expression: Expression, lose: Lose): Said => {
  if (expression.kind === 'literal') return expression.value === null ? '' : String(expression.value)
  const { said, gives } = natural(expression, lose)
  return said === unsaid || gives === 'text' ? said : ['to-string', said]
}

const toNumber = (expression: Expression, lose: Lose): Said => {
  const known = numberOf(expression)
  if (known !== undefined) return known
  if (expression.kind === 'literal') return unsaid
  const { said, gives } = natural(expression, lose)
  return said === unsaid || gives === 'number' ? said : ['to-number', said]
}

// Filters ----------------------------------------------------------------------------------------------------

const guarded = (test: MapLibreValue, operands: unknown): MapLibreValue => {
  const names = [...new Set(propertiesIn(operands))]
  return names.length === 0 ? test : ['all', ...names.map((name) => ['!=', get(name), null]), test]
}

/** A number written otherwise than numbers print: '05', '1.50'. */
const isOddNumber = (expression: Expression): boolean => {
  const number = numberOf(expression)
  return number !== undefined && String(number) !== String(literalOf(expression))
}

const writeComparison = (
  { operator, left, right, matchCase }: Extract<Expression, { kind: 'comparison' }>,
  lose: Lose,
): Said => {
  const isEquality = operator === '=' || operator === '<>'
  if (isEquality && (isOddNumber(left) || isOddNumber(right))) {
    const parts = all([left, right], 'number', lose)
    return parts ? guarded([operator === '=' ? '==' : '!=', ...parts], [left, right]) : unsaid
  }
  const asText = isEquality || isText(left) || isText(right)
  const parts = all([left, right], asText ? 'text' : 'number', lose)
  if (!parts) return unsaid
  const folded = matchCase || !asText ? parts : parts.map((part): MapLibreValue => ['downcase', part])
  // Two bare texts would be taken for a filter of the old syntax.
  const compared = folded.some(Array.isArray)
    ? folded
    : folded.map((part): MapLibreValue => ['literal', part])
  if (operator === '=') {
    // Null as text is '', which is equal to no other text.
    const test: MapLibreValue = ['==', ...compared]
    const isSafe = [left, right].some(
      (side) => side.kind === 'literal' && side.value !== '' && side.value !== null,
    )
    return isSafe ? test : guarded(test, [left, right])
  }
  return guarded([operator === '<>' ? '!=' : operator, ...compared], [left, right])
}

type Like = Extract<Expression, { kind: 'like' }>

/** The texts between the wild cards; null when single letters are left open. */
const likeParts = ({ pattern, wildCard, singleChar, escapeChar }: Like): string[] | null => {
  const parts = ['']
  const letters = [...pattern]
  for (let index = 0; index < letters.length; index += 1) {
    const letter = letters[index] ?? ''
    if (letter === escapeChar && index + 1 < letters.length) {
      index += 1
      parts[parts.length - 1] += letters[index] ?? ''
    } else if (letter === wildCard) parts.push('')
    else if (letter === singleChar) return null
    else parts[parts.length - 1] += letter
  }
  return parts
}

const writeLike = (expression: Like, lose: Lose): Said => {
  const parts = likeParts(expression)
  const value = toText(expression.value, lose)
  if (parts === null) {
    lose(
      'LIKE_LOST',
      'lost',
      `MapLibre cannot compare with the pattern '${expression.pattern.slice(0, 80)}'.`,
    )
    return unsaid
  }
  if (value === unsaid) return unsaid
  const text: MapLibreValue = expression.matchCase ? value : ['downcase', value]
  const written = expression.matchCase ? parts : parts.map((part) => part.toLowerCase())
  const start = written[0] ?? ''
  const end = written.at(-1) ?? ''
  if (written.length === 1) return guarded(['==', text, start], expression.value)
  const middle = written.slice(1, -1).filter((part) => part !== '')
  if (middle.length > 1 || (middle.length > 0 && (start !== '' || end !== '')))
    lose(
      'LIKE_APPROXIMATED',
      'approximated',
      `Of the pattern '${expression.pattern.slice(0, 80)}' MapLibre asks only whether its parts occur.`,
    )
  const length = [...start, ...end].length
  const tests: MapLibreValue[] = [
    ...(length > 0 ? [['>=', ['length', text], length] as MapLibreValue] : []),
    ...(start === '' ? [] : [['==', ['slice', text, 0, start.length], start] as MapLibreValue]),
    ...(end === '' ? [] : [['==', ['slice', text, -end.length], end] as MapLibreValue]),
    ...middle.map((part): MapLibreValue => ['in', part, text]),
  ]
  return guarded(tests.length === 1 ? (tests[0] ?? true) : ['all', ...tests], expression.value)
}

const writeBetween = (
  { value, lower, upper }: Extract<Expression, { kind: 'between' }>,
  lose: Lose,
): Said => {
  const kind: Kind = isText(lower) || isText(upper) ? 'text' : 'number'
  const parts = all([value, lower, upper], kind, lose)
  if (!parts) return unsaid
  const [tested = null, low = null, high = null] = parts
  return guarded(['all', ['>=', tested, low], ['<=', tested, high]], [value, lower, upper])
}

const toCondition = (expression: Expression, lose: Lose): Said => {
  const several = (operator: 'all' | 'any', operands: Expression[]): Said => {
    const written = operands.map((operand) => toCondition(operand, lose))
    return written.includes(unsaid) ? unsaid : [operator, ...(written as MapLibreValue[])]
  }
  switch (expression.kind) {
    case 'and':
      return several('all', expression.operands)
    case 'or':
      return several('any', expression.operands)
    case 'not': {
      const operand = toCondition(expression.operand, lose)
      return operand === unsaid ? unsaid : ['!', operand]
    }
    case 'comparison':
      return writeComparison(expression, lose)
    case 'between':
      return writeBetween(expression, lose)
    case 'like':
      return writeLike(expression, lose)
    case 'null': {
      const value = toAny(expression.value, lose)
      return value === unsaid ? unsaid : ['==', value, null]
    }
    case 'in': {
      const value = toText(expression.value, lose)
      const values = all(expression.values, 'text', lose)
      if (value === unsaid || values === null) return unsaid
      return values.every((one) => typeof one === 'string')
        ? guarded(['in', value, ['literal', values]], expression.value)
        : guarded(['any', ...values.map((one) => ['==', value, one])], expression.value)
    }
    case 'feature-ids':
      return ['in', ['to-string', ['id']], ['literal', expression.ids]]
    case 'spatial':
      lose(
        'SPATIAL_FILTER_LOST',
        'lost',
        'MapLibre cannot ask where a feature is; the rule draws nothing there.',
      )
      return unsaid
    default: {
      const { said, gives } = natural(expression, lose)
      return said === unsaid || gives === 'condition' ? said : ['to-boolean', said]
    }
  }
}

const byKind: Record<Kind, (expression: Expression, lose: Lose) => Said> = {
  any: toAny,
  text: toText,
  number: toNumber,
  condition: toCondition,
}

/** What cannot be said is undefined. */
const orUndefined = (said: Said): MapLibreValue | undefined => (said === unsaid ? undefined : said)

export const mapLibreNumber = (expression: Expression, lose: Lose) => orUndefined(toNumber(expression, lose))
export const mapLibreText = (expression: Expression, lose: Lose) => orUndefined(toText(expression, lose))
export const mapLibreFilter = (expression: Expression, lose: Lose) =>
  orUndefined(toCondition(expression, lose))

export const mapLibreColour = (expression: Expression, lose: Lose): MapLibreValue | undefined => {
  const value = literalOf(expression)
  if (value !== undefined) return typeof value === 'string' ? value : undefined
  const said = toAny(expression, lose)
  // A colour that is missing in the data is drawn grey, as SLD's default fill.
  return said === unsaid ? undefined : ['to-color', said, '#808080']
}
