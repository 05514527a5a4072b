/** Writes values and filters as SLD 1.0 and 1.1 read them: OGC Filter 1.0 and 1.1, and the functions of SE. */
import { element, type Xml, type XmlValue } from '../xml/write.ts'
import type { ComparisonOperator, Expression } from './model.ts'
import { envelopeXml, writeGml } from './sld-geometry.ts'

export type ExpressionWriter = {
  version: '1.0.0' | '1.1.0'
  /** Says that something cannot be written. */
  lose: (code: string, verdict: 'approximated' | 'lost', message: string) => void
}

const ogc = (local: string, content: XmlValue, attributes: Record<string, string | undefined> = {}): Xml =>
  element(`ogc:${local}`, attributes, content)
const se = (local: string, content: XmlValue, attributes: Record<string, string | undefined> = {}): Xml =>
  element(`se:${local}`, attributes, content)

const comparisonNames: Record<ComparisonOperator, string> = {
  '=': 'PropertyIsEqualTo',
  '<>': 'PropertyIsNotEqualTo',
  '<': 'PropertyIsLessThan',
  '<=': 'PropertyIsLessThanOrEqualTo',
  '>': 'PropertyIsGreaterThan',
  '>=': 'PropertyIsGreaterThanOrEqualTo',
}

const never = () => ogc('PropertyIsEqualTo', [ogc('Literal', '0'), ogc('Literal', '1')])

const call = (name: string, content: XmlValue): Xml => ogc('Function', content, { name })

/** Names of the elements that hold the arguments of SE's functions. */
const argumentNames: Record<string, string[]> = {
  StringPosition: ['LookupString', 'StringValue'],
  StringLength: ['StringValue'],
  Substring: ['StringValue', 'Position', 'Length'],
  ChangeCase: ['StringValue'],
  Trim: ['StringValue'],
  FormatNumber: ['NumericValue', 'Pattern', 'NegativePattern'],
  FormatDate: ['DateValue', 'Pattern'],
}

type Call = Extract<Expression, { kind: 'function' }>

const pairsOf = (items: Expression[]): [Expression, Expression][] =>
  items.flatMap((item, index) => {
    const next = items[index + 1]
    return index % 2 === 0 && next ? [[item, next] as [Expression, Expression]] : []
  })

const writeSeFunction = ({ name, arguments: given, options }: Call, writer: ExpressionWriter): Xml | null => {
  const [lookup, ...rest] = given
  const held = (local: string, one: Expression) => se(local, writeValue(one, writer))
  const grouped = (group: string) =>
    pairsOf(rest).map(([data, value]) => se(group, [held('Data', data), held('Value', value)]))
  if (!lookup) return null
  if (name === 'Recode') return se(name, [held('LookupValue', lookup), grouped('MapItem')], options)
  if (name === 'Interpolate')
    return se(name, [held('LookupValue', lookup), grouped('InterpolationPoint')], options)
  if (name === 'Categorize') {
    const values = rest.map((one, index) => held(index % 2 === 0 ? 'Value' : 'Threshold', one))
    return se(name, [held('LookupValue', lookup), values], options)
  }
  if (name === 'Concatenate')
    return se(
      name,
      given.map((one) => held('StringValue', one)),
      options,
    )
  const names = Object.hasOwn(argumentNames, name) ? argumentNames[name] : undefined
  if (!names || given.length > names.length) return null
  return se(
    name,
    given.map((one, index) => held(names[index] ?? 'StringValue', one)),
    options,
  )
}

const writeFunction = (expression: Call, writer: ExpressionWriter): Xml => {
  const { name, options } = expression
  const asSe = writer.version === '1.1.0' ? writeSeFunction(expression, writer) : null
  if (asSe) return asSe
  if (Object.keys(options).length > 0)
    writer.lose('FUNCTION_OPTION', 'approximated', `SLD 1.0 cannot hold the options of the function ${name}.`)
  return call(
    name,
    expression.arguments.map((one) => writeExpression(one, writer)),
  )
}

const writeSpatial = (
  { operator, geometry, other, distance }: Extract<Expression, { kind: 'spatial' }>,
  writer: ExpressionWriter,
): Xml => {
  const second =
    other.kind === 'geometry'
      ? operator === 'BBOX'
        ? envelopeXml(other)
        : writeGml(other)
      : writeExpression(other, writer)
  return ogc(operator, [
    geometry
      ? writeExpression(geometry, writer)
      : operator === 'BBOX'
        ? null
        : ogc('PropertyName', 'geometry'),
    second,
    distance && ogc('Distance', distance.value, { units: distance.unit || undefined }),
  ])
}

