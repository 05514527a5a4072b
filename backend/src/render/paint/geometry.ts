/**
 * Geometries from WKB to pixels of a view: placed, without vertices that nobody sees, cut some way outside the picture,
 * because what draws them counts in single precision. Curves become lines.
 */
import { EWKB_M, EWKB_SRID, EWKB_Z, MAX_NESTING, wkbCode } from '../../ingest/wkb.ts'
import { arcVertices } from './arcs.ts'
import { cutLine, cutRing, type PixelBox } from './cut.ts'
import type { View } from './view.ts'

/** Vertices x y x y …; a closed path does not repeat its first. */
export type Path = {
  xy: Float64Array
  isClosed: boolean
  /** How far along the whole line it begins: dashes go on behind what was cut off. */
  from: number
}

export type Polygon = {
  /** To be filled; where they were cut they run outside the picture. */
  rings: Float64Array[]
  /** To be drawn as lines; where they were cut they are open. */
  outlines: Path[]
}

export type Geometry = {
  /** x y x y … */
  points: Float64Array
  lines: Path[]
  polygons: Polygon[]
  vertices: number
  /** Whether parts outside the picture are missing. */
  isCut: boolean
}

export const emptyGeometry: Geometry = {
  points: new Float64Array(0),
  lines: [],
  polygons: [],
  vertices: 0,
  isCut: false,
}

/** Vertices nearer to the one before, in x and in y, are left out: a call to the canvas costs a microsecond. */
const thinnest = 0.35

export type Placing = {
  /** Pixels are (x - west) · perX and (north - y) · perY. */
  west: number
  north: number
  perX: number
  perY: number
  /** What lies outside is cut off; null for nothing. */
  cutTo: PixelBox | null
}

/** Room outside the picture, at least; the longest symbols reach further. */
export const leastMargin = 64

export const placingOf = ({ box, width, height }: View, margin: number | null): Placing => ({
  west: box[0],
  north: box[3],
  perX: width / (box[2] - box[0]),
  perY: height / (box[3] - box[1]),
  cutTo:
    margin === null ? null : { left: -margin, top: -margin, right: width + margin, bottom: height + margin },
})

/** Vertices of many features, one after the other: room of its own for each costs more than reading it. */
const roomNumbers = 1 << 14
let room = new Float64Array(roomNumbers)
let taken = 0

const roomFor = (numbers: number): Float64Array => {
  if (numbers > roomNumbers / 4) return new Float64Array(numbers)
  if (taken + numbers > roomNumbers) {
    room = new Float64Array(roomNumbers)
    taken = 0
  }
  taken += numbers
  return room.subarray(taken - numbers, taken)
}

const thinned = (xy: Float64Array): Float64Array => {
  const { length } = xy
  let lastX = xy[0] as number
  let lastY = xy[1] as number
  let kept = 2
  for (let i = 2; i < length; i += 2) {
    const x = xy[i] as number
    const y = xy[i + 1] as number
    if (i + 2 < length && Math.abs(x - lastX) < thinnest && Math.abs(y - lastY) < thinnest) continue
    xy[kept] = x
    xy[kept + 1] = y
    kept += 2
    lastX = x
    lastY = y
  }
  return kept === length ? xy : xy.subarray(0, kept)
}

const boundsOf = (xy: Float64Array): PixelBox => {
  const bounds: PixelBox = {
    left: Number.POSITIVE_INFINITY,
    top: Number.POSITIVE_INFINITY,
    right: Number.NEGATIVE_INFINITY,
    bottom: Number.NEGATIVE_INFINITY,
  }
  for (let i = 0; i < xy.length; i += 2) {
    const x = xy[i] as number
    const y = xy[i + 1] as number
    if (x < bounds.left) bounds.left = x
    if (x > bounds.right) bounds.right = x
    if (y < bounds.top) bounds.top = y
    if (y > bounds.bottom) bounds.bottom = y
  }
  return bounds
}

const isInside = (bounds: PixelBox, box: PixelBox): boolean =>
  bounds.left >= box.left && bounds.right <= box.right && bounds.top >= box.top && bounds.bottom <= box.bottom

