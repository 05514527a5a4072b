/** How alike two pictures are: the mean structural similarity (Wang et al. 2004) of their luminance in windows of 8×8. */

export type Picture = { rgba: Uint8Array; width: number; height: number }

const side = 8
const step = 4
const c1 = (0.01 * 255) ** 2
const c2 = (0.03 * 255) ** 2

const luminance = ({ rgba }: Picture): Float32Array =>
  Float32Array.from(
    { length: rgba.length / 4 },
    (_, i) =>
      0.299 * (rgba[4 * i] as number) +
      0.587 * (rgba[4 * i + 1] as number) +
      0.114 * (rgba[4 * i + 2] as number),
  )

export const similarity = (one: Picture, other: Picture): number => {
  const { width, height } = one
  if (other.width !== width || other.height !== height) return 0
  const [a, b] = [luminance(one), luminance(other)]
  let total = 0
  let windows = 0
  for (let top = 0; top + side <= height; top += step)
    for (let left = 0; left + side <= width; left += step) {
      let [sumA, sumB, squareA, squareB, product] = [0, 0, 0, 0, 0]
      for (let y = top; y < top + side; y += 1)
        for (let x = left; x < left + side; x += 1) {
          const u = a[y * width + x] as number
          const v = b[y * width + x] as number
          sumA += u
          sumB += v
          squareA += u * u
          squareB += v * v
          product += u * v
        }
      const count = side * side
      const [meanA, meanB] = [sumA / count, sumB / count]
      const varianceA = squareA / count - meanA * meanA
      const varianceB = squareB / count - meanB * meanB
      const covariance = product / count - meanA * meanB
      total +=
        ((2 * meanA * meanB + c1) * (2 * covariance + c2)) /
        ((meanA * meanA + meanB * meanB + c1) * (varianceA + varianceB + c2))
      windows += 1
    }
  return total / windows
}