type Writers = {
  [Kind in Expression['kind']]: (
    expression: Extract<Expression, { kind: Kind }>,
    writer: ExpressionWriter,
  ) => XmlValue
}

const operandsOf = (operands: Expression[], writer: ExpressionWriter) =>
  operands.map((one) => writeExpression(one, writer))

const writers: Writers = {
  literal: ({ value }) => ogc('Literal', value === null ? '' : String(value)),
  property: ({ name }) => ogc('PropertyName', name),
  arithmetic: ({ operator, left, right }, writer) => {
    const operands = operandsOf([left, right], writer)
    const names = { '+': 'Add', '-': 'Sub', '*': 'Mul', '/': 'Div' } as const
    if (operator === '%') return call('modulo', operands)
    return operator === '^' ? call('pow', operands) : ogc(names[operator], operands)
  },
  function: writeFunction,
  comparison: ({ operator, left, right, matchCase }, writer) =>
    ogc(comparisonNames[operator], operandsOf([left, right], writer), {
      matchCase: matchCase ? undefined : 'false',
    }),
  like: ({ value, pattern, wildCard, singleChar, escapeChar, matchCase }, writer) =>
    ogc('PropertyIsLike', [writeExpression(value, writer), ogc('Literal', pattern)], {
      wildCard,
      singleChar,
      [writer.version === '1.0.0' ? 'escape' : 'escapeChar']: escapeChar,
      matchCase: matchCase ? undefined : 'false',
    }),
  between: ({ value, lower, upper }, writer) =>
    ogc('PropertyIsBetween', [
      writeExpression(value, writer),
      ogc('LowerBoundary', writeExpression(lower, writer)),
      ogc('UpperBoundary', writeExpression(upper, writer)),
    ]),
  null: ({ value }, writer) => ogc('PropertyIsNull', writeExpression(value, writer)),
  in: ({ value, values }, writer) =>
    writeExpression(
      {
        kind: 'or',
        operands: values.map((one) => ({
          kind: 'comparison',
          operator: '=',
          left: value,
          right: one,
          matchCase: true,
        })),
      },
      writer,
    ),
  and: ({ operands }, writer) =>
    operands.length === 1 ? operandsOf(operands, writer) : ogc('And', operandsOf(operands, writer)),
  or: ({ operands }, writer) => {
    if (operands.length === 0) return never()
    return operands.length === 1 ? operandsOf(operands, writer) : ogc('Or', operandsOf(operands, writer))
  },
  not: ({ operand }, writer) => ogc('Not', writeExpression(operand, writer)),
  spatial: writeSpatial,
  // Filter 1.1 calls it deprecated and has it; every reader knows it.
  'feature-ids': ({ ids }) => ids.map((fid) => ogc('FeatureId', '', { fid })),
  foreign: ({ language, text }, writer) => {
    if (language === 'ecql') return `\${${text}}`
    writer.lose('EXPRESSION_LOST', 'lost', `SLD cannot hold the expression '${text.slice(0, 80)}'.`)
    return never()
  },
}

export const writeExpression = (expression: Expression, writer: ExpressionWriter): XmlValue =>
  (writers[expression.kind] as (one: Expression, writer: ExpressionWriter) => XmlValue)(expression, writer)

const isBlank = (part: Expression | undefined) =>
  part?.kind === 'literal' && String(part.value ?? '').trim() === ''

/** What stands where a parameter's value stands: text, an expression, or texts and expressions in a row. */
export const writeValue = (expression: Expression, writer: ExpressionWriter): XmlValue => {
  if (expression.kind === 'literal') return expression.value === null ? '' : String(expression.value)
  if (expression.kind !== 'function' || expression.name !== 'Concatenate')
    return writeExpression(expression, writer)
  const { arguments: parts, options } = expression
  const isMixable =
    parts.length > 1 && Object.keys(options).length === 0 && !isBlank(parts[0]) && !isBlank(parts.at(-1))
  return isMixable ? operandsOf(parts, writer) : writeExpression(expression, writer)
}

export const writeFilter = (filter: Expression, writer: ExpressionWriter): Xml =>
  ogc('Filter', writeExpression(filter, writer))
