/** How alike two pictures are: the mean structural similarity (Wang et al. 2004) of their luminance in windows of 8×8. */

export type Picture = { rgba: Uint8Array; width: number; height: number }

/** Windows are two by two blocks, and begin at each block. */
const block = 4
const count = (2 * block) ** 2
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

/** Sums over each block of two pictures: of both, of their squares, of their product. */
const blockSums = (a: Float32Array, b: Float32Array, width: number, columns: number, rows: number) => {
  const sums = Array.from({ length: 5 }, () => new Float64Array(columns * rows))
  const [sumA, sumB, squareA, squareB, product] = sums as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ]
  for (let y = 0; y < rows * block; y += 1)
    for (let x = 0; x < columns * block; x += 1) {
      const to = Math.floor(y / block) * columns + Math.floor(x / block)
      const u = a[y * width + x] as number
      const v = b[y * width + x] as number
      sumA[to] = (sumA[to] as number) + u
      sumB[to] = (sumB[to] as number) + v
      squareA[to] = (squareA[to] as number) + u * u
      squareB[to] = (squareB[to] as number) + v * v
      product[to] = (product[to] as number) + u * v
    }
  return sums
}

export const similarity = (one: Picture, other: Picture): number => {
  const { width, height } = one
  if (other.width !== width || other.height !== height) return 0
  const [columns, rows] = [Math.floor(width / block), Math.floor(height / block)]
  const sums = blockSums(luminance(one), luminance(other), width, columns, rows)
  let total = 0
  for (let y = 0; y + 1 < rows; y += 1)
    for (let x = 0; x + 1 < columns; x += 1) {
      const at = y * columns + x
      const [sumA = 0, sumB = 0, squareA = 0, squareB = 0, product = 0] = sums.map(
        (all) =>
          (all[at] as number) +
          (all[at + 1] as number) +
          (all[at + columns] as number) +
          (all[at + columns + 1] as number),
      )
      const [meanA, meanB] = [sumA / count, sumB / count]
      const varianceA = squareA / count - meanA * meanA
      const varianceB = squareB / count - meanB * meanB
      const covariance = product / count - meanA * meanB
      total +=
        ((2 * meanA * meanB + c1) * (2 * covariance + c2)) /
        ((meanA * meanA + meanB * meanB + c1) * (varianceA + varianceB + c2))
    }
  return total / ((rows - 1) * (columns - 1))
}
