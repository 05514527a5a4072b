/** Lengths of a model in the units a format has. */
import type { Expression, Length, LengthUnit } from './model.ts'
import { literal, MILLIMETRES_PER_PIXEL, numberOf } from './model.ts'

export const scaled = (value: Expression, factor: number): Expression => {
  if (factor === 1) return value
  const number = numberOf(value)
  if (number !== undefined) return literal(Math.round(number * factor * 1e6) / 1e6)
  return { kind: 'arithmetic', operator: '*', left: value, right: literal(factor) }
}

/** Millimetres become pixels; what is measured on the ground stays. */
export const onScreen = (length: Length): Length =>
  length.unit === 'millimetre'
    ? { value: scaled(length.value, 1 / MILLIMETRES_PER_PIXEL), unit: 'pixel' }
    : length

const isLength = (value: object): value is Length =>
  'unit' in value && 'value' in value && Object.keys(value).length === 2

/** Every length below a part of the model, in order. */
export const lengthsIn = (part: unknown): Length[] => {
  if (typeof part !== 'object' || part === null) return []
  if (Array.isArray(part)) return part.flatMap(lengthsIn)
  return isLength(part) ? [part] : Object.values(part).flatMap(lengthsIn)
}

/** The unit most of them have, the first of them when two are as frequent; pixels when there are none. */
export const commonUnit = (lengths: Length[]): LengthUnit => {
  const counts = new Map<LengthUnit, number>()
  for (const { unit } of lengths) counts.set(unit, (counts.get(unit) ?? 0) + 1)
  const most = Math.max(0, ...counts.values())
  return [...counts].find(([, count]) => count === most)?.[0] ?? 'pixel'
}

/**
 * To which side QGIS moves the lines of a pattern: measured on 3.22, which has other code for level and upright lines than
 * for slanting ones. 1 is downwards where the lines are level.
 */
export const hatchSide = (degrees: number): 1 | -1 => {
  const turned = ((degrees % 360) + 360) % 360
  if (turned % 90 === 0) return turned < 180 ? 1 : -1
  return turned % 180 < 90 ? -1 : 1
}
