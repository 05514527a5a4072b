/**
 * Features of a map from rows as PostgreSQL sent them: in the order of their ids, whatever the order they came in, and
 * moved to the system of the map where they lie.
 */
import { EWKB_M, EWKB_SRID, EWKB_Z, MAX_NESTING, wkbCode } from '../ingest/wkb.ts'
import { type MapPlacement, placeOnMap } from './map-placement.ts'
import type { PaintFeature } from './paint/feature.ts'
import { featuresOfRows, type RowColumn } from './paint/rows.ts'
import type { Place } from './placement.ts'

/** DataRow of the protocol: 'D', and the length of the rest with these four bytes. */
const headBytes = 5

/** Without the heads of the messages, in place. */
const closedUp = (rows: Uint8Array): Uint8Array => {
  const view = new DataView(rows.buffer, rows.byteOffset, rows.byteLength)
  let to = 0
  for (let at = 0; at + headBytes <= rows.length; ) {
    const next = at + 1 + view.getInt32(at + 1)
    rows.copyWithin(to, at + headBytes, next)
    to += next - at - headBytes
    at = next
  }
  return rows.subarray(0, to)
}

/** Every position of a geometry, replaced where it stands. */
const moveGeometry = (wkb: Uint8Array, place: Place, pair: Float64Array): void => {
  const view = new DataView(wkb.buffer, wkb.byteOffset, wkb.byteLength)
  let at = 0
  const positions = (count: number, isLittle: boolean, stride: number) => {
    for (let n = 0; n < count; n += 1) {
      pair[0] = view.getFloat64(at, isLittle)
      pair[1] = view.getFloat64(at + 8, isLittle)
      place(pair, 0, pair, 0)
      view.setFloat64(at, pair[0], isLittle)
      view.setFloat64(at + 8, pair[1], isLittle)
      at += stride
    }
  }
  const count = (isLittle: boolean) => {
    at += 4
    return view.getUint32(at - 4, isLittle)
  }
  const geometry = (depth: number): void => {
    if (depth > MAX_NESTING) throw new RangeError('a geometry is nested too deeply')
    const isLittle = view.getUint8(at) === 1
    const word = view.getUint32(at + 1, isLittle)
    at += (word & EWKB_SRID) === 0 ? 5 : 9
    const stride = 16 + ((word & EWKB_Z) === 0 ? 0 : 8) + ((word & EWKB_M) === 0 ? 0 : 8)
    const code = word & 0xff
    if (code === wkbCode.point) positions(1, isLittle, stride)
    else if (code === wkbCode.lineString || code === wkbCode.circularString)
      positions(count(isLittle), isLittle, stride)
    else {
      const isPolygon = code === wkbCode.polygon || code === wkbCode.triangle
      for (let parts = count(isLittle); parts > 0; parts -= 1) {
        if (isPolygon) positions(count(isLittle), isLittle, stride)
        else geometry(depth + 1)
      }
    }
  }
  geometry(0)
}

const isSorted = (features: readonly PaintFeature[]): boolean =>
  features.every(({ id }, at) => at === 0 || Number(features[at - 1]?.id) <= Number(id))

export type MapRows = {
  /** Taken over: they are of no use to anybody afterwards. */
  rows: Uint8Array<ArrayBuffer>
  columns: readonly RowColumn[]
  placement: MapPlacement
  /** Units of the map that all of it lies further east: on maps across the antimeridian. */
  shift: number
}

const shifted = (place: Place | null, shift: number): Place | null =>
  shift === 0
    ? place
    : (source, at, target, to) => {
        place?.(source, at, target, to)
        target[to] = ((place === null ? source[at] : target[to]) as number) + shift
        if (place === null) target[to + 1] = source[at + 1] as number
      }

export const featuresOfMap = ({ rows, columns, placement, shift }: MapRows): PaintFeature[] => {
  const features = [...featuresOfRows(closedUp(rows), columns, () => true)]
  // The order of painting does not depend on the index by which they were found.
  if (!isSorted(features)) features.sort((a, b) => Number(a.id) - Number(b.id))
  const place = shifted(placeOnMap(placement), shift)
  const pair = new Float64Array(2)
  if (place !== null)
    for (const { wkb } of features) {
      if (wkb !== null) moveGeometry(wkb, place, pair)
    }
  return features
}
