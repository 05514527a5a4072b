/** The picture that is painted: which part of the map, how large, and how long a millimetre is in it. */
import type { Box } from '../../domain/probe.ts'
import { type LengthUnit, METRES_PER_FOOT, MILLIMETRES_PER_PIXEL } from '../../styles/model.ts'

export type View = {
  /** West, south, east, north in the map's coordinate system. */
  box: Box
  /** In pixels of the picture. */
  width: number
  height: number
  /** Pixels of the picture for one of 0.28 mm: 2 for screens with a high resolution. */
  pixelRatio: number
  /** Metres on the ground in a unit of the map's coordinate system. */
  metresPerUnit: number
  /**
   * How far the upper left corner lies from where patterns begin. Tiles give their place in the plane, so that hatches
   * go on from tile to tile.
   */
  origin: { x: number; y: number }
  /**
   * Left, top, right, bottom in pixels of the picture: labels lie in it as a whole. Tiles of one metatile give its box
   * and its features and have the same labels, cut by nothing but the tile; null is the picture.
   */
  labelBox: readonly [number, number, number, number] | null
}

export const plainView = (view: Pick<View, 'box' | 'width' | 'height'> & Partial<View>): View => ({
  pixelRatio: 1,
  metresPerUnit: 1,
  origin: { x: 0, y: 0 },
  labelBox: null,
  ...view,
})

/** OGC 06-042 §7.2.4.6.9: by the width of the box. */
export const unitsPerPixel = ({ box, width }: View): number => (box[2] - box[0]) / width

export const scaleDenominatorOf = (view: View): number =>
  (unitsPerPixel(view) * view.pixelRatio * view.metresPerUnit * 1000) / MILLIMETRES_PER_PIXEL

/** Pixels of the picture in one of the unit. */
export const pixelsPer = (view: View): Record<LengthUnit, number> => {
  const mapUnit = 1 / unitsPerPixel(view)
  const metre = mapUnit / view.metresPerUnit
  return {
    pixel: view.pixelRatio,
    millimetre: view.pixelRatio / MILLIMETRES_PER_PIXEL,
    metre,
    foot: metre * METRES_PER_FOOT,
    'map-unit': mapUnit,
  }
}
