/** One picture from beginning to end, as a thread of the pool or the command line paints it. */
import type { StyleLoss } from '../../styles/finding.ts'
import type { Style } from '../../styles/model.ts'
import { createBudget, type Limits } from './budget.ts'
import { encode, type ImageFormat } from './encode.ts'
import type { PaintFeature, PaintValue } from './feature.ts'
import { createLosses } from './losses.ts'
import { compileStyle, paintFeatures, pixelsOf } from './paint.ts'
import { type Resources, readPictures } from './pictures.ts'
import type { View } from './view.ts'

/** What goes from thread to thread: values only. */
export type PaintRequest = {
  style: Style
  view: View
  fields: readonly string[]
  features: readonly PaintFeature[]
  resources: Resources
  variables: Readonly<Record<string, PaintValue>>
  /** CSS colour below everything; null for none. */
  background: string | null
  format: ImageFormat
  limits: Limits
}

export type PaintedImage = {
  image: Uint8Array<ArrayBuffer>
  labels: number
  losses: StyleLoss[]
}

export const paintImage = async (
  request: PaintRequest,
  isCancelled: () => boolean,
): Promise<PaintedImage> => {
  const { style, view, fields, features, resources, variables, background, format, limits } = request
  const budget = createBudget({ limits, now: () => performance.now(), isCancelled })
  const missing = createLosses()
  const pictures = await readPictures(style, resources, missing)
  const programme = compileStyle(style, view, { fields, pictures, variables })
  const { surface, labels } = paintFeatures(programme, { fields, features }, budget)
  budget.check()
  const image = await encode(pixelsOf(surface, background), format)
  return { image, labels, losses: [...missing.list(), ...programme.losses()] }
}
