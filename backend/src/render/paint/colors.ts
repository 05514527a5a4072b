/** Colours as the canvas wants them. */
import { readColour } from '../../styles/colour.ts'
import type { Solid } from '../../styles/model.ts'
import { compileSetting, type ExpressionParts, type Setting } from './expression.ts'
import type { Subject } from './subject.ts'
import { toNumber, toText } from './values.ts'

const rgbOf = new Map<string, string>()
const mostKnown = 10_000

/** 'r, g, b', or null for what is no colour. */
const channels = (text: string): string | null => {
  const known = rgbOf.get(text)
  if (known !== undefined) return known
  const read = readColour(text)
  if (read === null) return null
  const number = Number.parseInt(read.color.slice(1), 16)
  const rgb = `${number >> 16}, ${(number >> 8) & 255}, ${number & 255}`
  if (rgbOf.size >= mostKnown) rgbOf.clear()
  rgbOf.set(text, rgb)
  return rgb
}

export const toCss = (color: string, opacity: number): string | null => {
  const rgb = channels(color)
  if (rgb === null) return null
  return opacity >= 1 ? `rgb(${rgb})` : `rgba(${rgb}, ${Math.max(0, opacity)})`
}

/** A colour of CSS as `toCss` writes it; null for one that shines through, or that nobody knows. */
export const plainColor = (color: string): string | null =>
  readColour(color)?.alpha === undefined ? toCss(color, 1) : null

export const readOpacity = (value: string | number | boolean | null): number => {
  const number = toNumber(value)
  return Number.isFinite(number) ? Math.min(1, Math.max(0, number)) : 1
}

/** null where nothing is to be seen. */
export type Paint = Setting<string | null>

export const compilePaint = (
  { color, opacity }: Pick<Solid, 'color' | 'opacity'>,
  parts: ExpressionParts,
): Paint => {
  const colors = compileSetting(color, parts, toText)
  const opacities = compileSetting(opacity, parts, readOpacity)
  const css = (of: string, strength: number) => (strength === 0 ? null : toCss(of, strength))
  if (colors.constant !== undefined && opacities.constant !== undefined) {
    const constant = css(colors.constant, opacities.constant)
    return { of: () => constant, constant }
  }
  return { of: (subject: Subject) => css(colors.of(subject), opacities.of(subject)), constant: undefined }
}
