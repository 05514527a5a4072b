/** Expressions of the style model as functions over a feature; what depends on no feature is computed once. */
import { quoted } from '../../styles/finding.ts'
import { type Expression, literalOf } from '../../styles/model.ts'
import type { PaintValue } from './feature.ts'
import { findFunction, functionNeedsFeature } from './functions.ts'
import { emptyGeometry } from './geometry.ts'
import { geometryFunctions, isGeometryFunction } from './geometry-functions.ts'
import { likeMatcher } from './like.ts'
import type { Losses } from './losses.ts'
import type { Subject } from './subject.ts'
import { compare, numberOrNull, toCondition, toNumber, toText } from './values.ts'

export type Evaluate = (subject: Subject) => PaintValue

export type ExpressionParts = {
  fields: readonly string[]
  scaleDenominator: number
  /** Map units in a pixel, for areas and lengths. */
  unitsPerPixel: number
  /** By name, for `env` and `var`. */
  variables: Readonly<Record<string, PaintValue>>
  losses: Losses
}

/** Deeper ones are refused by the gate of styles. */
const deepest = 200

export const isConstant = (expression: Expression): boolean => {
  switch (expression.kind) {
    case 'literal':
      return true
    case 'property':
    case 'spatial':
    case 'feature-ids':
    case 'foreign':
      return false
    case 'arithmetic':
    case 'comparison':
      return isConstant(expression.left) && isConstant(expression.right)
    case 'function':
      return !functionNeedsFeature(expression.name) && expression.arguments.every(isConstant)
    case 'like':
    case 'null':
      return isConstant(expression.value)
    case 'between':
      return [expression.value, expression.lower, expression.upper].every(isConstant)
    case 'in':
      return [expression.value, ...expression.values].every(isConstant)
    case 'and':
    case 'or':
      return expression.operands.every(isConstant)
    case 'not':
      return isConstant(expression.operand)
  }
}

const noValue: Evaluate = () => null

/** By name; else without regard to case, when that is one field only. */
const indexOfField = (fields: readonly string[], name: string): number => {
  const exact = fields.indexOf(name)
  if (exact >= 0) return exact
  const lower = name.toLowerCase()
  const alike = fields.flatMap((field, index) => (field.toLowerCase() === lower ? [index] : []))
  return alike.length === 1 ? (alike[0] as number) : -1
}

const arithmetic = {
  '+': (a: number, b: number) => a + b,
  '-': (a: number, b: number) => a - b,
  '*': (a: number, b: number) => a * b,
  '/': (a: number, b: number) => a / b,
  '%': (a: number, b: number) => a % b,
  '^': (a: number, b: number) => a ** b,
} as const

/** For what depends on no feature. */
export const noSubject: Subject = {
  feature: { id: null, wkb: null, values: [] },
  geometry: () => emptyGeometry,
  whole: () => emptyGeometry,
}

