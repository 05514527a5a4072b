/** What the functions of `styles/functions.ts` return: SE's, GeoServer's and QGIS's, by name. */
import { readColour } from '../../styles/colour.ts'
import type { PaintValue } from './feature.ts'
import { isGeometryFunction } from './geometry-functions.ts'
import { formatDate, formatNumber } from './number-format.ts'
import { compare, numberOrNull, toCondition, toNumber, toText } from './values.ts'

type Call = (given: PaintValue[]) => PaintValue
export type FunctionParts = {
  scaleDenominator: number
  variables: Readonly<Record<string, PaintValue>>
}

/** A style that builds a text of ever doubled texts stops here. */
const longestText = 10_000
const cut = (text: string): string => (text.length > longestText ? text.slice(0, longestText) : text)

const ofNumbers =
  (compute: (...numbers: number[]) => number): Call =>
  (given) =>
    given.some((one) => one === null) ? null : numberOrNull(compute(...given.map(toNumber)))

const ofText =
  (compute: (text: string, ...others: PaintValue[]) => PaintValue): Call =>
  ([first = null, ...others]) => {
    if (first === null) return null
    const result = compute(toText(first), ...others)
    return typeof result === 'string' ? cut(result) : result
  }

const concatenate: Call = (given) => cut(given.map(toText).join(''))

