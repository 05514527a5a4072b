/**
 * How alike two pictures of one map are: the mean structural similarity (Wang et al. 2004) of their luminance in windows of
 * 8×8, once of the pixels and once of what remains when details are blurred, so that a pattern that begins a pixel further
 * counts as the same. The panel runs it, too.
 */

export type Picture = { rgba: ArrayLike<number>; width: number; height: number }

/** `alike`: nobody sees a difference; `nearly`: somebody who looks for it does. */
export type PictureVerdict = 'alike' | 'nearly' | 'different'

export type PictureComparison = {
  /** 1 for the same picture; 0 also for pictures of different size. */
  ssim: number
  lowPass: number
  verdict: PictureVerdict
}

const side = 8
const step = 4
const c1 = (0.01 * 255) ** 2
const c2 = (0.03 * 255) ** 2

type Plane = { values: Float32Array; width: number; height: number }

/** What is transparent is on white paper. */
const toPlane = ({ rgba, width, height }: Picture): Plane => {
  const values = new Float32Array(width * height)
  for (let at = 0; at < values.length; at += 1) {
    const [red = 0, green = 0, blue = 0, alpha = 0] = [0, 1, 2, 3].map((channel) => rgba[4 * at + channel])
    const share = alpha / 255
    values[at] = (0.299 * red + 0.587 * green + 0.114 * blue) * share + 255 * (1 - share)
  }
  return { values, width, height }
}

const valueAt = ({ values, width, height }: Plane, x: number, y: number): number => {
  const column = Math.min(width - 1, Math.max(0, x))
  const row = Math.min(height - 1, Math.max(0, y))
  return values[row * width + column] ?? 0
}

const shrink = 4
/** A Gaussian of one shrunken pixel, four of the picture. */
const weights = [0.0545, 0.2442, 0.4026, 0.2442, 0.0545]

const shrunken = (plane: Plane): Plane => {
  const [width, height] = [Math.ceil(plane.width / shrink), Math.ceil(plane.height / shrink)]
  const values = new Float32Array(width * height)
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1) {
      let sum = 0
      for (let dy = 0; dy < shrink; dy += 1)
        for (let dx = 0; dx < shrink; dx += 1) sum += valueAt(plane, x * shrink + dx, y * shrink + dy)
      values[y * width + x] = sum / (shrink * shrink)
    }
  return { values, width, height }
}

const smoothed = (plane: Plane, [dx, dy]: readonly [number, number]): Plane => {
  const { width, height } = plane
  const values = new Float32Array(width * height)
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1)
      values[y * width + x] = weights.reduce(
        (sum, weight, at) => sum + weight * valueAt(plane, x + (at - 2) * dx, y + (at - 2) * dy),
        0,
      )
  return { values, width, height }
}

const blurred = (plane: Plane): Plane => smoothed(smoothed(shrunken(plane), [1, 0]), [0, 1])

const windowSimilarity = (one: Plane, other: Plane, left: number, top: number): number => {
  let [sumA, sumB, squareA, squareB, product] = [0, 0, 0, 0, 0]
  for (let y = top; y < top + side; y += 1)
    for (let x = left; x < left + side; x += 1) {
      const a = valueAt(one, x, y)
      const b = valueAt(other, x, y)
      sumA += a
      sumB += b
      squareA += a * a
      squareB += b * b
      product += a * b
    }
  const count = side * side
  const [meanA, meanB] = [sumA / count, sumB / count]
  const varianceA = squareA / count - meanA * meanA
  const varianceB = squareB / count - meanB * meanB
  const covariance = product / count - meanA * meanB
  return (
    ((2 * meanA * meanB + c1) * (2 * covariance + c2)) /
    ((meanA * meanA + meanB * meanB + c1) * (varianceA + varianceB + c2))
  )
}

/** A picture smaller than a window is one window, its edge repeated. */
const ofPlanes = (one: Plane, other: Plane): number => {
  let total = 0
  let windows = 0
  for (let top = 0; top === 0 || top + side <= one.height; top += step)
    for (let left = 0; left === 0 || left + side <= one.width; left += step) {
      total += windowSimilarity(one, other, left, top)
      windows += 1
    }
  return total / windows
}

const isSameSize = (one: Picture, other: Picture) =>
  one.width === other.width && one.height === other.height && one.width > 0 && one.height > 0

const verdictOf = (ssim: number, lowPass: number): PictureVerdict => {
  if (ssim >= 0.95 && lowPass >= 0.97) return 'alike'
  return lowPass >= 0.9 ? 'nearly' : 'different'
}

export const comparePictures = (one: Picture, other: Picture): PictureComparison => {
  if (!isSameSize(one, other)) return { ssim: 0, lowPass: 0, verdict: 'different' }
  const [a, b] = [toPlane(one), toPlane(other)]
  const ssim = ofPlanes(a, b)
  const lowPass = ofPlanes(blurred(a), blurred(b))
  return { ssim, lowPass, verdict: verdictOf(ssim, lowPass) }
}

/** White where both are the same, the redder the more they differ; null for pictures of different size. */
export const differencePicture = (one: Picture, other: Picture): Uint8ClampedArray<ArrayBuffer> | null => {
  if (!isSameSize(one, other)) return null
  const pixels = one.width * one.height
  const rgba = new Uint8ClampedArray(pixels * 4)
  for (let at = 0; at < pixels; at += 1) {
    let most = 0
    for (let channel = 0; channel < 4; channel += 1)
      most = Math.max(most, Math.abs((one.rgba[4 * at + channel] ?? 0) - (other.rgba[4 * at + channel] ?? 0)))
    rgba[4 * at] = 255
    rgba[4 * at + 1] = 255 - most
    rgba[4 * at + 2] = 255 - most
    rgba[4 * at + 3] = 255
  }
  return rgba
}
