/** Writes parsed GeoJSON geometries (RFC 7946) into a GeometryWriter; nothing about their shape is taken on trust. */
import { broken, type GeometryWriter } from './geometry-writer.ts'
import type { RowBuffer } from './row-buffer.ts'
import { MAX_NESTING, wkbCode } from './wkb.ts'

const codes = new Map<unknown, number>([
  ['Point', wkbCode.point],
  ['LineString', wkbCode.lineString],
  ['Polygon', wkbCode.polygon],
  ['MultiPoint', wkbCode.multiPoint],
  ['MultiLineString', wkbCode.multiLineString],
  ['MultiPolygon', wkbCode.multiPolygon],
  ['GeometryCollection', wkbCode.geometryCollection],
])

const listOf = (value: unknown, what: string): unknown[] => {
  if (!Array.isArray(value)) throw broken('structure', `${what} that are not a list`)
  return value
}

/** The returned function writes one geometry and returns its WKB code, or 0 when it is empty. */
export const createJsonCopier = (out: RowBuffer, writer: GeometryWriter): ((geometry: unknown) => number) => {
  const putPosition = (value: unknown): void => {
    if (!Array.isArray(value) || typeof value[0] !== 'number' || typeof value[1] !== 'number') {
      throw broken('structure', 'a position that is not a list of two or three numbers')
    }
    const { length } = value
    if (length === 2) {
      writer.position(value[0], value[1], Number.NaN)
      return
    }
    if (typeof value[2] !== 'number') throw broken('structure', 'a height that is not a number')
    writer.needZ()
    if (length > 3) writer.seen.hasM = true
    writer.position(value[0], value[1], value[2])
  }

  const putPoint = (coordinates: unknown): number => {
    if (Array.isArray(coordinates) && coordinates.length === 0) return 0
    writer.roomForPositions(1)
    putPosition(coordinates)
    return 1
  }

  const putPositions = (positions: unknown[]): void => {
    writer.roomForPositions(positions.length)
    for (let index = 0; index < positions.length; index++) putPosition(positions[index])
  }

  const putLine = (coordinates: unknown): number => {
    const positions = listOf(coordinates, 'the coordinates of a line')
    const count = positions.length
    if (count === 0) return 0
    if (count === 1) throw broken('structure', '1 position where there are at least 2')
    writer.count(count)
    putPositions(positions)
    return count
  }

  const putRings = (coordinates: unknown): number => {
    const rings = listOf(coordinates, 'the rings of a polygon')
    const countAt = writer.count(0)
    let written = 0
    for (let index = 0; index < rings.length; index++) {
      const ring = listOf(rings[index], 'the positions of a ring')
      if (ring.length === 0) continue
      if (index > 0 && written === 0) throw broken('structure', 'a hole in a polygon that has no outer ring')
      const ringCountAt = writer.count(ring.length)
      const start = out.at
      putPositions(ring)
      writer.setCount(ringCountAt, writer.closeRing(start, ring.length))
      written++
    }
    writer.setCount(countAt, written)
    return written
  }

  const putMulti = (
    coordinates: unknown,
    partCode: number,
    putPart: (coordinates: unknown) => number,
  ): number =>
    putParts(listOf(coordinates, 'the parts of a multi-geometry'), (part) => {
      const start = out.at
      writer.header(partCode, false)
      if (putPart(part) !== 0) return true
      out.at = start
      return false
    })

  const putParts = (parts: unknown[], putPart: (part: unknown) => boolean): number => {
    const countAt = writer.count(0)
    let written = 0
    for (let index = 0; index < parts.length; index++) if (putPart(parts[index])) written++
    writer.setCount(countAt, written)
    return written
  }

  const putGeometry = (geometry: unknown, depth: number): number => {
    if (depth > MAX_NESTING) throw broken('structure', `geometries nested more than ${MAX_NESTING} deep`)
    if (geometry === null || typeof geometry !== 'object')
      throw broken('structure', 'a geometry that is not an object')
    const { type, coordinates, geometries } = geometry as Record<string, unknown>
    const code = codes.get(type)
    if (code === undefined) {
      const named = typeof type === 'string' ? `type '${type.slice(0, 60)}'` : 'no type'
      throw broken('structure', `a geometry of ${named}, which GeoJSON does not have`)
    }
    const start = out.at
    writer.header(code, depth === 0)
    if (putContent(code, coordinates, geometries, depth) > 0) return code
    out.at = start
    return 0
  }

  const putContent = (code: number, coordinates: unknown, geometries: unknown, depth: number): number => {
    switch (code) {
      case wkbCode.point:
        return putPoint(coordinates)
      case wkbCode.lineString:
        return putLine(coordinates)
      case wkbCode.polygon:
        return putRings(coordinates)
      case wkbCode.multiPoint:
        return putMulti(coordinates, wkbCode.point, putPoint)
      case wkbCode.multiLineString:
        return putMulti(coordinates, wkbCode.lineString, putLine)
      case wkbCode.multiPolygon:
        return putMulti(coordinates, wkbCode.polygon, putRings)
      default:
        return putParts(
          listOf(geometries, 'the parts of a geometry collection'),
          (part) => putGeometry(part, depth + 1) !== 0,
        )
    }
  }

  return (geometry) => putGeometry(geometry, 0)
}
