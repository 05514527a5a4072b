/** Features in another coordinate system: their WKB with every position replaced, and the box of all. */
import type { Box } from '../../domain/probe.ts'
import { EWKB_M, EWKB_SRID, EWKB_Z, MAX_NESTING, wkbCode } from '../../ingest/wkb.ts'
import type { PaintFeature } from './feature.ts'

type Move = (x: number, y: number) => readonly [number, number]

export const placedIn = (
  features: readonly PaintFeature[],
  move: Move,
): { features: PaintFeature[]; box: Box | null } => {
  const box: Box = [
    Number.POSITIVE_INFINITY,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
  ]

  const moveAll = (view: DataView): void => {
    let at = 0
    const position = (isLittle: boolean, stride: number) => {
      const [x, y] = move(view.getFloat64(at, isLittle), view.getFloat64(at + 8, isLittle))
      view.setFloat64(at, x, isLittle)
      view.setFloat64(at + 8, y, isLittle)
      if (x < box[0]) box[0] = x
      if (y < box[1]) box[1] = y
      if (x > box[2]) box[2] = x
      if (y > box[3]) box[3] = y
      at += stride
    }
    const geometry = (depth: number): void => {
      if (depth > MAX_NESTING) throw new RangeError('a geometry is nested too deeply')
      const isLittle = view.getUint8(at) === 1
      const word = view.getUint32(at + 1, isLittle)
      at += (word & EWKB_SRID) === 0 ? 5 : 9
      const iso = Math.floor((word & 0x0fff_ffff) / 1000)
      const code = (word & 0x0fff_ffff) % 1000
      const more =
        ((word & EWKB_Z) !== 0 || iso % 2 === 1 ? 8 : 0) + ((word & EWKB_M) !== 0 || iso > 1 ? 8 : 0)
      const positions = () => {
        const count = view.getUint32(at, isLittle)
        at += 4
        for (let n = 0; n < count; n += 1) position(isLittle, 16 + more)
      }
      if (code === wkbCode.point) position(isLittle, 16 + more)
      else if (code === wkbCode.lineString || code === wkbCode.circularString) positions()
      else {
        const count = view.getUint32(at, isLittle)
        at += 4
        const isPolygon = code === wkbCode.polygon || code === wkbCode.triangle
        for (let n = 0; n < count; n += 1) {
          if (isPolygon) positions()
          else geometry(depth + 1)
        }
      }
    }
    geometry(0)
  }

  const moved = features.map((feature) => {
    if (feature.wkb === null) return feature
    const wkb = Uint8Array.from(feature.wkb)
    moveAll(new DataView(wkb.buffer))
    return { ...feature, wkb }
  })
  return { features: moved, box: box[0] <= box[2] ? box : null }
}
