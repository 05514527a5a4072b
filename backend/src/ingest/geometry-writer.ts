/**
 * Writes one geometry after another as little-endian EWKB with SRID and one dimensionality, refuses what
 * PostGIS would refuse, and remembers what the layer's geometries have in common.
 */
import type { Box, GeometryType } from '../domain/probe.ts'
import type { Widening } from './reader.ts'
import type { RowBuffer } from './row-buffer.ts'
import { commonType, EWKB_SRID, EWKB_Z, isCurve, servedTypes } from './wkb.ts'

export type GeometryColumn = { srid: number; type: GeometryType; hasZ: boolean }

const COORDINATE_LIMIT = 1e8
export const NOT_ON_EARTH = 'a coordinate that is not a finite number below 100 000 000'

export type RefusalReason = 'coordinates' | 'structure'
type Broken = Error & { refusal: RefusalReason }

/** Thrown inside one geometry, caught at its row. */
export const broken = (refusal: RefusalReason, found: string): Broken =>
  Object.assign(new Error(found), { refusal })
const isBroken = (thrown: unknown): thrown is Broken => thrown instanceof Error && 'refusal' in thrown

export type GeometryWriter = ReturnType<typeof createGeometryWriter>

export const createGeometryWriter = (
  out: RowBuffer,
  { srid, type: columnType, hasZ: columnHasZ }: GeometryColumn,
  needWider: (widening: Widening) => void,
) => {
  /** What the column would have to be for all geometries so far. */
  const fitting = { type: columnType, hasZ: columnHasZ }

  const flags = columnHasZ ? EWKB_Z : 0
  const positionBytes = columnHasZ ? 24 : 16

  let west = Number.POSITIVE_INFINITY
  let south = Number.POSITIVE_INFINITY
  let east = Number.NEGATIVE_INFINITY
  let north = Number.NEGATIVE_INFINITY
  const typeCounts = new Float64Array(18)
  const seen = {
    nulls: 0,
    sawZ: false,
    hasM: false,
    hasCurves: false,
    closedRings: 0,
    surfaces: 0,
    paddedRows: 0,
    empties: 0,
  }
  let isPadded = false

  const needZ = (): void => {
    seen.sawZ = true
    if (fitting.hasZ) return
    fitting.hasZ = true
    needWider({ column: 'geometry', to: { ...fitting } })
  }

  /** The outermost header carries the SRID. */
  const header = (code: number, isOutermost: boolean): void => {
    if (out.at + 9 > out.bytes.length) out.grow(9)
    const { view, at } = out
    view.setUint8(at, 1)
    if (isOutermost) {
      view.setUint32(at + 1, (code | flags | EWKB_SRID) >>> 0, true)
      view.setInt32(at + 5, srid, true)
      out.at = at + 9
    } else {
      view.setUint32(at + 1, (code | flags) >>> 0, true)
      out.at = at + 5
    }
  }

  /** Returns where the count stands, for `setCount`. */
  const count = (value: number): number => {
    if (out.at + 4 > out.bytes.length) out.grow(4)
    const { at } = out
    out.view.setUint32(at, value, true)
    out.at = at + 4
    return at
  }

  const setCount = (countAt: number, value: number): void => out.view.setUint32(countAt, value, true)

  /** One position more than said: a ring may have to be closed. */
  const roomForPositions = (positions: number): void => {
    const needed = (positions + 1) * positionBytes
    if (out.at + needed > out.bytes.length) out.grow(needed)
  }

  /** Writes a position for which there is room; z is NaN where there is none. */
  const position = (x: number, y: number, z: number): void => {
    // The comparison is false for NaN too.
    if (!(x > -COORDINATE_LIMIT && x < COORDINATE_LIMIT && y > -COORDINATE_LIMIT && y < COORDINATE_LIMIT)) {
      throw broken('coordinates', NOT_ON_EARTH)
    }
    if (x < west) west = x
    if (x > east) east = x
    if (y < south) south = y
    if (y > north) north = y
    const { view, at } = out
    view.setFloat64(at, x, true)
    view.setFloat64(at + 8, y, true)
    if (columnHasZ) {
      if (Number.isNaN(z)) isPadded = true
      else if (!Number.isFinite(z)) throw broken('coordinates', NOT_ON_EARTH)
      view.setFloat64(at + 16, Number.isNaN(z) ? 0 : z, true)
    }
    out.at = at + positionBytes
  }

  const isSamePosition = (one: number, other: number): boolean =>
    out.view.getFloat64(one, true) === out.view.getFloat64(other, true) &&
    out.view.getFloat64(one + 8, true) === out.view.getFloat64(other + 8, true)

  /** Repeats the first position when the ring written since `start` is open; returns how many it has. */
  const closeRing = (start: number, positions: number): number => {
    let total = positions
    if (!isSamePosition(start, out.at - positionBytes)) {
      out.bytes.copyWithin(out.at, start, start + positionBytes)
      out.at += positionBytes
      seen.closedRings++
      total++
    }
    if (total < 4)
      throw broken('structure', `a ring of ${positions} positions, where a closed one has at least 4`)
    return total
  }

  const nullField = (): void => {
    if (out.at + 4 > out.bytes.length) out.grow(4)
    out.view.setInt32(out.at, -1)
    out.at += 4
    seen.nulls++
  }

  /** Whether the geometry just written, of this WKB code, fits the column; if not, the load begins again. */
  const checkType = (code: number): void => {
    const isArc = isCurve(code)
    if (isArc) seen.hasCurves = true
    typeCounts[code] = (typeCounts[code] ?? 0) + 1
    if (fitting.type === 'Geometry' || (!isArc && servedTypes[code] === columnType)) return
    fitting.type = 'Geometry'
    needWider({ column: 'geometry', to: { ...fitting } })
  }

  /**
   * One geometry field. `write` writes EWKB and returns its code, or 0 for an empty geometry.
   * Returns what was wrong with it, in which case the field is null.
   */
  const geometryField = (write: () => number): Broken | null => {
    if (out.at + 64 > out.bytes.length) out.grow(64)
    const fieldAt = out.at
    const before = { west, south, east, north }
    let trouble: Broken | null = null
    out.at += 4
    isPadded = false
    try {
      const code = write()
      if (code !== 0) {
        out.view.setInt32(fieldAt, out.at - fieldAt - 4)
        checkType(code)
        if (isPadded) seen.paddedRows++
        return null
      }
      seen.empties++
    } catch (thrown) {
      if (!isBroken(thrown)) throw thrown
      trouble = thrown
      west = before.west
      south = before.south
      east = before.east
      north = before.north
    }
    out.at = fieldAt
    nullField()
    return trouble
  }

  const statistics = () => {
    const types: Partial<Record<GeometryType, number>> = {}
    for (const [code, total] of typeCounts.entries()) {
      const type = servedTypes[code]
      if (total > 0 && type) types[type] = (types[type] ?? 0) + total
    }
    const extent: Box | null = west <= east ? [west, south, east, north] : null
    return { types, commonType: commonType(Object.keys(types) as GeometryType[]), extent, ...seen }
  }

  return {
    positionBytes,
    seen,
    needZ,
    header,
    count,
    setCount,
    roomForPositions,
    position,
    isSamePosition,
    closeRing,
    nullField,
    geometryField,
    statistics,
  }
}
