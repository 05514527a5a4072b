/**
 * Reads QGIS's expression language into the model's expressions. What is not understood is `foreign` as a whole, so that
 * no filter is ever half right.
 */
import { type Expression, literal, literalOf, numberOf } from './model.ts'
import { endOf } from './qml-expression.ts'
import { entryOf } from './qml-values.ts'

/** Longer or deeper ones are nobody's, and would take very long. */
const longest = 20_000
const deepest = 60
/** Of one operator after the other, or one WHEN after the other: each nests what was before. */
const mostLinks = 150

type Token = { kind: 'number' | 'text' | 'field' | 'word' | 'sign'; text: string }

const unquoted = (text: string, quote: string): string =>
  text
    .slice(1, -1)
    .split(quote + quote)
    .join(quote)
const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t' }
const textOf = (written: string): string =>
  written
    .slice(1, -1)
    .replace(/''|\\([\s\S])/g, (_, escaped?: string) =>
      escaped === undefined ? "'" : (entryOf(escapes, escaped) ?? escaped),
    )

/** Where a text ends; a doubled quote is one of its characters. */
const endOfText = (text: string, start: number, quote: string, isEscaped: boolean): number => {
  let end = endOf(text, start + 1, quote, { escapes: isEscaped })
  while (text[end] === quote) end = endOf(text, end + 1, quote, { escapes: isEscaped })
  return end
}