const isOutside = (bounds: PixelBox, box: PixelBox): boolean =>
  bounds.right < box.left || bounds.left > box.right || bounds.bottom < box.top || bounds.top > box.bottom

/** A ring that thinning has left with fewer than three vertices: its box, so that a speck of it stays. */
const speck = ({ left, top, right, bottom }: PixelBox): Float64Array =>
  Float64Array.of(left, top, right, top, right, bottom, left, bottom)

const isRepeated = (xy: Float64Array): boolean => xy.length > 2 && xy[0] === xy.at(-2) && xy[1] === xy.at(-1)

const isFinitePlace = (xy: Float64Array): boolean => {
  // Anything that is not finite makes the sum so.
  let sum = 0
  for (let i = 0; i < xy.length; i += 1) sum += (xy[i] as number) * 0
  return sum === 0
}

/** What most points are: two numbers, the lower byte first. */
const readPlainPoint = (view: DataView, { west, north, perX, perY, cutTo }: Placing): Geometry | null => {
  if (view.byteLength < 21 || view.getUint8(0) !== 1) return null
  const word = view.getUint32(1, true)
  const at = word === wkbCode.point ? 5 : word === (wkbCode.point | EWKB_SRID) >>> 0 ? 9 : 0
  if (at === 0 || view.byteLength < at + 16) return null
  const x = (view.getFloat64(at, true) - west) * perX
  const y = (north - view.getFloat64(at + 8, true)) * perY
  if (!Number.isFinite(x) || !Number.isFinite(y)) return { ...emptyGeometry, vertices: 1 }
  if (cutTo && (x < cutTo.left || x > cutTo.right || y < cutTo.top || y > cutTo.bottom))
    return { ...emptyGeometry, vertices: 1, isCut: true }
  const points = roomFor(2)
  points[0] = x
  points[1] = y
  return { points, lines: emptyGeometry.lines, polygons: emptyGeometry.polygons, vertices: 1, isCut: false }
}

export const readGeometry = (wkb: Uint8Array, placing: Placing): Geometry => {
  const view = new DataView(wkb.buffer, wkb.byteOffset, wkb.byteLength)
  return readPlainPoint(view, placing) ?? readAny(view, placing)
}