export const compileExpression = (expression: Expression, parts: ExpressionParts): Evaluate => {
  const { losses } = parts

  const lost = (message: string): Evaluate => {
    losses.note('EXPRESSION_NOT_DRAWN', 'lost', message)
    return noValue
  }

  const compileFunction = (one: Extract<Expression, { kind: 'function' }>, depth: number): Evaluate => {
    if (isGeometryFunction(one.name)) {
      const measure = geometryFunctions[one.name]
      if (measure) return (subject) => measure(subject, parts)
      return lost(
        `The function ${quoted(one.name)} has no value in a label or a filter; it gives a geometry.`,
      )
    }
    const call = findFunction(one.name, one.options, parts)
    if (call === undefined)
      return lost(
        `The function ${quoted(one.name)} is not known here; what depends on it is drawn without it.`,
      )
    const given = one.arguments.map((argument) => compile(argument, depth + 1))
    return (subject) => call(given.map((argument) => argument(subject)))
  }

  const compileIn = ({ value, values }: Extract<Expression, { kind: 'in' }>, depth: number): Evaluate => {
    const asked = compile(value, depth + 1)
    const listed = values.map(literalOf)
    // Long lists of texts, as categories have them, are looked up; numbers written as text need the comparison.
    const texts = new Set(listed.filter((one) => typeof one === 'string' && Number.isNaN(toNumber(one))))
    const others = values.filter((_, index) => !texts.has(listed[index] ?? null))
    const compiled = others.map((one) => compile(one, depth + 1))
    return (subject) => {
      const given = asked(subject)
      if (given === null) return null
      if (texts.has(toText(given))) return true
      return compiled.some((one) => compare('=', given, one(subject), true) === true)
    }
  }

  const compileNode = (one: Expression, depth: number): Evaluate => {
    if (depth > deepest) return lost('An expression is nested too deeply to be evaluated.')
    switch (one.kind) {
      case 'literal': {
        const { value } = one
        return () => value
      }
      case 'property': {
        const index = indexOfField(parts.fields, one.name)
        if (index < 0)
          return lost(`The layer has no field ${quoted(one.name)}; what depends on it is drawn without it.`)
        return ({ feature }) => feature.values[index] ?? null
      }
      case 'arithmetic': {
        const left = compile(one.left, depth + 1)
        const right = compile(one.right, depth + 1)
        const apply = arithmetic[one.operator]
        return (subject) => numberOrNull(apply(toNumber(left(subject)), toNumber(right(subject))))
      }
      case 'function':
        return compileFunction(one, depth)
      case 'comparison': {
        const left = compile(one.left, depth + 1)
        const right = compile(one.right, depth + 1)
        const { operator, matchCase } = one
        return (subject) => compare(operator, left(subject), right(subject), matchCase)
      }
      case 'like': {
        const value = compile(one.value, depth + 1)
        const matches = likeMatcher(one)
        return (subject) => {
          const given = value(subject)
          return given === null ? null : matches(toText(given))
        }
      }
      case 'between': {
        const [value, lower, upper] = [one.value, one.lower, one.upper].map((part) =>
          compile(part, depth + 1),
        )
        if (!value || !lower || !upper) return noValue
        return (subject) => {
          const given = value(subject)
          return both(compare('>=', given, lower(subject), true), compare('<=', given, upper(subject), true))
        }
      }
      case 'null': {
        const value = compile(one.value, depth + 1)
        return (subject) => value(subject) === null
      }
      case 'in':
        return compileIn(one, depth)
      case 'and':
      case 'or': {
        const operands = one.operands.map((operand) => compile(operand, depth + 1))
        const decisive = one.kind === 'or'
        return (subject) => {
          let result: boolean | null = !decisive
          for (const operand of operands) {
            const found = toCondition(operand(subject))
            if (found === decisive) return decisive
            if (found === null) result = null
          }
          return result
        }
      }
      case 'not': {
        const operand = compile(one.operand, depth + 1)
        return (subject) => {
          const found = toCondition(operand(subject))
          return found === null ? null : !found
        }
      }
      case 'feature-ids': {
        const ids = new Set(one.ids)
        return ({ feature: { id } }) => {
          if (id === null) return false
          // A feature type may stand before: 'roads.12'.
          return ids.has(String(id)) || one.ids.some((wanted) => wanted.endsWith(`.${id}`))
        }
      }
      case 'spatial':
        return lost(
          `A filter asks where features are (${one.operator}); that is not evaluated, and it is never true.`,
        )
      case 'foreign':
        return lost(
          `The expression ${quoted(one.text)} is in ${one.language}, which is not evaluated; it has no value.`,
        )
    }
  }

  const compile = (one: Expression, depth: number): Evaluate => {
    const evaluate = compileNode(one, depth)
    if (one.kind === 'literal' || !isConstant(one)) return evaluate
    const value = evaluate(noSubject)
    return () => value
  }

  return compile(expression, 0)
}

const both = (one: boolean | null, other: boolean | null): boolean | null =>
  one === false || other === false ? false : one === null || other === null ? null : true

/** Whether a filter is true; what nobody knows is not. */
export const compileFilter = (
  filter: Expression,
  parts: ExpressionParts,
): ((subject: Subject) => boolean) => {
  const evaluate = compileExpression(filter, parts)
  return (subject) => toCondition(evaluate(subject)) === true
}

/** A value of a style that is the same for all features, or is not. */
export type Setting<Value> = { of: (subject: Subject) => Value; constant: Value | undefined }

export const constantSetting = <Value>(value: Value): Setting<Value> => ({ of: () => value, constant: value })

export const compileSetting = <Value>(
  expression: Expression | null,
  parts: ExpressionParts,
  read: (value: PaintValue) => Value,
): Setting<Value> => {
  if (expression === null) return constantSetting(read(null))
  const evaluate = compileExpression(expression, parts)
  if (isConstant(expression)) return constantSetting(read(evaluate(noSubject)))
  return { of: (subject) => read(evaluate(subject)), constant: undefined }
}
