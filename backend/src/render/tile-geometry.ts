/**
 * Geometries from WKB to the commands of a vector tile (MVT 2.1 §4.3): placed, rounded to units of the tile, cut at its
 * buffer, without repeated points and degenerate parts, exterior rings with positive area and interior ones with negative.
 *
 * Below full detail vertices snap to a grid of some units. The grid is the same for everybody, so that borders which
 * two features share stay shared, which simplification of each ring for itself would not keep.
 */
import { type Bytes, createBytes, putVarint, reserve, writeVarint, zigzag } from './bytes.ts'
import { extent, type Place } from './placement.ts'

export const POINT = 1
export const LINE = 2
export const POLYGON = 3
export type TileGeometryType = typeof POINT | typeof LINE | typeof POLYGON

/** Units around the tile that are drawn too, so that lines and symbols do not end at its edge. */
export const buffer = 64
const least = -buffer
const most = extent + buffer

export type TileGeometry = {
  type: TileGeometryType
  commands: Bytes
  /** Where it lies before it is cut. */
  west: number
  north: number
  east: number
  south: number
  /** Too small to be seen: all that is left of it is a place. */
  isDot: boolean
  /** That place, or the first point of points. */
  x: number
  y: number
}

const MOVE_TO = 1
const LINE_TO = 2
const CLOSE_PATH = 7
const command = (id: number, count: number) => ((count << 3) | id) >>> 0

const EWKB_Z = 0x80000000
const EWKB_M = 0x40000000
const EWKB_SRID = 0x20000000

/** Points as x y x y …; a view of a longer array. */
type Path = { at: Float64Array; count: number }

const createPath = (): Path => ({ at: new Float64Array(1024), count: 0 })
const room = (path: Path, points: number) => {
  if (path.at.length >= 2 * points) return
  const grown = new Float64Array(Math.max(2 * points, 2 * path.at.length))
  grown.set(path.at)
  path.at = grown
}

type Bounds = { west: number; south: number; east: number; north: number }

const boundsOf = ({ at, count }: Path, into: Bounds): void => {
  let west = Number.POSITIVE_INFINITY
  let south = Number.POSITIVE_INFINITY
  let east = Number.NEGATIVE_INFINITY
  let north = Number.NEGATIVE_INFINITY
  for (let i = 0; i < 2 * count; i += 2) {
    const x = at[i] as number
    const y = at[i + 1] as number
    if (x < west) west = x
    if (x > east) east = x
    if (y < south) south = y
    if (y > north) north = y
  }
  into.west = west
  into.south = south
  into.east = east
  into.north = north
}

/** One step of Sutherland and Hodgman: the part of a ring on one side of a line parallel to an axis. */
const cutRing = (source: Path, target: Path, axis: 0 | 1, limit: number, isLower: boolean): void => {
  const { at, count } = source
  // Each vertex leaves at most itself and a crossing.
  room(target, 2 * count)
  const out = target.at
  let found = 0
  for (let i = 0; i < count; i += 1) {
    const j = i + 1 === count ? 0 : i + 1
    const a = at[2 * i + axis] as number
    const b = at[2 * j + axis] as number
    const isIn = isLower ? a >= limit : a <= limit
    const isNextIn = isLower ? b >= limit : b <= limit
    if (isIn) {
      out[2 * found] = at[2 * i] as number
      out[2 * found + 1] = at[2 * i + 1] as number
      found += 1
    }
    if (isIn !== isNextIn) {
      const c = at[2 * i + 1 - axis] as number
      const d = at[2 * j + 1 - axis] as number
      out[2 * found + axis] = limit
      out[2 * found + 1 - axis] = c + ((limit - a) / (b - a)) * (d - c)
      found += 1
    }
  }
  target.count = found
}

/** Twice the area, positive when the ring runs clockwise on the screen, where y grows downwards. */
const doubleArea = ({ at, count }: Path): number => {
  let sum = 0
  for (let i = 0, j = count - 1; i < count; j = i, i += 1)
    sum +=
      (at[2 * j] as number) * (at[2 * i + 1] as number) - (at[2 * i] as number) * (at[2 * j + 1] as number)
  return sum
}

export type GeometryOptions = {
  place: Place
  /** The box of the grid, in the system of the data; null where places need none. */
  cutTo: { west: number; south: number; east: number; north: number } | null
  /** Vertices snap to multiples of so many units. */
  cell: number
  /** The size of what is drawn for a feature too small to be seen. */
  dot: number
}

