/** Copies WKB of any flavour – ISO or EWKB, either byte order, Z and M, curves, surfaces – into a GeometryWriter. */
import { broken, type GeometryWriter } from './geometry-writer.ts'
import type { RowBuffer } from './row-buffer.ts'
import { EWKB_M, EWKB_SRID, EWKB_Z, MAX_NESTING, wkbCode } from './wkb.ts'

export type WkbCopier = {
  /** Copies the geometry in input[start, end); returns its code as written, or 0 when it is empty. */
  copy: () => number
  setSource: (input: Uint8Array, start: number, end: number) => void
}

/** What a surface is stored as; PostGIS has these types too, but hardly any client draws them. */
const storedCodes = Uint8Array.from({ length: 18 }, (_, code) =>
  code === wkbCode.polyhedralSurface || code === wkbCode.tin
    ? wkbCode.multiPolygon
    : code === wkbCode.triangle
      ? wkbCode.polygon
      : code,
)

const allowedParts: Record<number, number[]> = {
  [wkbCode.multiPoint]: [wkbCode.point],
  [wkbCode.multiLineString]: [wkbCode.lineString],
  [wkbCode.multiPolygon]: [wkbCode.polygon],
  [wkbCode.multiCurve]: [wkbCode.lineString, wkbCode.circularString, wkbCode.compoundCurve],
  [wkbCode.multiSurface]: [wkbCode.polygon, wkbCode.curvePolygon],
}

