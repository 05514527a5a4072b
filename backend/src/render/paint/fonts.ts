/** The fonts of labels: those we ship, the same on every computer, and what stands for the others. */
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { GlobalFonts } from '@napi-rs/canvas'
import { quoted } from '../../styles/finding.ts'
import type { Font } from '../../styles/model.ts'
import type { Losses } from './losses.ts'

const files = ['Sans', 'Sans-Bold', 'Sans-Oblique', 'Sans-BoldOblique', 'Serif', 'Serif-Bold', 'Serif-Italic']
  .concat('Serif-BoldItalic', 'SansMono', 'SansMono-Bold', 'SansMono-Oblique', 'SansMono-BoldOblique')
  .concat('SansCondensed', 'SansCondensed-Bold', 'SansCondensed-Oblique', 'SansCondensed-BoldOblique')
  .map((name) => `DejaVu${name}.ttf`)

/** Under names of their own: a font of the same name on the computer may be another version. */
const shipped = {
  sans: 'SECIMS Sans',
  serif: 'SECIMS Serif',
  mono: 'SECIMS Mono',
  condensed: 'SECIMS Condensed',
} as const

const aliasOf = (file: string): string => {
  if (/Serif/.test(file)) return shipped.serif
  if (/Mono/.test(file)) return shipped.mono
  return /Condensed/.test(file) ? shipped.condensed : shipped.sans
}

let isRegistered = false
const register = () => {
  if (isRegistered) return
  isRegistered = true
  const folder = join(dirname(createRequire(import.meta.url).resolve('dejavu-fonts-ttf/package.json')), 'ttf')
  for (const file of files) GlobalFonts.registerFromPath(join(folder, file), aliasOf(file))
}

/** Fonts that look alike, by what their names have in them. */
const standIns: readonly (readonly [RegExp, string])[] = [
  [/dejavu sans mono|mono|courier|consol|typewriter|code/i, shipped.mono],
  [/condensed|narrow/i, shipped.condensed],
  [/dejavu serif|(?<!sans.?)serif|times|georgia|garamond|palatino|cambria|bookman|roman/i, shipped.serif],
]

const exact =
  /^(dejavu sans( mono| condensed)?|dejavu serif|sans.?serif|serif|monospace|sans|ms shell dlg 2?)$/i

const standInFor = (family: string): string =>
  standIns.find(([pattern]) => pattern.test(family))?.[1] ?? shipped.sans

/** The family to draw with; says when it is not the one that was asked for. */
const familyOf = (families: readonly string[], losses: Losses): string => {
  const [first] = families
  if (first === undefined) return shipped.sans
  const present = families.find((family) => exact.test(family.trim()))
  if (present === undefined)
    losses.note(
      'FONT_REPLACED',
      'approximated',
      `The font ${quoted(first)} is not here; texts are drawn with one that resembles it and may be longer or shorter.`,
    )
  return standInFor(present ?? first)
}

export const cssFont = (
  { families, style, weight }: Pick<Font, 'families' | 'style' | 'weight'>,
  pixels: number,
  losses: Losses,
): string => {
  register()
  const slant = style === 'normal' ? '' : 'italic '
  return `${slant}${weight === 'bold' ? 'bold ' : ''}${Math.max(0.1, pixels)}px "${familyOf(families, losses)}"`
}