export const createGeometryWriter = ({ place, cutTo, cell, dot }: GeometryOptions) => {
  let raw = createPath()
  let spare = createPath()
  const placed = createPath()
  const rounded = createPath()
  const bounds: Bounds = { west: 0, south: 0, east: 0, north: 0 }
  const points: number[] = []
  const found: Record<TileGeometryType, TileGeometry> = {
    [POINT]: newGeometry(POINT),
    [LINE]: newGeometry(LINE),
    [POLYGON]: newGeometry(POLYGON),
  }
  /** Where the pen is, by type. */
  const pen: Record<TileGeometryType, { x: number; y: number }> = {
    [POINT]: { x: 0, y: 0 },
    [LINE]: { x: 0, y: 0 },
    [POLYGON]: { x: 0, y: 0 },
  }

  // Coordinates ---------------------------------------------------------------------------------------

  let view: DataView<ArrayBufferLike> = new DataView(new ArrayBuffer(0))
  let at = 0
  let isLittle = true

  const readCount = () => {
    const count = view.getUint32(at, isLittle)
    at += 4
    return count
  }

  const readPath = (count: number, stride: number) => {
    room(raw, count + 1)
    const out = raw.at
    let from = at
    for (let i = 0; i < 2 * count; i += 2) {
      out[i] = view.getFloat64(from, isLittle)
      out[i + 1] = view.getFloat64(from + 8, isLittle)
      from += stride
    }
    at = from
    raw.count = count
  }

  const swap = () => {
    const kept = raw
    raw = spare
    spare = kept
  }

  /** The grid knows places inside its box only. */
  const cutRawRing = () => {
    if (cutTo === null) return
    boundsOf(raw, bounds)
    const { west, south, east, north } = cutTo
    if (bounds.west < west) cut(0, west, true)
    if (bounds.east > east) cut(0, east, false)
    if (bounds.south < south) cut(1, south, true)
    if (bounds.north > north) cut(1, north, false)
  }
  const cut = (axis: 0 | 1, limit: number, isLower: boolean) => {
    cutRing(raw, spare, axis, limit, isLower)
    swap()
  }

  /** Moves `raw` to `placed`, in units of the tile but not rounded. */
  const placeRaw = () => {
    const { count } = raw
    room(placed, count)
    for (let i = 0; i < 2 * count; i += 2) place(raw.at, i, placed.at, i)
    placed.count = count
  }

  const snap = (value: number, size: number) =>
    size === 1 ? Math.round(value) : Math.round(value / size) * size

  /** `placed` to `rounded`: whole units, no point twice in a row. */
  const round = (size: number) => {
    const { count } = placed
    room(rounded, count)
    const out = rounded.at
    let kept = 0
    let lastX = Number.NaN
    let lastY = Number.NaN
    for (let i = 0; i < 2 * count; i += 2) {
      const x = snap(placed.at[i] as number, size)
      const y = snap(placed.at[i + 1] as number, size)
      if ((x === lastX && y === lastY) || Number.isNaN(x) || Number.isNaN(y)) continue
      out[2 * kept] = x
      out[2 * kept + 1] = y
      lastX = x
      lastY = y
      kept += 1
    }
    rounded.count = kept
  }

  // Rings ---------------------------------------------------------------------------------------------

  const roundedSpare = createPath()
  const cutRounded = (axis: 0 | 1, limit: number, isLower: boolean) => {
    cutRing(rounded, roundedSpare, axis, limit, isLower)
    const { count } = roundedSpare
    room(rounded, count)
    for (let i = 0; i < 2 * count; i += 1) rounded.at[i] = Math.round(roundedSpare.at[i] as number)
    rounded.count = count
  }

  /** Takes away points that repeat, that lie on the way, or to which the ring runs only to come back. */
  const tidyRing = () => {
    const { at: out } = rounded
    let { count } = rounded
    let isChanged = true
    while (isChanged && count >= 3) {
      isChanged = false
      let kept = 0
      for (let i = 0; i < count; i += 1) {
        const x = out[2 * i] as number
        const y = out[2 * i + 1] as number
        const before = kept > 0 ? 2 * (kept - 1) : 2 * (count - 1)
        const after = i + 1 === count ? 0 : 2 * (i + 1)
        const ax = x - (out[before] as number)
        const ay = y - (out[before + 1] as number)
        // When the first point has just been dropped its successor has taken its place.
        const bx = (out[after] as number) - x
        const by = (out[after + 1] as number) - y
        if (ax * by === ay * bx) {
          isChanged = true
          continue
        }
        out[2 * kept] = x
        out[2 * kept + 1] = y
        kept += 1
      }
      count = kept
    }
    rounded.count = count < 3 ? 0 : count
  }

  /** `placed` to `rounded`: cut and tidied, or nothing left (0 points). */
  const shapeRing = (size: number) => {
    round(size)
    boundsOf(rounded, bounds)
    const { west, south, east, north } = bounds
    if (west > most || east < least || south > most || north < least) {
      rounded.count = 0
      return
    }
    if (west < least) cutRounded(0, least, true)
    if (east > most) cutRounded(0, most, false)
    if (south < least) cutRounded(1, least, true)
    if (north > most) cutRounded(1, most, false)
    tidyRing()
  }

  const writeRing = (isExterior: boolean): boolean => {
    const area = rounded.count < 3 ? 0 : doubleArea(rounded)
    if (area === 0) return false
    const { at: ring, count } = rounded
    const { commands } = found[POLYGON]
    const { x: penX, y: penY } = pen[POLYGON]
    const isForward = area > 0 === isExterior
    reserve(commands, 10 * count + 15)
    const { buffer: out } = commands
    let to = commands.at
    let x = penX
    let y = penY
    to = putVarint(out, to, command(MOVE_TO, 1))
    for (let n = 0; n < count; n += 1) {
      // The first point stays the first, whichever way round.
      const i = isForward || n === 0 ? n : count - n
      const nextX = ring[2 * i] as number
      const nextY = ring[2 * i + 1] as number
      if (n === 1) to = putVarint(out, to, command(LINE_TO, count - 1))
      to = putVarint(out, to, zigzag(nextX - x))
      to = putVarint(out, to, zigzag(nextY - y))
      x = nextX
      y = nextY
    }
    commands.at = putVarint(out, to, command(CLOSE_PATH, 1))
    pen[POLYGON].x = x
    pen[POLYGON].y = y
    return true
  }

  /** Notes where a part lies before it is cut; what has no size that can be seen is remembered as a place. */
  const note = (type: TileGeometryType) => {
    boundsOf(placed, bounds)
    const one = found[type]
    if (bounds.west < one.west) one.west = bounds.west
    if (bounds.east > one.east) one.east = bounds.east
    if (bounds.south < one.north) one.north = bounds.south
    if (bounds.north > one.south) one.south = bounds.north
    if (!Number.isNaN(one.x)) return
    const visible = Math.max(dot, 2)
    if (bounds.east - bounds.west >= visible || bounds.north - bounds.south >= visible) return
    const x = (bounds.west + bounds.east) / 2
    const y = (bounds.south + bounds.north) / 2
    // Its own tile draws it, and no other.
    if (x < 0 || y < 0 || x >= extent || y >= extent) return
    one.x = Math.floor(x / dot) * dot
    one.y = Math.floor(y / dot) * dot
  }

  const readRing = (stride: number) => {
    readPath(readCount(), stride)
    // The last point repeats the first.
    if (raw.count > 1) raw.count -= 1
    cutRawRing()
    placeRaw()
  }

  const skipRings = (rings: number, stride: number) => {
    for (let i = 0; i < rings; i += 1) at += readCount() * stride
  }

  const readPolygon = (stride: number) => {
    const rings = readCount()
    if (rings === 0) return
    readRing(stride)
    note(POLYGON)
    const isTiny = cell > 1 && bounds.east - bounds.west < dot && bounds.north - bounds.south < dot
    let isWritten = false
    if (!isTiny) {
      shapeRing(cell)
      isWritten = writeRing(true)
      // A ribbon narrower than the grid, such as a road, is drawn as it is.
      if (!isWritten && cell > 1) {
        shapeRing(1)
        isWritten = writeRing(true)
      }
    }
    if (!isWritten) {
      skipRings(rings - 1, stride)
      return
    }
    for (let i = 1; i < rings; i += 1) {
      readRing(stride)
      shapeRing(cell)
      writeRing(false)
    }
  }

  // Lines ---------------------------------------------------------------------------------------------

  const strip: number[] = []
  const writeStrip = () => {
    const count = strip.length / 2
    if (count >= 2) {
      const { commands } = found[LINE]
      let { x, y } = pen[LINE]
      writeVarint(commands, command(MOVE_TO, 1))
      for (let i = 0; i < count; i += 1) {
        if (i === 1) writeVarint(commands, command(LINE_TO, count - 1))
        writeVarint(commands, zigzag((strip[2 * i] as number) - x))
        writeVarint(commands, zigzag((strip[2 * i + 1] as number) - y))
        x = strip[2 * i] as number
        y = strip[2 * i + 1] as number
      }
      pen[LINE].x = x
      pen[LINE].y = y
    }
    strip.length = 0
  }

  const addToStrip = (x: number, y: number) => {
    const size = strip.length
    if (size >= 2 && strip[size - 2] === x && strip[size - 1] === y) return
    // On the way from the last to this one, and not beyond: the middle point says nothing.
    if (size >= 4) {
      const ax = (strip[size - 2] as number) - (strip[size - 4] as number)
      const ay = (strip[size - 1] as number) - (strip[size - 3] as number)
      const bx = x - (strip[size - 2] as number)
      const by = y - (strip[size - 1] as number)
      if (ax * by === ay * bx && ax * bx + ay * by > 0) strip.length = size - 2
    }
    strip.push(x, y)
  }

  /** The part of a stretch inside a box, as shares of its way; null when there is none (Liang and Barsky). */
  const span: [number, number] = [0, 1]
  const narrow = (direction: number, distance: number): boolean => {
    if (direction === 0) return distance >= 0
    const share = distance / direction
    if (direction < 0) {
      if (share > span[1]) return false
      if (share > span[0]) span[0] = share
    } else {
      if (share < span[0]) return false
      if (share < span[1]) span[1] = share
    }
    return true
  }
  const isThrough = (x: number, y: number, dx: number, dy: number, box: Bounds): boolean => {
    span[0] = 0
    span[1] = 1
    return (
      narrow(-dx, x - box.west) &&
      narrow(dx, box.east - x) &&
      narrow(-dy, y - box.south) &&
      narrow(dy, box.north - y)
    )
  }
  const tileBox: Bounds = { west: least, south: least, east: most, north: most }

  /** Cuts a path to a box and hands on its pieces. */
  const cutPath = (
    { at: line, count }: Path,
    box: Bounds,
    onPoint: (x: number, y: number) => void,
    onEnd: () => void,
  ) => {
    for (let i = 0; i + 1 < count; i += 1) {
      const x = line[2 * i] as number
      const y = line[2 * i + 1] as number
      const dx = (line[2 * i + 2] as number) - x
      const dy = (line[2 * i + 3] as number) - y
      if (!isThrough(x, y, dx, dy, box)) continue
      const [from, to] = span
      if (from > 0) onEnd()
      onPoint(x + from * dx, y + from * dy)
      onPoint(x + to * dx, y + to * dy)
      if (to < 1) onEnd()
    }
    onEnd()
  }

  const finishLine = () => {
    placeRaw()
    if (placed.count === 0) return
    note(LINE)
    round(cell)
    cutPath(rounded, tileBox, (x, y) => addToStrip(Math.round(x), Math.round(y)), writeStrip)
  }

  const piece = createPath()
  const readLine = (stride: number) => {
    readPath(readCount(), stride)
    if (cutTo === null) {
      finishLine()
      return
    }
    boundsOf(raw, bounds)
    const { west, south, east, north } = bounds
    if (west >= cutTo.west && south >= cutTo.south && east <= cutTo.east && north <= cutTo.north) {
      finishLine()
      return
    }
    const whole = raw
    piece.count = 0
    raw = piece
    cutPath(
      whole,
      cutTo,
      (x, y) => {
        room(piece, piece.count + 1)
        piece.at[2 * piece.count] = x
        piece.at[2 * piece.count + 1] = y
        piece.count += 1
      },
      () => {
        if (piece.count > 0) finishLine()
        piece.count = 0
      },
    )
    raw = whole
  }

  // Points --------------------------------------------------------------------------------------------

  const readPoint = (stride: number) => {
    readPath(1, stride)
    const x = raw.at[0] as number
    const y = raw.at[1] as number
    // An empty point is written as not a number.
    if (Number.isNaN(x) || Number.isNaN(y)) return
    if (cutTo && (x < cutTo.west || x > cutTo.east || y < cutTo.south || y > cutTo.north)) return
    placeRaw()
    note(POINT)
    const px = Math.round(placed.at[0] as number)
    const py = Math.round(placed.at[1] as number)
    if (px >= least && px <= most && py >= least && py <= most) points.push(px, py)
  }

  const writePoints = () => {
    const seen = new Set<number>()
    const kept: number[] = []
    for (let i = 0; i < points.length; i += 2) {
      const key = (points[i] as number) * 8192 + (points[i + 1] as number)
      if (points.length > 2) {
        if (seen.has(key)) continue
        seen.add(key)
      }
      kept.push(points[i] as number, points[i + 1] as number)
    }
    if (kept.length === 0) return
    const { commands } = found[POINT]
    found[POINT].x = kept[0] as number
    found[POINT].y = kept[1] as number
    writeVarint(commands, command(MOVE_TO, kept.length / 2))
    let x = 0
    let y = 0
    for (let i = 0; i < kept.length; i += 2) {
      writeVarint(commands, zigzag((kept[i] as number) - x))
      writeVarint(commands, zigzag((kept[i + 1] as number) - y))
      x = kept[i] as number
      y = kept[i + 1] as number
    }
  }

  // Whole geometries ----------------------------------------------------------------------------------

  const readGeometry = (depth: number): void => {
    const wasLittle = isLittle
    isLittle = view.getUint8(at) === 1
    const head = view.getUint32(at + 1, isLittle)
    at += 5
    if ((head & EWKB_SRID) !== 0) at += 4
    const code = head & 0xffff
    const dimensions =
      2 +
      ((head & EWKB_Z) !== 0 || (code >= 1000 && code < 2000) || code >= 3000 ? 1 : 0) +
      ((head & EWKB_M) !== 0 || code >= 2000 ? 1 : 0)
    const stride = 8 * dimensions
    switch (code % 1000) {
      case 1:
        readPoint(stride)
        break
      case 2:
        readLine(stride)
        break
      // A triangle is a polygon of three points.
      case 3:
      case 17:
        readPolygon(stride)
        break
      default: {
        if (depth > 32) throw new Error('a geometry has more than 32 collections in each other')
        const parts = readCount()
        for (let i = 0; i < parts; i += 1) readGeometry(depth + 1)
      }
    }
    isLittle = wasLittle
  }

  const begin = (type: TileGeometryType) => {
    const one = found[type]
    one.commands.at = 0
    one.west = Number.POSITIVE_INFINITY
    one.north = Number.POSITIVE_INFINITY
    one.east = Number.NEGATIVE_INFINITY
    one.south = Number.NEGATIVE_INFINITY
    one.isDot = false
    one.x = Number.NaN
    one.y = Number.NaN
    pen[type].x = 0
    pen[type].y = 0
  }

  /** What was read but left no mark, because it is too small: a square, or a short line, where it lies. */
  const writeDot = (type: typeof LINE | typeof POLYGON): boolean => {
    const one = found[type]
    const { x, y } = one
    if (Number.isNaN(x)) return false
    one.isDot = true
    if (type === LINE) {
      strip.push(x, y, x + dot, y)
      writeStrip()
      return true
    }
    room(rounded, 4)
    rounded.at.set([x, y, x + dot, y, x + dot, y + dot, x, y + dot])
    rounded.count = 4
    return writeRing(true)
  }

  return {
    /** The geometry that begins at `offset`, one for each type it has; valid until the next call. */
    read: (source: DataView<ArrayBufferLike>, offset: number): TileGeometry[] => {
      view = source
      at = offset
      points.length = 0
      for (const type of types) begin(type)
      readGeometry(0)
      writePoints()
      const written: TileGeometry[] = []
      for (const type of types) {
        if (found[type].commands.at > 0 || (type !== POINT && writeDot(type))) written.push(found[type])
      }
      return written
    },
  }
}

const types = [POLYGON, LINE, POINT] as const

const newGeometry = (type: TileGeometryType): TileGeometry => ({
  type,
  commands: createBytes(),
  west: 0,
  north: 0,
  east: 0,
  south: 0,
  isDot: false,
  x: Number.NaN,
  y: Number.NaN,
})

export type GeometryWriter = ReturnType<typeof createGeometryWriter>
