/** Expressions of the model as a person who knows QGIS would write them, for sentences; never read back. */
import type { Expression, GeometryLiteral } from './model.ts'

const longest = 160

const shortened = (text: string): string => (text.length > longest ? `${text.slice(0, longest)}…` : text)

const ofLiteral = (value: string | number | boolean | null): string =>
  typeof value === 'string' ? `'${value}'` : value === null ? 'NULL' : String(value)

const joined = (parts: Expression[], word: string): string =>
  parts
    .map((part) => (part.kind === 'and' || part.kind === 'or' ? `(${written(part)})` : written(part)))
    .join(` ${word} `)

type Kind = Expression['kind']
const words: { [K in Kind]: (one: Extract<Expression, { kind: K }>) => string } = {
  literal: ({ value }) => ofLiteral(value),
  property: ({ name }) => `"${name}"`,
  arithmetic: ({ left, operator, right }) => `${written(left)} ${operator} ${written(right)}`,
  function: ({ name, arguments: given }) => `${name}(${given.map(written).join(', ')})`,
  comparison: ({ left, operator, right }) => `${written(left)} ${operator} ${written(right)}`,
  like: ({ value, pattern }) => `${written(value)} LIKE '${pattern}'`,
  between: ({ value, lower, upper }) => `${written(value)} BETWEEN ${written(lower)} AND ${written(upper)}`,
  null: ({ value }) => `${written(value)} IS NULL`,
  in: ({ value, values }) => `${written(value)} IN (${values.map(written).join(', ')})`,
  and: ({ operands }) => joined(operands, 'AND'),
  or: ({ operands }) => joined(operands, 'OR'),
  not: ({ operand }) => `NOT (${written(operand)})`,
  spatial: ({ operator, other }) => `${operator}(${geometryWords(other)})`,
  'feature-ids': ({ ids }) => `id IN (${ids.join(', ')})`,
  foreign: ({ text }) => text,
}

const geometryWords = (other: Expression | GeometryLiteral): string =>
  other.kind === 'geometry' ? other.wkt : written(other)

const written = (expression: Expression): string =>
  (words[expression.kind] as (one: Expression) => string)(expression)

export const expressionWords = (expression: Expression): string => shortened(written(expression))
