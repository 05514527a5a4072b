/** Numbers and dates as the patterns of styles want them: Java's letters, which SE, GeoServer and QGIS share mostly. */
import type { PaintValue } from './feature.ts'

const grouped = (digits: string, size: number): string => {
  const groups: string[] = []
  for (let end = digits.length; end > 0; end -= size)
    groups.unshift(digits.slice(Math.max(0, end - size), end))
  return groups.join(',')
}

/** The part of digits of a pattern such as "#,##0.00 'km'"; what stands around it is text. */
const patternParts = (pattern: string) => {
  const [positive = ''] = pattern.split(';')
  const characters = [...positive]
  const isDigit = (character: string) => '#0,.'.includes(character)
  const first = characters.findIndex(isDigit)
  const last = characters.findLastIndex(isDigit)
  const unquoted = (part: string[]) => part.filter((character) => character !== "'").join('')
  return {
    before: unquoted(characters.slice(0, Math.max(0, first))),
    digits: first < 0 ? '#0' : characters.slice(first, last + 1).join(''),
    after: first < 0 ? '' : unquoted(characters.slice(last + 1)),
  }
}

/** Longer patterns are none of a person. */
const longest = 100

export const formatNumber = (pattern: string, value: number): PaintValue => {
  if (!Number.isFinite(value)) return null
  const { before, digits, after } = patternParts(pattern.slice(0, longest))
  const [wholePattern = '', fractionPattern = ''] = digits.split('.')
  const mostDecimals = Math.min(15, fractionPattern.length)
  const leastDecimals = [...fractionPattern].filter((one) => one === '0').length
  const leastDigits = [...wholePattern].filter((one) => one === '0').length
  const comma = wholePattern.lastIndexOf(',')
  const scaled = after.startsWith('%') ? value * 100 : value
  const [wholes = '0', fraction = ''] = Math.abs(scaled).toFixed(mostDecimals).split('.')
  let shown = fraction
  while (shown.length > leastDecimals && shown.endsWith('0')) shown = shown.slice(0, -1)
  const padded = (wholes === '0' && leastDigits === 0 && shown !== '' ? '' : wholes).padStart(
    leastDigits,
    '0',
  )
  const integer = comma < 0 ? padded : grouped(padded, Math.max(1, wholePattern.length - comma - 1))
  const sign = scaled < 0 && Number(`${wholes}.${fraction}`) !== 0 ? '-' : ''
  return `${before}${sign}${integer}${shown === '' ? '' : `.${shown}`}${after}`
}

const monthNames =
  'January February March April May June July August September October November December'.split(' ')
const dayNames = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' ')

const two = (value: number): string => String(value).padStart(2, '0')

const dateParts: Readonly<Record<string, (date: Date, count: number) => string>> = {
  y: (date, count) =>
    count === 2 ? two(date.getUTCFullYear() % 100) : String(date.getUTCFullYear()).padStart(4, '0'),
  M: (date, count) => {
    const month = date.getUTCMonth()
    const name = monthNames[month] ?? ''
    if (count >= 4) return name
    if (count === 3) return name.slice(0, 3)
    return count === 2 ? two(month + 1) : String(month + 1)
  },
  d: (date, count) => {
    // QGIS writes names of days with 'ddd'.
    if (count >= 3) return (dayNames[date.getUTCDay()] ?? '').slice(0, count === 3 ? 3 : undefined)
    return count === 2 ? two(date.getUTCDate()) : String(date.getUTCDate())
  },
  E: (date, count) => (dayNames[date.getUTCDay()] ?? '').slice(0, count >= 4 ? undefined : 3),
  H: (date, count) => (count >= 2 ? two(date.getUTCHours()) : String(date.getUTCHours())),
  h: (date, count) => {
    const hour = date.getUTCHours() % 12 || 12
    return count >= 2 ? two(hour) : String(hour)
  },
  m: (date, count) => (count >= 2 ? two(date.getUTCMinutes()) : String(date.getUTCMinutes())),
  s: (date, count) => (count >= 2 ? two(date.getUTCSeconds()) : String(date.getUTCSeconds())),
  S: (date) => String(date.getUTCMilliseconds()).padStart(3, '0'),
  a: (date) => (date.getUTCHours() < 12 ? 'AM' : 'PM'),
}

export const formatDate = (pattern: string, value: string): PaintValue => {
  const date = new Date(/^\d{4}-\d\d-\d\d$/.test(value) ? `${value}T00:00:00Z` : value)
  if (value === '' || Number.isNaN(date.getTime())) return null
  const characters = [...pattern.slice(0, longest)]
  let text = ''
  let isQuoted = false
  for (let i = 0; i < characters.length; ) {
    const character = characters[i] as string
    let count = 1
    while (characters[i + count] === character) count += 1
    const write = Object.hasOwn(dateParts, character) && !isQuoted ? dateParts[character] : undefined
    if (character === "'") {
      isQuoted = count % 2 === 1 ? !isQuoted : isQuoted
      if (count > 1) text += "'"
    } else text += write ? write(date, count) : character.repeat(count)
    i += count
  }
  return text
}