export const createWkbCopier = (out: RowBuffer, writer: GeometryWriter): WkbCopier => {
  let source = new DataView<ArrayBufferLike>(new ArrayBuffer(0))
  let from = 0
  let sourceEnd = 0
  // Of the geometry whose header was read last.
  let isLittle = true
  let hasZ = false
  let hasM = false
  let positionBytes = 16

  const setSource = (input: Uint8Array, start: number, end: number): void => {
    if (source.buffer !== input.buffer) source = new DataView(input.buffer)
    from = input.byteOffset + start
    sourceEnd = input.byteOffset + Math.min(end, input.byteLength)
  }

  const need = (bytes: number, what: string): void => {
    if (bytes > sourceEnd - from)
      throw broken('structure', `${what} that goes on beyond the end of its bytes`)
  }

  const readHeader = (): number => {
    need(5, 'a geometry')
    const order = source.getUint8(from)
    if (order > 1) throw broken('structure', `byte order ${order}, where WKB has 0 or 1`)
    isLittle = order === 1
    const word = source.getUint32(from + 1, isLittle)
    from += 5
    let code = word
    hasZ = false
    hasM = false
    positionBytes = 16
    if (word > 17) {
      const base = word & 0x0fffffff
      const iso = Math.floor(base / 1000)
      code = iso > 3 ? 0 : base % 1000
      hasZ = (word & EWKB_Z) !== 0 || iso === 1 || iso === 3
      hasM = (word & EWKB_M) !== 0 || iso >= 2
      positionBytes = 16 + (hasZ ? 8 : 0) + (hasM ? 8 : 0)
      if ((word & EWKB_SRID) !== 0) {
        need(4, 'an SRID')
        from += 4
      }
    }
    if (code < 1 || code > 17 || code === wkbCode.curve || code === wkbCode.surface) {
      throw broken('structure', `geometry type ${word}, which WKB does not have`)
    }
    if (hasZ) writer.needZ()
    if (hasM) writer.seen.hasM = true
    return code
  }

  const readCount = (leastBytesEach: number, what: string): number => {
    need(4, what)
    const count = source.getUint32(from, isLittle)
    from += 4
    if (count * leastBytesEach > sourceEnd - from) {
      throw broken('structure', `${count} ${what} in ${sourceEnd - from} bytes`)
    }
    return count
  }

  const copyPositions = (count: number): void => {
    writer.roomForPositions(count)
    for (let index = 0; index < count; index++) {
      const x = source.getFloat64(from, isLittle)
      const y = source.getFloat64(from + 8, isLittle)
      const z = hasZ ? source.getFloat64(from + 16, isLittle) : Number.NaN
      writer.position(x, y, z)
      from += positionBytes
    }
  }

  /** A point whose coordinates are both NaN is WKB's empty point. */
  const copyPoint = (): number => {
    need(positionBytes, 'a point')
    if (
      Number.isNaN(source.getFloat64(from, isLittle)) &&
      Number.isNaN(source.getFloat64(from + 8, isLittle))
    ) {
      from += positionBytes
      return 0
    }
    copyPositions(1)
    return 1
  }

  const copyLine = (least: number): number => {
    const count = readCount(positionBytes, 'positions')
    if (count === 0) return 0
    if (count < least) throw broken('structure', `${count} position(s) where there are at least ${least}`)
    writer.count(count)
    copyPositions(count)
    return count
  }

  const copyRings = (): number => {
    const rings = readCount(4, 'rings')
    const countAt = writer.count(0)
    let written = 0
    for (let index = 0; index < rings; index++) {
      const count = readCount(positionBytes, 'positions')
      if (count === 0) continue
      if (index > 0 && written === 0) throw broken('structure', 'a hole in a polygon that has no outer ring')
      const ringCountAt = writer.count(count)
      const start = out.at
      copyPositions(count)
      writer.setCount(ringCountAt, writer.closeRing(start, count))
      written++
    }
    writer.setCount(countAt, written)
    return written
  }

  const copyArcs = (): number => {
    const count = copyLine(3)
    if (count !== 0 && count % 2 === 0)
      throw broken('structure', `${count} positions of arcs, where the number is odd`)
    return count
  }

  /** Runs over the parts, each with a header of its own, and returns how many were not empty. */
  const copyParts = (leastBytesEach: number, copyPart: () => boolean): number => {
    const parts = readCount(leastBytesEach, 'parts')
    const countAt = writer.count(0)
    const [littleOfWhole, zOfWhole, mOfWhole, bytesOfWhole] = [isLittle, hasZ, hasM, positionBytes]
    let written = 0
    for (let index = 0; index < parts; index++) if (copyPart()) written++
    isLittle = littleOfWhole
    hasZ = zOfWhole
    hasM = mOfWhole
    positionBytes = bytesOfWhole
    writer.setCount(countAt, written)
    return written
  }

  type Curve = { first: number; last: number }

  /** A line or arc string with its header, as part of a larger curve; null when empty. */
  const copySimpleCurve = (code: number): Curve | null => {
    const start = out.at
    writer.header(code, false)
    if ((code === wkbCode.circularString ? copyArcs() : copyLine(2)) === 0) {
      out.at = start
      return null
    }
    return { first: start + 9, last: out.at - writer.positionBytes }
  }

  /** The parts of a compound curve, which must meet. */
  const copyCompoundParts = (): Curve | null => {
    let whole: Curve | null = null
    copyParts(9, () => {
      const code = readHeader()
      if (code !== wkbCode.lineString && code !== wkbCode.circularString) {
        throw broken('structure', 'a compound curve with a part that is not a line')
      }
      const part = copySimpleCurve(code)
      if (part === null) return false
      if (whole !== null && !writer.isSamePosition(whole.last, part.first)) {
        throw broken('structure', 'a compound curve whose parts do not meet')
      }
      whole = { first: whole?.first ?? part.first, last: part.last }
      return true
    })
    return whole
  }

  const copyCurveRing = (): boolean => {
    const start = out.at
    const code = readHeader()
    let ring: Curve | null
    if (code === wkbCode.compoundCurve) {
      writer.header(code, false)
      ring = copyCompoundParts()
    } else if (code === wkbCode.circularString || code === wkbCode.lineString) ring = copySimpleCurve(code)
    else throw broken('structure', 'a curve polygon with a ring that is not a curve')
    if (ring === null) {
      out.at = start
      return false
    }
    if (!writer.isSamePosition(ring.first, ring.last)) {
      throw broken('structure', 'a curve polygon with a ring that is not closed')
    }
    const isLine = code === wkbCode.lineString
    if (isLine && ring.last - ring.first < 3 * writer.positionBytes) {
      throw broken('structure', 'a ring of fewer than 4 positions')
    }
    return true
  }

  const copyGeometry = (depth: number): number => {
    if (depth > MAX_NESTING) throw broken('structure', `geometries nested more than ${MAX_NESTING} deep`)
    const start = out.at
    const sourceCode = readHeader()
    const code = storedCodes[sourceCode] ?? sourceCode
    if (code !== sourceCode && depth === 0) writer.seen.surfaces++
    writer.header(code, depth === 0)
    const written = copyContent(code, depth)
    if (written > 0) return code
    out.at = start
    return 0
  }

  const copyContent = (code: number, depth: number): number => {
    switch (code) {
      case wkbCode.point:
        return copyPoint()
      case wkbCode.lineString:
        return copyLine(2)
      case wkbCode.polygon:
        return copyRings()
      case wkbCode.circularString:
        writer.seen.hasCurves = true
        return copyArcs()
      case wkbCode.compoundCurve:
        writer.seen.hasCurves = true
        return copyCompoundParts() === null ? 0 : 1
      case wkbCode.curvePolygon:
        writer.seen.hasCurves = true
        return copyParts(9, copyCurveRing)
      default: {
        const allowed = allowedParts[code]
        return copyParts(5, () => {
          const part = copyGeometry(depth + 1)
          if (part !== 0 && allowed && !allowed.includes(part)) {
            throw broken('structure', 'a part of the wrong type in a multi-geometry')
          }
          return part !== 0
        })
      }
    }
  }

  return { copy: () => copyGeometry(0), setSource }
}
