/**
 * Letters for web maps: signed distance fields of 256 characters at a time, as MapLibre reads them (glyphs.proto). Drawn with
 * the fonts we ship, 24 px high, with a border of 3 px.
 */
import { createCanvas } from '@napi-rs/canvas'
import { charactersOf, type FontFace, faceOf } from './glyph-font.ts'
import { cssFont } from './paint/fonts.ts'
import { createLosses } from './paint/losses.ts'

export const glyphsPerRange = 256
const lastCharacter = 0x10ffff

const fontPixels = 24
const border = 3
/** Distances beyond it are all the same. */
const radius = 8
/** Share of the distances that lie inside a letter. */
const cutoff = 0.25
/** Of MapLibre's line, from its top: where letters stand. */
const baseline = 26
const cell = 64

type Glyph = {
  character: number
  bitmap: Uint8Array
  width: number
  height: number
  left: number
  top: number
  advance: number
}

// Distances --------------------------------------------------------------------------------------------------

const far = 1e20

/** Squared distances along a line, in linear time (Felzenszwalb and Huttenlocher 2012). */
const alongLine = (grid: Float64Array, offset: number, stride: number, length: number) => {
  const values = Float64Array.from({ length }, (_, n) => grid[offset + n * stride] as number)
  const vertices = new Int32Array(length)
  const bounds = new Float64Array(length + 1)
  bounds[0] = -far
  bounds[1] = far
  let last = 0
  for (let n = 1; n < length; n += 1) {
    let meeting: number
    do {
      const before = vertices[last] as number
      meeting =
        ((values[n] as number) - (values[before] as number) + n * n - before * before) / (n - before) / 2
    } while (meeting <= (bounds[last] as number) && --last > -1)
    last += 1
    vertices[last] = n
    bounds[last] = meeting
    bounds[last + 1] = far
  }
  let at = 0
  for (let n = 0; n < length; n += 1) {
    while ((bounds[at + 1] as number) < n) at += 1
    const vertex = vertices[at] as number
    grid[offset + n * stride] = (values[vertex] as number) + (n - vertex) ** 2
  }
}

const inPlane = (grid: Float64Array, width: number, height: number) => {
  for (let x = 0; x < width; x += 1) alongLine(grid, x, width, height)
  for (let y = 0; y < height; y += 1) alongLine(grid, y * width, 1, width)
}

/** Coverage from 0 to 255 as distances from the edge; grey pixels lie on it. */
const toDistances = (coverage: Uint8Array, width: number, height: number): Uint8Array => {
  const outer = new Float64Array(width * height)
  const inner = new Float64Array(width * height)
  for (const [at, value] of coverage.entries()) {
    const share = value / 255
    outer[at] = share === 0 ? far : share === 1 ? 0 : Math.max(0, 0.5 - share) ** 2
    inner[at] = share === 0 ? 0 : share === 1 ? far : Math.max(0, share - 0.5) ** 2
  }
  inPlane(outer, width, height)
  inPlane(inner, width, height)
  return Uint8Array.from(outer, (away, at) => {
    const distance = Math.sqrt(away) - Math.sqrt(inner[at] as number)
    return Math.max(0, Math.min(255, Math.round(255 - 255 * (distance / radius + cutoff))))
  })
}

// Drawing ----------------------------------------------------------------------------------------------------

const drawGlyphs = (face: FontFace, characters: number[]): Glyph[] => {
  const columns = 16
  const canvas = createCanvas(cell * columns, cell * Math.max(1, Math.ceil(characters.length / columns)))
  const context = canvas.getContext('2d')
  const { family, weight, slant } = face
  const style = slant === 'slanted' ? 'italic' : 'normal'
  context.font = cssFont({ families: [family], style, weight }, fontPixels, createLosses())
  context.fillStyle = '#000000'
  const most = cell - 2 * border
  const placed = characters.map((character, n) => {
    const text = String.fromCodePoint(character)
    const measured = context.measureText(text)
    const left = Math.floor(-measured.actualBoundingBoxLeft)
    const top = Math.ceil(measured.actualBoundingBoxAscent)
    const width = Math.min(most, Math.max(0, Math.ceil(measured.actualBoundingBoxRight) - left))
    const height = Math.min(most, Math.max(0, top + Math.ceil(measured.actualBoundingBoxDescent)))
    const [x, y] = [cell * (n % columns), cell * Math.floor(n / columns)]
    if (width > 0 && height > 0) {
      context.save()
      context.beginPath()
      context.rect(x, y, cell, cell)
      context.clip()
      context.fillText(text, x + border - left, y + border + top)
      context.restore()
    }
    return { character, x, y, left, top, width, height, advance: Math.round(measured.width) }
  })
  const { data } = context.getImageData(0, 0, canvas.width, canvas.height)
  return placed.map(({ x, y, width, height, left, top, advance, character }) => {
    if (width === 0 || height === 0)
      return { character, bitmap: new Uint8Array(), width: 0, height: 0, left: 0, top: 0, advance }
    const [wide, high] = [width + 2 * border, height + 2 * border]
    const coverage = new Uint8Array(wide * high)
    for (let row = 0; row < high; row += 1)
      for (let column = 0; column < wide; column += 1)
        coverage[row * wide + column] = data[4 * ((y + row) * canvas.width + x + column) + 3] ?? 0
    const bitmap = toDistances(coverage, wide, high)
    return { character, bitmap, width, height, left, top: top - baseline, advance }
  })
}

// Protocol buffers -------------------------------------------------------------------------------------------

const varint = (value: number): Buffer => {
  const bytes: number[] = []
  let rest = value >>> 0
  for (; rest > 127; rest >>>= 7) bytes.push((rest & 127) | 128)
  return Buffer.from([...bytes, rest])
}

const number = (field: number, value: number) => Buffer.concat([varint(field << 3), varint(value)])
/** Small negative numbers are small, too. */
const signed = (field: number, value: number) => number(field, value < 0 ? -2 * value - 1 : 2 * value)
const bytesField = (field: number, bytes: Uint8Array) =>
  Buffer.concat([varint((field << 3) | 2), varint(bytes.length), bytes])

const toMessage = ({ character, bitmap, width, height, left, top, advance }: Glyph): Buffer =>
  Buffer.concat([
    number(1, character),
    ...(bitmap.length > 0 ? [bytesField(2, bitmap)] : []),
    number(3, width),
    number(4, height),
    signed(5, left),
    signed(6, top),
    number(7, advance),
  ])

/** Characters `from` to `from + 255` of the first font of the list, which is always one of ours. */
export const glyphRange = async (stack: string, from: number): Promise<Uint8Array> => {
  const face = faceOf(stack.split(',')[0] ?? '')
  const has = await charactersOf(face)
  const range = Array.from({ length: glyphsPerRange }, (_, n) => from + n)
  const characters = range.filter((code) => code >= 32 && code <= lastCharacter && has.has(code))
  const glyphs = characters.length === 0 ? [] : drawGlyphs(face, characters)
  const fontstack = Buffer.concat([
    bytesField(1, Buffer.from(stack)),
    bytesField(2, Buffer.from(`${from}-${from + glyphsPerRange - 1}`)),
    ...glyphs.map((glyph) => bytesField(3, toMessage(glyph))),
  ])
  return bytesField(1, fontstack)
}
