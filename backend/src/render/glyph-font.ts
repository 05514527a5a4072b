/** Which characters a TrueType font has, so that none is drawn with a font that happens to be on the computer. */
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

export type Slant = 'upright' | 'slanted'
export type FontFace = { family: string; weight: 'normal' | 'bold'; slant: Slant }

const folder = join(dirname(createRequire(import.meta.url).resolve('dejavu-fonts-ttf/package.json')), 'ttf')

/** Families by what their names have in them, and how the package calls their files. */
const families = [
  {
    pattern: /mono|courier|consol|typewriter|code/i,
    family: 'DejaVu Sans Mono',
    file: 'DejaVuSansMono',
    slanted: 'Oblique',
  },
  {
    pattern: /condensed|narrow/i,
    family: 'DejaVu Sans Condensed',
    file: 'DejaVuSansCondensed',
    slanted: 'Oblique',
  },
  {
    pattern: /(?<!sans.?)serif|times|georgia|garamond|palatino|cambria|bookman|roman/i,
    family: 'DejaVu Serif',
    file: 'DejaVuSerif',
    slanted: 'Italic',
  },
  { pattern: /^/, family: 'DejaVu Sans', file: 'DejaVuSans', slanted: 'Oblique' },
] as const

const familyOf = (name: string) => families.find(({ pattern }) => pattern.test(name)) ?? families[3]

/** 'Open Sans Bold Italic' is drawn with the shipped face that is nearest. */
export const faceOf = (name: string): FontFace => ({
  family: familyOf(name).family,
  weight: /\b(?:bold|black|heavy|semi-?bold)\b/i.test(name) ? 'bold' : 'normal',
  slant: /\b(?:italic|oblique)\b/i.test(name) ? 'slanted' : 'upright',
})

const fileOf = ({ family, weight, slant }: FontFace): string => {
  const { file, slanted } = familyOf(family)
  const variant = `${weight === 'bold' ? 'Bold' : ''}${slant === 'slanted' ? slanted : ''}`
  return join(folder, `${file}${variant && `-${variant}`}.ttf`)
}

const tableAt = (font: Buffer, tag: string): number | null => {
  const count = font.readUInt16BE(4)
  for (let at = 12; at < 12 + 16 * count; at += 16)
    if (font.toString('latin1', at, at + 4) === tag) return font.readUInt32BE(at + 8)
  return null
}

/** Formats 4 and 12 are those of Unicode. */
const subtableOf = (font: Buffer, format: number): number | null => {
  const cmap = tableAt(font, 'cmap')
  if (cmap === null) return null
  for (let n = 0; n < font.readUInt16BE(cmap + 2); n += 1) {
    const at = cmap + font.readUInt32BE(cmap + 4 + 8 * n + 4)
    if (font.readUInt16BE(at) === format) return at
  }
  return null
}

const addSegments = (font: Buffer, at: number, characters: Set<number>) => {
  const size = font.readUInt16BE(at + 6)
  for (let n = 0; n < size; n += 2) {
    const end = font.readUInt16BE(at + 14 + n)
    const start = font.readUInt16BE(at + 16 + size + n)
    const delta = font.readUInt16BE(at + 16 + 2 * size + n)
    const rangeAt = at + 16 + 3 * size + n
    const range = font.readUInt16BE(rangeAt)
    for (let code = start; code <= end && code < 0xffff; code += 1) {
      const own = range === 0 ? code : font.readUInt16BE(rangeAt + range + 2 * (code - start))
      if (own !== 0 && ((own + delta) & 0xffff) !== 0) characters.add(code)
    }
  }
}

const addGroups = (font: Buffer, at: number, characters: Set<number>) => {
  const count = font.readUInt32BE(at + 12)
  for (let n = 0; n < count; n += 1) {
    const [start, end] = [font.readUInt32BE(at + 16 + 12 * n), font.readUInt32BE(at + 20 + 12 * n)]
    for (let code = start; code <= end; code += 1) characters.add(code)
  }
}

const readCharacters = async (face: FontFace): Promise<ReadonlySet<number>> => {
  const font = await readFile(fileOf(face))
  const characters = new Set<number>()
  const [segments, groups] = [subtableOf(font, 4), subtableOf(font, 12)]
  if (segments !== null) addSegments(font, segments, characters)
  if (groups !== null) addGroups(font, groups, characters)
  return characters
}

const known = new Map<string, Promise<ReadonlySet<number>>>()

export const charactersOf = (face: FontFace): Promise<ReadonlySet<number>> => {
  const file = fileOf(face)
  const found = known.get(file) ?? readCharacters(face)
  known.set(file, found)
  return found
}