// As QGIS's own lexer has them: whatever is not ASCII is part of a word. Without flags, because the panel's oldest web
// view knows neither sticky nor Unicode expressions.
const number = /^(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/
const word = /^[$@]?[A-Za-z_\u0080-\uffff][A-Za-z0-9_\u0080-\uffff]*/
const sign = /^(?:<=|>=|<>|!=|\|\||\/\/|[-+*/%^=<>(),])/

const matchAt = (pattern: RegExp, text: string, at: number): string | undefined =>
  pattern.exec(text.slice(at))?.[0]

/** null when a character belongs to no word of the language. */
const toTokens = (text: string): Token[] | null => {
  const tokens: Token[] = []
  let at = 0
  const add = (kind: Token['kind'], end: number, written = text.slice(at, end)) => {
    tokens.push({ kind, text: written })
    at = end
  }
  while (at < text.length) {
    const two = text.slice(at, at + 2)
    const one = two.slice(0, 1)
    if (/\s/.test(one)) at += 1
    else if (two === '--') at = endOf(text, at + 2, '\n', { escapes: false })
    else if (two === '/*') at = endOf(text, at + 2, '*/', { escapes: false })
    else if (one === "'") {
      const end = endOfText(text, at, "'", true)
      if (text[end - 1] !== "'" || end - at < 2) return null
      add('text', end, textOf(text.slice(at, end)))
    } else if (one === '"') {
      const end = endOfText(text, at, '"', false)
      if (text[end - 1] !== '"' || end - at < 3) return null
      add('field', end, unquoted(text.slice(at, end), '"'))
    } else {
      const found = (['number', 'word', 'sign'] as const)
        .map((kind) => ({ kind, text: matchAt({ number, word, sign }[kind], text, at) }))
        .find((match) => match.text !== undefined)
      if (found?.text === undefined) return null
      add(found.kind, at + found.text.length)
    }
  }
  return tokens
}

// Functions --------------------------------------------------------------------------------------------------

const call = (name: string, given: Expression[]): Expression => ({
  kind: 'function',
  name,
  arguments: given,
  options: {},
})

/** Those that mean in QGIS what they mean in `functions.ts` under the same name. */
const sameNames = new Set(
  `lower upper title concat length substr trim replace left right to_string format_number format_date lpad rpad abs
round floor ceil sqrt exp log ln log10 min max radians degrees sin cos tan asin acos atan atan2 pi to_int to_real clamp
scale_linear coalesce nullif`.split(/\s+/),
)

const geometryNames: Readonly<Record<string, string>> = {
  area: 'area',
  length: 'geomLength',
  perimeter: 'geomLength',
}

/** `$geometry`, which only functions may take. */
const ownGeometry: Expression = call('geometry', [])
const isOwnGeometry = (one: Expression | undefined) => one?.kind === 'function' && one.name === 'geometry'

const hexOf = (parts: number[]): string =>
  `#${parts
    .map((part) => (256 + Math.min(255, Math.max(0, Math.round(part)))).toString(16).slice(1))
    .join('')}`

type Make = (given: Expression[]) => Expression | null

const makers: Readonly<Record<string, Make>> = {
  if: (given) => (given.length === 3 ? call('if_then_else', given) : null),
  isnull: ([value, ...others]) => (value && others.length === 0 ? { kind: 'null', value } : null),
  attribute: ([name, ...others]) => {
    const field = literalOf(name)
    return typeof field === 'string' && others.length === 0 ? { kind: 'property', name: field } : null
  },
  char: ([code]) => {
    const index = numberOf(code)
    return index !== undefined && Number.isInteger(index) && index > 0 && index <= 0x10ffff
      ? literal(String.fromCodePoint(index))
      : null
  },
  color_rgb: (given) => {
    const parts = given.map(numberOf).filter((one) => one !== undefined)
    return given.length === 3 && parts.length === 3 ? literal(hexOf(parts)) : null
  },
  // QGIS counts from 1, and 0 is not found.
  strpos: (given) =>
    given.length === 2
      ? { kind: 'arithmetic', operator: '+', left: call('strIndexOf', given), right: literal(1) }
      : null,
}

const toCall = (name: string, given: Expression[]): Expression | null => {
  const lower = name.toLowerCase()
  const [first] = given
  const ofGeometry = entryOf(geometryNames, lower)
  if (ofGeometry !== undefined && isOwnGeometry(first) && given.length === 1) return call(ofGeometry, [])
  if (given.some(isOwnGeometry)) return null
  const make = entryOf(makers, lower)
  if (make) return make(given)
  return sameNames.has(lower) ? call(lower, given) : null
}

/** Constants and what QGIS computes of the feature. */
const namedValues: Readonly<Record<string, Expression>> = {
  null: literal(null),
  true: literal(true),
  false: literal(false),
  $geometry: ownGeometry,
  '@geometry': ownGeometry,
  $area: call('area', []),
  $length: call('geomLength', []),
  $perimeter: call('geomLength', []),
}

// Grammar ----------------------------------------------------------------------------------------------------

const comparisons = ['=', '<>', '<', '<=', '>', '>='] as const
type Comparison = (typeof comparisons)[number]
const toComparison = (text: string): Comparison | undefined =>
  comparisons.find((one) => one === (text === '!=' ? '<>' : text))

const compare = (operator: Comparison, left: Expression, right: Expression): Expression => ({
  kind: 'comparison',
  operator,
  left,
  right,
  matchCase: true,
})
const not = (operand: Expression): Expression => ({ kind: 'not', operand })

/** Thrown and caught in this file only: a text that is none of the language, or of a part nobody reads. */
const notUnderstood = Symbol('not understood')
const giveUp = (): never => {
  throw notUnderstood
}

/** By descent, one function for each strength of binding. */
const parse = (tokens: readonly Token[]): Expression => {
  let at = 0
  let depth = 0
  const peek = (ahead = 0): Token | undefined => tokens[at + ahead]
  const isSign = (text: string, ahead = 0) => peek(ahead)?.kind === 'sign' && peek(ahead)?.text === text
  const isWord = (text: string, ahead = 0) =>
    peek(ahead)?.kind === 'word' && peek(ahead)?.text.toLowerCase() === text
  const takeSign = (text: string): boolean => {
    if (!isSign(text)) return false
    at += 1
    return true
  }
  const takeWords = (...words: string[]): boolean => {
    if (!words.every((one, index) => isWord(one, index))) return false
    at += words.length
    return true
  }
  const expectSign = (text: string): void => {
    if (!takeSign(text)) giveUp()
  }

  const many = (kind: 'and' | 'or', next: () => Expression): Expression => {
    const operands = [next()]
    while (takeWords(kind)) operands.push(next())
    const [first = literal(null), ...others] = operands
    return others.length === 0 ? first : { kind, operands }
  }
  const readAny = (): Expression => {
    depth += 1
    if (depth > deepest) giveUp()
    const found = many('or', () => many('and', readNot))
    depth -= 1
    return found
  }
  const readNot = (): Expression => {
    if (!takeWords('not')) return readComparison()
    depth += 1
    if (depth > deepest) giveUp()
    const found = not(readNot())
    depth -= 1
    return found
  }

  const readList = (): Expression[] => {
    const values: Expression[] = []
    expectSign('(')
    if (takeSign(')')) return values
    do values.push(readAny())
    while (takeSign(','))
    expectSign(')')
    return values
  }

  const readLike = (value: Expression, matchCase: boolean): Expression => {
    const pattern = literalOf(readSum())
    if (typeof pattern !== 'string') return giveUp()
    return { kind: 'like', value, pattern, wildCard: '%', singleChar: '_', escapeChar: '\\', matchCase }
  }
  const readBetween = (value: Expression): Expression => {
    const lower = readSum()
    if (!takeWords('and')) giveUp()
    return { kind: 'between', value, lower, upper: readSum() }
  }
  const readIs = (value: Expression): Expression => {
    const isNegated = takeWords('not')
    const other = readSum()
    const isNull: Expression = { kind: 'null', value }
    if (literalOf(other) === null) return isNegated ? not(isNull) : isNull
    // Nothing is not the other value, either.
    if (isNegated) return { kind: 'or', operands: [isNull, compare('<>', value, other)] }
    return compare('=', value, other)
  }
  const readTest = (value: Expression): Expression | null => {
    if (takeWords('is')) return readIs(value)
    const isNegated = isWord('not') && ['in', 'like', 'ilike', 'between'].some((one) => isWord(one, 1))
    if (isNegated) at += 1
    const test = takeWords('in')
      ? ({ kind: 'in', value, values: readList() } as const)
      : takeWords('like')
        ? readLike(value, true)
        : takeWords('ilike')
          ? readLike(value, false)
          : takeWords('between')
            ? readBetween(value)
            : null
    return test && isNegated ? not(test) : test
  }
  const readComparison = (): Expression => {
    let left = readSum()
    for (let links = 0; ; links += 1) {
      if (links > mostLinks) giveUp()
      const operator = peek()?.kind === 'sign' ? toComparison(peek()?.text ?? '') : undefined
      if (operator !== undefined) {
        at += 1
        left = compare(operator, left, readSum())
        continue
      }
      const test = readTest(left)
      if (test === null) return left
      left = test
    }
  }

  const readSum = (): Expression => {
    let left = readProduct()
    for (let links = 0; ; links += 1) {
      if (links > mostLinks) giveUp()
      if (takeSign('+')) left = { kind: 'arithmetic', operator: '+', left, right: readProduct() }
      else if (takeSign('-')) left = { kind: 'arithmetic', operator: '-', left, right: readProduct() }
      else return left
    }
  }
  const readProduct = (): Expression => {
    let left = readPower()
    for (let links = 0; ; links += 1) {
      if (links > mostLinks) giveUp()
      if (takeSign('*')) left = { kind: 'arithmetic', operator: '*', left, right: readPower() }
      else if (takeSign('//'))
        left = call('floor', [{ kind: 'arithmetic', operator: '/', left, right: readPower() }])
      else if (takeSign('/')) left = { kind: 'arithmetic', operator: '/', left, right: readPower() }
      else if (takeSign('%')) left = { kind: 'arithmetic', operator: '%', left, right: readPower() }
      else return left
    }
  }
  const readPower = (): Expression => {
    const left = readJoined()
    if (!takeSign('^')) return left
    depth += 1
    if (depth > deepest) giveUp()
    const right = readPower()
    depth -= 1
    return { kind: 'arithmetic', operator: '^', left, right }
  }
  /** In QGIS nothing but a sign binds more strongly than `||`. */
  const readJoined = (): Expression => {
    const parts = [readSigned()]
    while (takeSign('||')) parts.push(readSigned())
    const [first = literal(null), ...others] = parts
    return others.length === 0 ? first : call('Concatenate', parts)
  }
  const readSigned = (): Expression => {
    let isNegative = false
    while (isSign('-') || isSign('+')) {
      if (isSign('-')) isNegative = !isNegative
      at += 1
    }
    const value = readOne()
    if (!isNegative) return value
    const known = literalOf(value)
    if (typeof known === 'number') return literal(-known)
    return { kind: 'arithmetic', operator: '*', left: literal(-1), right: value }
  }

  const readCase = (): Expression => {
    const branches: [Expression, Expression][] = []
    while (takeWords('when')) {
      const condition = readAny()
      if (!takeWords('then')) giveUp()
      branches.push([condition, readAny()])
    }
    const otherwise = takeWords('else') ? readAny() : literal(null)
    if (!takeWords('end') || branches.length === 0 || branches.length > mostLinks) giveUp()
    return branches.reduceRight<Expression>(
      (rest, [condition, value]) => call('if_then_else', [condition, value, rest]),
      otherwise,
    )
  }

  const readWord = (text: string): Expression => {
    if (text.toLowerCase() === 'case') return readCase()
    if (isSign('(')) {
      if (/^[$@]/.test(text)) giveUp()
      return toCall(text, readList()) ?? giveUp()
    }
    const named = entryOf(namedValues, text.toLowerCase())
    if (named) return named
    if (/^[$@]/.test(text) || reserved.has(text.toLowerCase())) giveUp()
    return { kind: 'property', name: text }
  }
  const readOne = (): Expression => {
    const token = peek()
    if (!token) return giveUp()
    at += 1
    switch (token.kind) {
      case 'number':
        return literal(Number(token.text))
      case 'text':
        return literal(token.text)
      case 'field':
        return { kind: 'property', name: token.text }
      case 'word':
        return readWord(token.text)
      case 'sign': {
        if (token.text !== '(') return giveUp()
        const inner = readAny()
        expectSign(')')
        return inner
      }
    }
  }

  const found = readAny()
  return at === tokens.length ? found : giveUp()
}

const reserved = new Set('and or not in like ilike is between when then else end'.split(' '))

export const foreign = (text: string): Expression => ({ kind: 'foreign', language: 'QGIS', text })

export const readExpression = (text: string): Expression => {
  const tokens = text.length <= longest ? toTokens(text) : null
  if (tokens === null || tokens.length === 0) return foreign(text)
  try {
    const found = parse(tokens)
    // A geometry is no value.
    return isOwnGeometry(found) ? foreign(text) : found
  } catch (thrown) {
    if (thrown !== notUnderstood) throw thrown
    return foreign(text)
  }
}
