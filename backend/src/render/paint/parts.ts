/** What everything that is compiled from a style needs to know about the picture. */
import type { Length, LengthUnit } from '../../styles/model.ts'
import { compileSetting, type ExpressionParts, type Setting } from './expression.ts'
import type { Pictures } from './pictures.ts'
import { toNumber } from './values.ts'
import { pixelsPer, scaleDenominatorOf, unitsPerPixel, type View } from './view.ts'

export type PaintParts = ExpressionParts & {
  view: View
  pixelsPer: Readonly<Record<LengthUnit, number>>
  pictures: Pictures
}

/** Longer lengths are a mistake or an attack; no picture is so large. */
export const longestLength = 4096

export const createParts = (
  view: View,
  given: Pick<PaintParts, 'fields' | 'losses' | 'pictures'> & Partial<Pick<PaintParts, 'variables'>>,
): PaintParts => ({
  variables: {},
  ...given,
  view,
  scaleDenominator: scaleDenominatorOf(view),
  unitsPerPixel: unitsPerPixel(view),
  pixelsPer: pixelsPer(view),
})

/** In pixels of the picture. */
export const compileLength = (
  length: Length | null,
  parts: PaintParts,
  otherwise: number,
): Setting<number> => {
  const factor = length === null ? 0 : parts.pixelsPer[length.unit]
  return compileSetting(length?.value ?? null, parts, (value) => {
    const pixels = toNumber(value) * factor
    return Number.isFinite(pixels) && length !== null
      ? Math.min(longestLength, Math.max(-longestLength, pixels))
      : otherwise
  })
}

const zero = (value: number): number => (Number.isFinite(value) ? value : 0)

/** Degrees clockwise, as radians. */
export const compileAngle = (expression: Length['value'] | null, parts: PaintParts): Setting<number> =>
  compileSetting(expression, parts, (value) => (zero(toNumber(value)) * Math.PI) / 180)

export const compileNumber = (
  expression: Length['value'] | null,
  parts: PaintParts,
  otherwise: number,
): Setting<number> =>
  compileSetting(expression, parts, (value) => {
    const number = toNumber(value)
    return Number.isFinite(number) ? number : otherwise
  })

/** One setting of several: constant when all are. */
export const together = <Values extends readonly unknown[], Result>(
  settings: { [Index in keyof Values]: Setting<Values[Index]> },
  make: (...values: Values) => Result,
): Setting<Result> => {
  const all = settings as unknown as Setting<unknown>[]
  const values = (pick: (one: Setting<unknown>) => unknown) => all.map(pick) as unknown as Values
  if (all.every(({ constant }) => constant !== undefined)) {
    const result = make(...values(({ constant }) => constant))
    return { of: () => result, constant: result }
  }
  return { of: (subject) => make(...values(({ of }) => of(subject))), constant: undefined }
}