const capitalized = (text: string): string =>
  text.replace(
    /(^|[^\p{L}\p{N}'’])(\p{L})/gu,
    (_, before: string, letter: string) => before + letter.toUpperCase(),
  )

const whole = (value: PaintValue | undefined, otherwise: number): number => {
  const number = toNumber(value ?? null)
  return Number.isFinite(number) ? Math.trunc(number) : otherwise
}

/** QGIS and SE count from 1, a negative start from the end. */
const substring: Call = ofText((text, start = null, length = null) => {
  const characters = [...text]
  const first = whole(start, 1)
  const from = first > 0 ? first - 1 : first < 0 ? Math.max(0, characters.length + first) : 0
  return characters.slice(from, length === null ? undefined : from + Math.max(0, whole(length, 0))).join('')
})

/** GeoServer counts from 0, and gives the end. */
const strSubstring: Call = ofText((text, from = null, to = null) =>
  text.slice(Math.max(0, whole(from, 0)), to === null ? undefined : Math.max(0, whole(to, 0))),
)

const replace: Call = ofText((text, from = null, to = null) => {
  const wanted = toText(from)
  return wanted === '' ? text : text.split(wanted).join(toText(to))
})

const padded =
  (isLeft: boolean): Call =>
  ([text = null, width = null, fill = null]) => {
    if (text === null) return null
    const size = Math.min(longestText, Math.max(0, whole(width, 0)))
    const filler = toText(fill) || ' '
    const given = toText(text)
    // QGIS cuts what is too long.
    if (given.length >= size) return given.slice(0, size)
    return isLeft ? given.padStart(size, filler) : given.padEnd(size, filler)
  }

/** Half away from zero, as QGIS and Java's users expect; to some decimals when asked. */
const round: Call = ([value = null, decimals = null]) => {
  const number = toNumber(value)
  if (!Number.isFinite(number)) return null
  const factor = 10 ** Math.min(15, Math.max(-15, whole(decimals, 0)))
  return numberOrNull((Math.sign(number) * Math.round(Math.abs(number) * factor + 1e-9)) / factor)
}

const rint = (value: number): number => {
  const floor = Math.floor(value)
  const rest = value - floor
  if (rest !== 0.5) return Math.round(value)
  return floor % 2 === 0 ? floor : floor + 1
}

const choose: Call = ([condition = null, yes = null, no = null]) =>
  toCondition(condition) === true ? yes : no

const comparing =
  (operator: '=' | '<>' | '<' | '<=' | '>' | '>='): Call =>
  ([left = null, right = null]) =>
    compare(operator, left, right, true)

const isIn: Call = ([value = null, ...others]) =>
  value === null ? null : others.some((one) => compare('=', value, one, true) === true)

const log: Call = (given) => {
  if (given.length > 1) {
    const [base = null, value = null] = given
    return numberOrNull(Math.log(toNumber(value)) / Math.log(toNumber(base)))
  }
  return numberOrNull(Math.log(toNumber(given[0] ?? null)))
}

const scaleLinear = (value: number, fromLow: number, fromHigh: number, low: number, high: number): number => {
  if (value <= fromLow) return low
  if (value >= fromHigh) return high
  return low + ((value - fromLow) / (fromHigh - fromLow)) * (high - low)
}

const within =
  (test: (text: string, other: string) => PaintValue): Call =>
  ([text = null, other = null]) =>
    text === null || other === null ? null : test(toText(text), toText(other))

const toWhole: Call = ([value = null]) => {
  const number = toNumber(value)
  return Number.isFinite(number) ? Math.trunc(number) : null
}

const toReal: Call = ([value = null]) => numberOrNull(toNumber(value))

const least: Call = (given) => numberOrNull(Math.min(...given.filter((one) => one !== null).map(toNumber)))
const most: Call = (given) => numberOrNull(Math.max(...given.filter((one) => one !== null).map(toNumber)))

const simple: Readonly<Record<string, Call>> = {
  Concatenate: concatenate,
  concat: concatenate,
  strConcat: concatenate,
  lower: ofText((text) => text.toLowerCase()),
  upper: ofText((text) => text.toUpperCase()),
  title: ofText((text) => capitalized(text.toLowerCase())),
  strToLowerCase: ofText((text) => text.toLowerCase()),
  strToUpperCase: ofText((text) => text.toUpperCase()),
  strCapitalize: ofText((text) => capitalized(text.toLowerCase())),
  length: ofText((text) => [...text].length),
  strLength: ofText((text) => text.length),
  StringLength: ofText((text) => [...text].length),
  substr: substring,
  Substring: substring,
  strSubstring,
  strSubstringStart: ofText((text, from = null) => text.slice(Math.max(0, whole(from, 0)))),
  strTrim: ofText((text) => text.trim()),
  trim: ofText((text) => text.trim()),
  replace,
  strReplace: replace,
  left: ofText((text, count = null) => [...text].slice(0, Math.max(0, whole(count, 0))).join('')),
  right: ofText((text, count = null) => {
    const characters = [...text]
    return characters.slice(Math.max(0, characters.length - Math.max(0, whole(count, 0)))).join('')
  }),
  strStartsWith: within((text, other) => text.startsWith(other)),
  strEndsWith: within((text, other) => text.endsWith(other)),
  strIndexOf: within((text, other) => text.indexOf(other)),
  strEqualsIgnoreCase: within((text, other) => text.toLowerCase() === other.toLowerCase()),
  to_string: ([value = null]) => (value === null ? null : toText(value)),
  numberFormat: ([pattern = null, value = null]) => formatNumber(toText(pattern), toNumber(value)),
  numberFormat2: ([pattern = null, value = null]) => formatNumber(toText(pattern), toNumber(value)),
  format_number: ([value = null, decimals = null]) =>
    formatNumber(`#,##0.${'0'.repeat(Math.min(15, Math.max(0, whole(decimals, 0))))}`, toNumber(value)),
  FormatNumber: ([value = null, pattern = null, negative = null]) =>
    toNumber(value) < 0 && negative !== null
      ? formatNumber(toText(negative), -toNumber(value))
      : formatNumber(toText(pattern), toNumber(value)),
  dateFormat: ([pattern = null, value = null]) => formatDate(toText(pattern), toText(value)),
  format_date: ([value = null, pattern = null]) => formatDate(toText(pattern), toText(value)),
  FormatDate: ([value = null, pattern = null]) => formatDate(toText(pattern), toText(value)),
  lpad: padded(true),
  rpad: padded(false),
  abs: ofNumbers(Math.abs),
  abs_2: ofNumbers(Math.abs),
  abs_3: ofNumbers(Math.abs),
  abs_4: ofNumbers(Math.abs),
  round,
  roundDouble: round,
  rint: ofNumbers(rint),
  floor: ofNumbers(Math.floor),
  ceil: ofNumbers(Math.ceil),
  sqrt: ofNumbers(Math.sqrt),
  pow: ofNumbers((base, exponent) => base ** exponent),
  exp: ofNumbers(Math.exp),
  log,
  ln: ofNumbers(Math.log),
  log10: ofNumbers(Math.log10),
  min: least,
  max: most,
  min_2: least,
  max_2: most,
  min_3: least,
  max_3: most,
  min_4: least,
  max_4: most,
  modulo: ofNumbers((value, by) => value % by),
  IEEERemainder: ofNumbers((value, by) => value - by * rint(value / by)),
  toRadians: ofNumbers((value) => (value * Math.PI) / 180),
  radians: ofNumbers((value) => (value * Math.PI) / 180),
  toDegrees: ofNumbers((value) => (value * 180) / Math.PI),
  degrees: ofNumbers((value) => (value * 180) / Math.PI),
  sin: ofNumbers(Math.sin),
  cos: ofNumbers(Math.cos),
  tan: ofNumbers(Math.tan),
  asin: ofNumbers(Math.asin),
  acos: ofNumbers(Math.acos),
  atan: ofNumbers(Math.atan),
  atan2: ofNumbers(Math.atan2),
  pi: () => Math.PI,
  to_int: ([value = null]) => round([value]),
  to_real: toReal,
  parseDouble: toReal,
  int2ddouble: toReal,
  parseInt: toWhole,
  parseLong: toWhole,
  int2bbool: ([value = null]) => toCondition(value),
  double2bool: ([value = null]) => toCondition(value),
  clamp: ofNumbers((low, value, high) => Math.min(high, Math.max(low, value))),
  scale_linear: ofNumbers(scaleLinear),
  coalesce: (given) => given.find((one) => one !== null) ?? null,
  if: choose,
  if_then_else: choose,
  isNull: ([value = null]) => value === null,
  nullif: ([value = null, other = null]) => (compare('=', value, other, true) === true ? null : value),
  between: ([value = null, low = null, high = null]) =>
    compare('>=', value, low, true) === true && compare('<=', value, high, true) === true,
  not: ([value = null]) => {
    const condition = toCondition(value)
    return condition === null ? null : !condition
  },
  in: isIn,
  in2: isIn,
  in3: isIn,
  in4: isIn,
  in5: isIn,
  in6: isIn,
  in7: isIn,
  in8: isIn,
  in9: isIn,
  in10: isIn,
  equalTo: comparing('='),
  equalsExact: comparing('='),
  notEqualTo: comparing('<>'),
  lessThan: comparing('<'),
  lessEqualThan: comparing('<='),
  lessThanOrEqualTo: comparing('<='),
  greaterThan: comparing('>'),
  greaterEqualThan: comparing('>='),
  greaterThanOrEqualTo: comparing('>='),
}

// Those of SE that have options, or need the picture ------------------------------------------------------

type Make = (options: Readonly<Record<string, string>>, parts: FunctionParts) => Call

const recode: Make =
  ({ fallbackValue = null }) =>
  ([value = null, ...pairs]) => {
    for (let i = 0; i + 1 < pairs.length; i += 2)
      if (compare('=', value, pairs[i] ?? null, true) === true) return pairs[i + 1] ?? null
    return fallbackValue
  }

/** The value itself, then values with thresholds between them. */
const categorize: Make = ({ fallbackValue = null, thresholdsBelongTo, thresholdBelongsTo }) => {
  const isPreceding = (thresholdsBelongTo ?? thresholdBelongsTo) === 'preceding'
  return ([value = null, first = null, ...others]) => {
    if (value === null) return fallbackValue
    let result = first
    for (let i = 0; i < others.length; i += 2) {
      const isAbove = compare(isPreceding ? '>' : '>=', value, others[i] ?? null, true)
      if (isAbove !== true) break
      result = others[i + 1] ?? null
    }
    return result
  }
}

const channelsOf = (value: PaintValue): [number, number, number] | null => {
  const color = readColour(toText(value))?.color
  if (color === undefined) return null
  const number = Number.parseInt(color.slice(1), 16)
  return [number >> 16, (number >> 8) & 255, number & 255]
}

const blended = (from: PaintValue, to: PaintValue, share: number): PaintValue => {
  const [one, other] = [channelsOf(from), channelsOf(to)]
  if (one === null || other === null) return null
  const digits = one.map((channel, index) =>
    Math.round(channel + ((other[index] as number) - channel) * share)
      .toString(16)
      .padStart(2, '0'),
  )
  return `#${digits.join('')}`
}

const eased: Readonly<Record<string, (share: number) => number>> = {
  linear: (share) => share,
  cosine: (share) => (1 - Math.cos(share * Math.PI)) / 2,
  cubic: (share) => share * share * (3 - 2 * share),
}

/** The value itself, then pairs of a place and what is there. */
const interpolate: Make =
  ({ fallbackValue = null, mode = 'linear', method }) =>
  ([value = null, ...pairs]) => {
    const at = toNumber(value)
    if (Number.isNaN(at) || pairs.length < 2) return fallbackValue
    const isColor = method === 'color' || channelsOf(pairs[1] ?? null) !== null
    for (let i = 0; i + 1 < pairs.length; i += 2) {
      const place = toNumber(pairs[i] ?? null)
      const here = pairs[i + 1] ?? null
      if (at > place) continue
      if (i === 0 || at === place) return here
      const before = toNumber(pairs[i - 2] ?? null)
      const from = pairs[i - 1] ?? null
      const share = (eased[mode] ?? ((one: number) => one))((at - before) / (place - before))
      if (isColor) return blended(from, here, share)
      return numberOrNull(toNumber(from) + (toNumber(here) - toNumber(from)) * share)
    }
    return pairs.at(pairs.length % 2 === 0 ? -1 : -2) ?? null
  }

const variable: Make =
  (_options, { scaleDenominator, variables }) =>
  ([name = null, otherwise = null]) => {
    const wanted = toText(name)
    if (wanted === 'map_scale' || wanted === 'wms_scale_denominator') return scaleDenominator
    return Object.hasOwn(variables, wanted) ? (variables[wanted] ?? null) : otherwise
  }

const withOptions: Readonly<Record<string, Make>> = {
  Recode: recode,
  Categorize: categorize,
  Interpolate: interpolate,
  ChangeCase:
    ({ direction }) =>
    ([value = null]) =>
      value === null
        ? null
        : direction === 'toLower'
          ? toText(value).toLowerCase()
          : toText(value).toUpperCase(),
  Trim:
    ({ stripOffPosition = 'both', stripOffChar = ' ' }) =>
    ([value = null]) => {
      if (value === null) return null
      const characters = [...toText(value)]
      let from = 0
      let to = characters.length
      if (stripOffPosition !== 'trailing') while (from < to && characters[from] === stripOffChar) from += 1
      if (stripOffPosition !== 'leading') while (to > from && characters[to - 1] === stripOffChar) to -= 1
      return characters.slice(from, to).join('')
    },
  StringPosition:
    ({ searchDirection }) =>
    ([wanted = null, text = null]) => {
      if (wanted === null || text === null) return null
      const at =
        searchDirection === 'backToFront'
          ? toText(text).lastIndexOf(toText(wanted))
          : toText(text).indexOf(toText(wanted))
      return at + 1
    },
  env: variable,
  var: variable,
}

export const findFunction = (
  name: string,
  options: Readonly<Record<string, string>>,
  parts: FunctionParts,
): Call | undefined => {
  if (Object.hasOwn(withOptions, name)) return withOptions[name]?.(options, parts)
  return Object.hasOwn(simple, name) ? simple[name] : undefined
}

export const functionNeedsFeature = isGeometryFunction
