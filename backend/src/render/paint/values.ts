/** How values of features and styles are read as numbers, texts and conditions, and compared. */
import type { ComparisonOperator } from '../../styles/model.ts'
import type { PaintValue } from './feature.ts'

/** Neither hexadecimal numbers nor 'Infinity' nor blanks, which `Number` reads as numbers too. */
const decimal = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d{1,3})?$/i

/** NaN for what is no number. */
export const toNumber = (value: PaintValue): number => {
  if (typeof value === 'number') return value
  if (typeof value === 'boolean') return value ? 1 : 0
  if (value === null || value.length > 64) return Number.NaN
  const text = value.trim()
  return decimal.test(text) ? Number(text) : Number.NaN
}

export const numberOrNull = (value: number): number | null => (Number.isFinite(value) ? value : null)

export const toText = (value: PaintValue): string => (value === null ? '' : String(value))

const booleanTexts = new Map([
  ['true', true],
  ['t', true],
  ['yes', true],
  ['1', true],
  ['false', false],
  ['f', false],
  ['no', false],
  ['0', false],
])

/** null is 'nobody knows', as in SQL. */
export const toCondition = (value: PaintValue): boolean | null => {
  if (value === null || typeof value === 'boolean') return value
  if (typeof value === 'number') return value !== 0
  return booleanTexts.get(value.trim().toLowerCase()) ?? false
}

const holds = (operator: ComparisonOperator, order: number): boolean => {
  switch (operator) {
    case '=':
      return order === 0
    case '<>':
      return order !== 0
    case '<':
      return order < 0
    case '<=':
      return order <= 0
    case '>':
      return order > 0
    case '>=':
      return order >= 0
  }
}

const orderOf = <One extends string | number>(left: One, right: One): number =>
  left < right ? -1 : left > right ? 1 : 0

/** As the model says: as numbers when both read as one, else as text; null when one is null. */
export const compare = (
  operator: ComparisonOperator,
  left: PaintValue,
  right: PaintValue,
  matchCase: boolean,
): boolean | null => {
  if (typeof left === 'number' && typeof right === 'number' && !Number.isNaN(left + right))
    return holds(operator, left < right ? -1 : left > right ? 1 : 0)
  if (left === null || right === null) return null
  if (typeof left === 'boolean' || typeof right === 'boolean') {
    const [one, other] = [toCondition(left), toCondition(right)]
    return holds(operator, Number(one) - Number(other))
  }
  const first = toNumber(left)
  if (!Number.isNaN(first)) {
    const second = toNumber(right)
    if (!Number.isNaN(second)) return holds(operator, orderOf(first, second))
  }
  const [one, other] = [String(left), String(right)]
  return holds(operator, matchCase ? orderOf(one, other) : orderOf(one.toLowerCase(), other.toLowerCase()))
}