const readAny = (view: DataView, placing: Placing): Geometry => {
  const { west, north, perX, perY, cutTo } = placing
  const points: number[] = []
  const lines: Path[] = []
  const polygons: Polygon[] = []
  let at = 0
  let vertices = 0
  let isCut = false

  const place = (positions: Float64Array): Float64Array => {
    vertices += positions.length / 2
    for (let i = 0; i < positions.length; i += 2) {
      positions[i] = ((positions[i] as number) - west) * perX
      positions[i + 1] = (north - (positions[i + 1] as number)) * perY
    }
    return positions
  }

  const readHeader = () => {
    const isLittle = view.getUint8(at) === 1
    const word = view.getUint32(at + 1, isLittle)
    at += (word & EWKB_SRID) === 0 ? 5 : 9
    const base = word & 0x0fff_ffff
    const iso = Math.floor(base / 1000)
    const hasZ = (word & EWKB_Z) !== 0 || iso === 1 || iso === 3
    const hasM = (word & EWKB_M) !== 0 || iso === 2 || iso === 3
    return { isLittle, code: base % 1000, stride: 16 + (hasZ ? 8 : 0) + (hasM ? 8 : 0) }
  }
  type Header = ReturnType<typeof readHeader>

  const readCount = ({ isLittle }: Header): number => {
    at += 4
    return view.getUint32(at - 4, isLittle)
  }

  const readPositions = (header: Header, count: number): Float64Array => {
    if (count * header.stride > view.byteLength - at) throw new RangeError('a geometry ends too early')
    const positions = roomFor(2 * count)
    const { isLittle, stride } = header
    let from = at
    // An order of bytes that is known beforehand is read twice as fast, and this is the usual one.
    if (isLittle)
      for (let i = 0; i < 2 * count; i += 2) {
        positions[i] = view.getFloat64(from, true)
        positions[i + 1] = view.getFloat64(from + 8, true)
        from += stride
      }
    else
      for (let i = 0; i < 2 * count; i += 2) {
        positions[i] = view.getFloat64(from, false)
        positions[i + 1] = view.getFloat64(from + 8, false)
        from += stride
      }
    at = from
    return positions
  }

  const addLine = (xy: Float64Array) => {
    if (xy.length < 4 || !isFinitePlace(xy)) return
    const line = thinned(xy)
    const bounds = boundsOf(line)
    if (cutTo === null || isInside(bounds, cutTo)) {
      lines.push({ xy: line, isClosed: false, from: 0 })
      return
    }
    isCut = true
    if (!isOutside(bounds, cutTo)) lines.push(...cutLine(line, cutTo, false))
  }

  const addRing = (polygon: Polygon, positions: Float64Array) => {
    if (positions.length < 6 || !isFinitePlace(positions)) return
    const open = isRepeated(positions) ? positions.subarray(0, positions.length - 2) : positions
    const bounds = boundsOf(open)
    const thin = thinned(open)
    const ring = thin.length < 6 ? speck(bounds) : thin
    if (cutTo === null || isInside(bounds, cutTo)) {
      polygon.rings.push(ring)
      polygon.outlines.push({ xy: ring, isClosed: true, from: 0 })
      return
    }
    isCut = true
    if (isOutside(bounds, cutTo)) return
    const inner = cutRing(ring, cutTo)
    if (inner.length >= 6) polygon.rings.push(inner)
    polygon.outlines.push(...cutLine(ring, cutTo, true))
  }

  const addPolygon = (rings: Float64Array[]) => {
    const polygon: Polygon = { rings: [], outlines: [] }
    for (const ring of rings) addRing(polygon, place(ring))
    if (polygon.rings.length > 0 || polygon.outlines.length > 0) polygons.push(polygon)
  }

  const joined = (parts: Float64Array[]): Float64Array => {
    const all = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0))
    let to = 0
    for (const part of parts) {
      all.set(part, to)
      to += part.length
    }
    return all
  }

  /** A line, an arc, or several of them one after the other. */
  const readCurve = (depth: number): Float64Array => {
    const header = readHeader()
    const count = readCount(header)
    if (header.code === wkbCode.lineString) return readPositions(header, count)
    if (header.code === wkbCode.circularString) return arcVertices(readPositions(header, count))
    if (header.code !== wkbCode.compoundCurve || depth > MAX_NESTING)
      throw new RangeError(`a geometry has something of type ${header.code} for a curve`)
    return joined(Array.from({ length: checked(count) }, () => readCurve(depth + 1)))
  }

  /** Each part takes at least its header. */
  const checked = (count: number, bytes = 5): number => {
    if (count * bytes > view.byteLength - at) throw new RangeError('a geometry ends too early')
    return count
  }

  const read = (depth: number): void => {
    if (depth > MAX_NESTING) throw new RangeError('a geometry is nested too deeply')
    const header = readHeader()
    const { code } = header
    if (code === wkbCode.point) {
      const [x = Number.NaN, y = Number.NaN] = place(readPositions(header, 1))
      if (!Number.isFinite(x) || !Number.isFinite(y)) return
      if (cutTo && (x < cutTo.left || x > cutTo.right || y < cutTo.top || y > cutTo.bottom)) isCut = true
      else points.push(x, y)
      return
    }
    const count = readCount(header)
    if (code === wkbCode.lineString) addLine(place(readPositions(header, count)))
    else if (code === wkbCode.circularString) addLine(place(arcVertices(readPositions(header, count))))
    else if (code === wkbCode.compoundCurve)
      addLine(place(joined(Array.from({ length: checked(count) }, () => readCurve(depth)))))
    else if (code === wkbCode.polygon || code === wkbCode.triangle)
      addPolygon(Array.from({ length: checked(count, 4) }, () => readPositions(header, readCount(header))))
    else if (code === wkbCode.curvePolygon)
      addPolygon(Array.from({ length: checked(count) }, () => readCurve(depth)))
    else for (let part = checked(count); part > 0; part -= 1) read(depth + 1)
  }

  read(0)
  return { points: Float64Array.from(points), lines, polygons, vertices, isCut }
}
